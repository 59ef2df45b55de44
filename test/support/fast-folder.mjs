import { existsSync, statfsSync } from 'node:fs';
import { tmpdir } from 'node:os';

const SHARED_MEMORY = '/dev/shm';
/** What all databases of a run take together, generously: containers often have 64 MB there, which is too little. */
const ENOUGH_BYTES = 2 * 1024 ** 3;

/** Memory where there is enough of it: every commit is flushed, and hundreds of tests need not wait for a disk. */
export function fastFolder() {
  if (!existsSync(SHARED_MEMORY)) return tmpdir();
  const { bavail, bsize } = statfsSync(SHARED_MEMORY);
  return bavail * bsize >= ENOUGH_BYTES ? SHARED_MEMORY : tmpdir();
}
