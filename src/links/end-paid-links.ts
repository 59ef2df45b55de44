import { readPayables } from '../payables/payables.store.ts';
import { type Clock, nowIso } from '../platform/clock.ts';
import type { Db } from '../platform/database/database.ts';
import { dueOn } from './link.ts';
import { payableIdsOf } from './links.store.ts';

/**
 * Ends every link on these payables for which nothing is due any more, in the settling transaction: the one that was
 * paid through as `used`, the others as `closed`. A link that still has something to be paid stays usable.
 */
export async function endPaidLinks(
  { db, clock }: { db: Db; clock: Clock },
  settled: { payableIds: readonly string[]; paidThrough?: string | undefined },
): Promise<void> {
  const open = await db.q
    .selectFrom('link')
    .innerJoin('link_payable', 'link_payable.link_id', 'link.id')
    .select('link.id')
    .distinct()
    .where('link_payable.payable_id', 'in', [...settled.payableIds])
    .where('link.ended_as', 'is', null)
    .execute();
  const payableIds = await payableIdsOf(
    db,
    open.map((link) => link.id),
  );
  for (const { id } of open) {
    if (dueOn(await readPayables(db, payableIds.get(id) ?? [])) > 0) continue;
    await db.q
      .updateTable('link')
      .set({ ended_as: id === settled.paidThrough ? 'used' : 'closed', ended_at: nowIso(clock) })
      .where('id', '=', id)
      .where('ended_as', 'is', null)
      .execute();
  }
}
