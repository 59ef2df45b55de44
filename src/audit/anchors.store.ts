import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import type { Anchor } from './chain.ts';

/** More than the longest line. */
const TAIL_BYTES = 1024;

/** What the file of anchors holds, line by line; a line that is none gives its number alone. No file: nothing. */
export async function* readAnchors(file: string): AsyncGenerator<{ line: number; anchor: Anchor | undefined }> {
  const handle = await openIfThere(file);
  if (!handle) return;
  await handle.close();
  let line = 0;
  for await (const text of createInterface({ input: createReadStream(file, 'utf8') })) {
    line += 1;
    if (text.trim()) yield { line, anchor: anchorIn(text) };
  }
}

/** The last head that was written down; undefined where there is none that can be read. */
export async function lastAnchor(file: string): Promise<Anchor | undefined> {
  const handle = await openIfThere(file);
  if (!handle) return undefined;
  try {
    const { size } = await handle.stat();
    const from = Math.max(0, size - TAIL_BYTES);
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(TAIL_BYTES), 0, TAIL_BYTES, from);
    const lines = buffer.toString('utf8', 0, bytesRead).trimEnd().split('\n');
    return anchorIn(lines.at(-1) ?? '');
  } finally {
    await handle.close();
  }
}

/** Errors: whatever the disk says, but for a file that is not there. */
async function openIfThere(file: string) {
  try {
    return await open(file, 'r');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

function anchorIn(text: string): Anchor | undefined {
  try {
    const { at, position, hash, count } = JSON.parse(text) as Anchor;
    const sound = typeof at === 'string' && Number.isSafeInteger(position) && /^[0-9a-f]{64}$/.test(hash);
    return sound ? { at, position, hash, count } : undefined;
  } catch {
    return undefined;
  }
}
