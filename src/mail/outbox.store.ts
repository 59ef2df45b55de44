import { type Selectable, sql } from 'kysely';
import { type Clock, laterIso, nowIso } from '../platform/clock.ts';
import type { Db } from '../platform/database/database.ts';
import type { LetterTable } from '../platform/database/tables.ts';

export type LetterRow = Selectable<LetterTable>;

/**
 * Takes up to `limit` letters that are due, for `leaseMs`: one statement, so that two processes never take the same.
 * A letter whose taker has died is due again when its lease ends.
 */
export async function claimDueLetters(
  { db, clock }: { db: Db; clock: Clock },
  { limit, leaseMs }: { limit: number; leaseMs: number },
): Promise<LetterRow[]> {
  const now = nowIso(clock);
  return db.q
    .with('due', (cte) => {
      const due = cte
        .selectFrom('letter')
        .select('id')
        .where('state', '=', 'queued')
        .where('next_try_at', '<=', now)
        .where((eb) => eb.or([eb('claimed_until', 'is', null), eb('claimed_until', '<=', now)]))
        .orderBy('next_try_at')
        .limit(limit);
      return db.dialect === 'postgres' ? due.forUpdate().skipLocked() : due;
    })
    .updateTable('letter')
    .set({ claimed_until: laterIso(clock, leaseMs), tries: sql<number>`tries + 1` })
    .where('id', 'in', (eb) => eb.selectFrom('due').select('due.id'))
    .returningAll()
    .execute();
}

/** Writes down what became of a letter, if the claim still holds. Gives false when somebody else has it by now. */
export async function endClaim(
  { db }: { db: Db },
  claimed: LetterRow,
  change: Partial<Pick<LetterRow, 'state' | 'next_try_at' | 'last_response' | 'ended_at' | 'html' | 'body_text'>>,
): Promise<boolean> {
  const result = await db.q
    .updateTable('letter')
    .set({ ...change, claimed_until: null })
    .where('id', '=', claimed.id)
    .where('state', '=', 'queued')
    .where('claimed_until', '=', claimed.claimed_until)
    .executeTakeFirst();
  return result.numUpdatedRows === 1n;
}
