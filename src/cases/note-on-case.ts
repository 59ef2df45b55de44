import { type Clock, nowIso } from '../platform/clock.ts';
import type { Db } from '../platform/database/database.ts';
import { newId } from '../platform/ids.ts';

/** Adds to a case what became known since, in a sentence. It changes nothing else about it. */
export async function noteOnCase(
  { db, clock }: { db: Db; clock: Clock },
  { caseId, body }: { caseId: string; body: string },
): Promise<void> {
  await db.q
    .insertInto('case_note')
    .values({ id: newId('cnt'), case_id: caseId, noted_at: nowIso(clock), body })
    .execute();
}
