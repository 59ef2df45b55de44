import { type Actor, recordAudit } from '../audit/record.ts';
import { type Clock, nowIso } from '../platform/clock.ts';
import type { Db } from '../platform/database/database.ts';

/**
 * Closes the case that was opened under this key, where it is open: what it asked for has been done or has passed. In the
 * transaction of the deed that settles it. Gives false when there was none open.
 */
export async function settleCase(
  { db, clock }: { db: Db; clock: Clock },
  { dedupeKey, resolution, actor }: { dedupeKey: string; resolution: string; actor: Actor },
): Promise<boolean> {
  const closed = await db.q
    .updateTable('case_file')
    .set({ closed_at: nowIso(clock), closed_by: actor.kind === 'person' ? (actor.id ?? null) : null, resolution })
    .where('dedupe_key', '=', dedupeKey)
    .where('closed_at', 'is', null)
    .returning('id')
    .executeTakeFirst();
  if (!closed) return false;
  await recordAudit(
    { db, clock },
    { actor, action: 'case.closed', subjectKind: 'case', subjectId: closed.id, detail: { resolution } },
  );
  return true;
}
