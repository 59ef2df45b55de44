import { sql } from 'kysely';
import type { Db } from '../platform/database/database.ts';

const AT_ONCE = 5000;

/** Removes what a run that is over had seen, in portions that hold nobody up. */
export async function forgetSightings(db: Db, runId: string): Promise<void> {
  for (;;) {
    const portion = db.q
      .selectFrom('reconcile_sighting')
      .select(['object_kind', 'gateway_ref'])
      .where('run_id', '=', runId)
      .limit(AT_ONCE);
    const gone = await db.q
      .deleteFrom('reconcile_sighting')
      .where('run_id', '=', runId)
      .where(sql`(object_kind, gateway_ref)`, 'in', portion)
      .executeTakeFirst();
    if (gone.numDeletedRows === 0n) return;
  }
}
