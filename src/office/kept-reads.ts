import { type Clock, MINUTE_MS } from '../platform/clock.ts';
import type { Db } from '../platform/database/database.ts';

/** What took fewer rows than these is read for each look at it. */
const DEAR_ROWS = 100;
const FRESH_MS = MINUTE_MS;
const KEPT_MS = 10 * MINUTE_MS;

/** What was read, and when (ISO UTC); `asOf` is undefined where that was just now. */
export interface Kept<T> {
  value: T;
  asOf: string | undefined;
}

interface Entry<T> {
  value: T;
  atMs: number;
  next: Promise<unknown> | undefined;
}

/**
 * Keeps what it takes many rows to add up, so that a page costs the same however many they are: what was read within the
 * last minutes is given, and read anew beside. It may be forgotten at any time.
 */
export class KeptReads<T> {
  readonly #byDb = new WeakMap<Db, Map<string, Entry<T>>>();

  /** `read` says of how many rows it made its value; `name` stands for all that the value depends on. */
  async get(
    { db, clock }: { db: Db; clock: Clock },
    name: string,
    read: () => Promise<{ value: T; rows: number }>,
  ): Promise<Kept<T>> {
    const kept = this.#byDb.get(db) ?? new Map<string, Entry<T>>();
    this.#byDb.set(db, kept);
    const nowMs = clock.now().getTime();
    for (const [other, { atMs }] of kept) if (nowMs - atMs > KEPT_MS) kept.delete(other);
    const anew = async (): Promise<Kept<T>> => {
      const { value, rows } = await read();
      if (rows > DEAR_ROWS) kept.set(name, { value, atMs: nowMs, next: undefined });
      else kept.delete(name);
      return { value, asOf: undefined };
    };
    const last = kept.get(name);
    if (!last) return anew();
    // Whoever looks does not wait for it; what fails is tried by the next look.
    if (nowMs - last.atMs > FRESH_MS) {
      last.next ??= anew().catch(() => {
        last.next = undefined;
      });
    }
    return { value: last.value, asOf: new Date(last.atMs).toISOString() };
  }
}
