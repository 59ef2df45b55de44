import { type Actor, recordAudit } from '../audit/record.ts';
import { type Clock, nowIso } from '../platform/clock.ts';
import type { Db } from '../platform/database/database.ts';

/** Closes a case that a deed has resolved, in the transaction of that deed; one that is not open stays as it is. */
export async function settleCase(
  { db, clock }: { db: Db; clock: Clock },
  { dedupeKey, resolution, actor }: { dedupeKey: string; resolution: string; actor: Actor },
): Promise<void> {
  const closed = await db.q
    .updateTable('case_file')
    .set({
      closed_at: nowIso(clock),
      closed_by: actor.kind === 'person' ? (actor.id ?? null) : null,
      resolution,
    })
    .where('dedupe_key', '=', dedupeKey)
    .where('closed_at', 'is', null)
    .returning('id')
    .executeTakeFirst();
  if (!closed) return;
  await recordAudit(
    { db, clock },
    { actor, action: 'case.closed', subjectKind: 'case', subjectId: closed.id, detail: { resolution } },
  );
}
