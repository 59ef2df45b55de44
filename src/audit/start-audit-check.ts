import { sql } from 'kysely';
import { type Clock, laterIso, MINUTE_MS, nowIso } from '../platform/clock.ts';
import type { Db } from '../platform/database/database.ts';
import { newId } from '../platform/ids.ts';
import type { Actor } from './record.ts';

/** A process that has not said how far it is for so long has died. */
export const CLAIM_MS = MINUTE_MS;

/** Asks for a check of the log and gives its id with whether it is new: while one runs, whoever asks too joins that one. */
export async function startAuditCheck(
  { db, clock }: { db: Db; clock: Clock },
  actor: Actor & { id: string },
): Promise<{ id: string; isNew: boolean }> {
  return db.tx(async () => {
    await db.q
      .updateTable('audit_check')
      .set({ state: 'failed', finished_at: nowIso(clock) })
      .where('state', '=', 'running')
      .where('claimed_until', '<', nowIso(clock))
      .execute();
    const id = newId('chk');
    const made = await db.q
      .insertInto('audit_check')
      .values({
        id,
        state: 'running',
        started_by: actor.id,
        started_at: nowIso(clock),
        claimed_until: laterIso(clock, CLAIM_MS),
        total_lines: 0,
        done_lines: 0,
        finished_at: null,
        report: null,
      })
      .onConflict((conflict) => conflict.column('state').where('state', '=', sql.lit('running')).doNothing())
      .returning('id')
      .executeTakeFirst();
    if (made) return { id, isNew: true };
    const running = await db.q
      .selectFrom('audit_check')
      .select('id')
      .where('state', '=', 'running')
      .executeTakeFirstOrThrow();
    return { id: running.id, isNew: false };
  });
}
