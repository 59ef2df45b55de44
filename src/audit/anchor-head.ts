import { mkdir, open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { type Clock, MINUTE_MS, nowIso } from '../platform/clock.ts';
import type { Db } from '../platform/database/database.ts';
import type { Logger } from '../platform/logger.ts';
import { lastAnchor } from './anchors.store.ts';
import { readHead } from './chain.store.ts';
import type { Anchor } from './chain.ts';

export interface AnchorParts {
  db: Db;
  clock: Clock;
  log: Logger;
  config: { auditAnchorFile: string };
}

/**
 * Writes the chain's last hash down outside the database, into a file that is only ever appended to (mode 0600) and into
 * the log. Whoever rewrites the database afterwards, chain and all, is found by it. At most once a minute, unless `now`.
 * Errors: a file that cannot be written.
 */
export async function anchorHead(
  { db, clock, log, config }: AnchorParts,
  { now = false }: { now?: boolean } = {},
): Promise<void> {
  const [head, last] = await Promise.all([readHead(db), lastAnchor(config.auditAnchorFile)]);
  if (!head || last?.hash === head.hash) return;
  const sinceMs = last ? clock.now().getTime() - Date.parse(last.at) : Number.POSITIVE_INFINITY;
  // A clock that went back must not silence it.
  if (!now && sinceMs >= 0 && sinceMs < MINUTE_MS) return;
  // Positions have no gaps, so the last is also how many there are.
  const anchor: Anchor = { at: nowIso(clock), position: head.position, hash: head.hash, count: head.position };
  await append(config.auditAnchorFile, JSON.stringify(anchor));
  log.info({ position: head.position, head: head.hash }, 'the audit log is sealed and anchored up to here');
}

async function append(file: string, line: string): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  const handle = await open(file, 'a+', 0o600);
  try {
    const { size } = await handle.stat();
    const { buffer } = await handle.read(Buffer.alloc(1), 0, 1, Math.max(0, size - 1));
    // A line that a power cut tore must not spoil the next one.
    const torn = size > 0 && buffer.toString() !== '\n';
    await handle.appendFile(`${torn ? '\n' : ''}${line}\n`);
    await handle.datasync();
  } finally {
    await handle.close();
  }
}
