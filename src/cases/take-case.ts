import { type Actor, recordAudit } from '../audit/record.ts';
import type { Clock } from '../platform/clock.ts';
import type { Db } from '../platform/database/database.ts';
import { Refusal } from '../platform/refusal.ts';

/**
 * Makes a person the owner of an open case, in place of the owner they saw (undefined or empty: nobody).
 * Errors: `case-changed` when the case was closed or taken by somebody else meanwhile.
 */
export async function takeCase(
  { db, clock }: { db: Db; clock: Clock },
  { caseId, ownerSeen, actor }: { caseId: string; ownerSeen?: string | undefined; actor: Actor & { id: string } },
): Promise<void> {
  await db.tx(async () => {
    const result = await db.q
      .updateTable('case_file')
      .set({ owner_id: actor.id })
      .where('id', '=', caseId)
      .where('closed_at', 'is', null)
      .where('owner_id', ownerSeen ? '=' : 'is', ownerSeen || null)
      .executeTakeFirst();
    if (result.numUpdatedRows !== 1n) {
      throw new Refusal('case-changed', 409, 'Somebody else took or closed this case meanwhile. Open it again to see.');
    }
    await recordAudit(
      { db, clock },
      {
        actor,
        action: 'case.taken',
        subjectKind: 'case',
        subjectId: caseId,
        detail: { from: ownerSeen ?? null, to: actor.id },
      },
    );
  });
}
