import { type Actor, recordAudit } from '../audit/record.ts';
import { type Clock, nowIso } from '../platform/clock.ts';
import type { Db } from '../platform/database/database.ts';
import { Refusal } from '../platform/refusal.ts';

/**
 * Closes an open case with a sentence that says how it was resolved.
 * Errors: `case-closed` when it is not open any more.
 */
export async function closeCase(
  { db, clock }: { db: Db; clock: Clock },
  { caseId, resolution, actor }: { caseId: string; resolution: string; actor: Actor & { id: string } },
): Promise<void> {
  await db.tx(async () => {
    const result = await db.q
      .updateTable('case_file')
      .set({ closed_at: nowIso(clock), closed_by: actor.id, resolution })
      .where('id', '=', caseId)
      .where('closed_at', 'is', null)
      .executeTakeFirst();
    if (result.numUpdatedRows !== 1n) {
      throw new Refusal('case-closed', 409, 'Somebody else closed this case meanwhile. Open it again to see how.');
    }
    await recordAudit(
      { db, clock },
      { actor, action: 'case.closed', subjectKind: 'case', subjectId: caseId, detail: { resolution } },
    );
  });
}
