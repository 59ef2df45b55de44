import { giveCase } from '../cases/give-case.ts';
import { openCase } from '../cases/open-case.ts';
import type { Clock } from '../platform/clock.ts';
import type { Db } from '../platform/database/database.ts';
import type { Difference, ObjectKind } from './difference.ts';
import { caseOf } from './difference-case.ts';
import { differencesOwner } from './settings.store.ts';

/**
 * Joins a difference that was written down to its case, and gives that to whoever is to decide. What still differs has one
 * opened if there is none; what was repaired has one only where the repair left something to decide.
 */
export async function openDifferenceCase(
  parts: { db: Db; clock: Clock },
  {
    id,
    kind,
    accountId,
    difference,
    isRepaired,
  }: { id: string; kind: ObjectKind; accountId: string; difference: Difference; isRepaired: boolean },
): Promise<void> {
  const { db } = parts;
  const wanted = caseOf(difference, { kind, accountId });
  await db.tx(async () => {
    if (!isRepaired) await openCase(parts, wanted);
    const found = await db.q
      .selectFrom('case_file')
      .select('id')
      .where('dedupe_key', '=', wanted.dedupeKey)
      .executeTakeFirst();
    if (!found) return;
    const caseId = found.id;
    const joined = await db.q
      .updateTable('reconcile_difference')
      .set({ case_id: caseId })
      .where('id', '=', id)
      .where('case_id', 'is', null)
      .executeTakeFirst();
    if (joined.numUpdatedRows !== 1n) return;
    const owner = await differencesOwner(db);
    if (owner) await giveCase(parts, { caseId, ownerId: owner.id });
  });
}
