import { type Actor, recordAudits } from '../audit/record.ts';
import { readPayables } from '../payables/payables.store.ts';
import type { Clock } from '../platform/clock.ts';
import type { Db } from '../platform/database/database.ts';
import { lockLinks, payableIdsOf } from './links.store.ts';

/**
 * Opens links that were closed because nothing was due, where something is due again: whoever holds one would be told
 * that it is settled. Call it in the transaction that took the payment back. Links that ended in another way stay so.
 */
export async function reopenClosedLinks(
  parts: { db: Db; clock: Clock },
  owed: { payableIds: string[]; actor: Actor },
): Promise<void> {
  const { db } = parts;
  if (owed.payableIds.length === 0) return;
  const candidates = await db.q
    .selectFrom('link')
    .select('id')
    .where('id', 'in', (from) =>
      from.selectFrom('link_payable').select('link_id').where('payable_id', 'in', owed.payableIds),
    )
    // One that is open too: another document of it may be settled beside us, and close it.
    .where((eb) => eb.or([eb('ended_as', 'is', null), eb('ended_as', '=', 'closed')]))
    // What was handed over belongs to one payment, which is over.
    .where('payment_id', 'is', null)
    .execute();
  const ids = candidates.map((link) => link.id);
  await lockLinks(db, ids);
  const claims = await payableIdsOf(db, ids);
  for (const [linkId, payableIds] of claims) {
    const payables = await readPayables(db, payableIds);
    if (payables.every((payable) => payable.dueMinor === 0)) continue;
    const opened = await db.q
      .updateTable('link')
      .set({ ended_as: null, ended_at: null })
      .where('id', '=', linkId)
      .where('ended_as', '=', 'closed')
      .executeTakeFirst();
    if (opened.numUpdatedRows !== 1n) continue;
    await recordAudits(parts, [{ actor: owed.actor, action: 'link.reopened', subjectKind: 'link', subjectId: linkId }]);
  }
}
