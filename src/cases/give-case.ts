import { recordAudit, SYSTEM } from '../audit/record.ts';
import type { Clock } from '../platform/clock.ts';
import type { Db } from '../platform/database/database.ts';

/** Gives an open case that nobody owns to the person who decides such things. Gives false when there was nothing to give. */
export async function giveCase(
  { db, clock }: { db: Db; clock: Clock },
  { caseId, ownerId }: { caseId: string; ownerId: string },
): Promise<boolean> {
  return db.tx(async () => {
    const given = await db.q
      .updateTable('case_file')
      .set({ owner_id: ownerId })
      .where('id', '=', caseId)
      .where('owner_id', 'is', null)
      .where('closed_at', 'is', null)
      .executeTakeFirst();
    if (given.numUpdatedRows !== 1n) return false;
    const about = { subjectKind: 'case', subjectId: caseId, detail: { to: ownerId } };
    await recordAudit({ db, clock }, { actor: SYSTEM, action: 'case.given', ...about });
    return true;
  });
}
