import { type Clock, nowIso } from '../platform/clock.ts';
import type { Db } from '../platform/database/database.ts';

/** Drops codes and proofs that nobody can use any more. */
export async function sweepAccess({ db, clock }: { db: Db; clock: Clock }): Promise<void> {
  await db.q.deleteFrom('access_code').where('expires_at', '<', nowIso(clock)).execute();
  await db.q.deleteFrom('access_proof').where('expires_at', '<', nowIso(clock)).execute();
}
