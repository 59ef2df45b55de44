import { type Actor, recordAudit } from '../audit/record.ts';
import { type Clock, nowIso } from '../platform/clock.ts';
import type { Db } from '../platform/database/database.ts';

/** Marks a save-card link as used, in the transaction that keeps the card. A link that ended before keeps how it ended. */
export async function useSaveCardLink(
  parts: { db: Db; clock: Clock },
  { linkId, actor }: { linkId: string; actor: Actor },
): Promise<void> {
  const { db, clock } = parts;
  const marked = await db.q
    .updateTable('link')
    .set({ ended_as: 'used', ended_at: nowIso(clock) })
    .where('id', '=', linkId)
    .where('kind', '=', 'save_card')
    .where('ended_as', 'is', null)
    .executeTakeFirst();
  if (marked.numUpdatedRows !== 1n) return;
  await recordAudit(parts, { actor, action: 'link.used', subjectKind: 'link', subjectId: linkId });
}
