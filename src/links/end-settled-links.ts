import { type Actor, recordAudits } from '../audit/record.ts';
import { readPayables } from '../payables/payables.store.ts';
import { type Clock, nowIso } from '../platform/clock.ts';
import type { Db } from '../platform/database/database.ts';
import { lockLinks, payableIdsOf } from './links.store.ts';

/**
 * Marks links on these payables for which nothing is due any more: the one that was paid through as used, others as
 * closed. Call it in the transaction that settled them. Links that ended before keep how they ended.
 */
export async function endSettledLinks(
  parts: { db: Db; clock: Clock },
  settled: {
    payableIds: string[];
    /** The payment that settled them, and the link it came through. */
    paymentId?: string | undefined;
    usedLinkId?: string | undefined;
    actor: Actor;
  },
): Promise<void> {
  const { db, clock } = parts;
  if (settled.payableIds.length === 0) return;
  const open = await db.q
    .selectFrom('link')
    .select(['id', 'terms', 'payment_id'])
    .where('id', 'in', (from) =>
      from.selectFrom('link_payable').select('link_id').where('payable_id', 'in', settled.payableIds),
    )
    .where('ended_as', 'is', null)
    .execute();
  const ids = open.map((link) => link.id);
  // Two documents of one link that are settled at the same moment: the second one sees what the first has done.
  await lockLinks(db, ids);
  const claims = await payableIdsOf(db, ids);
  for (const { id: linkId, terms, payment_id } of open) {
    const payables = await readPayables(db, claims.get(linkId) ?? []);
    // A link for one part, or for one payment, has done its work although more may be due.
    const isDone =
      (terms === 'part' && linkId === settled.usedLinkId) ||
      (settled.paymentId !== undefined && payment_id === settled.paymentId);
    if (!isDone && payables.some((payable) => payable.dueMinor > 0)) {
      if (terms === 'deposit_or_full' && linkId === settled.usedLinkId) await forgetDeposit(db, linkId);
      continue;
    }
    const endedAs = linkId === settled.usedLinkId ? 'used' : 'closed';
    const marked = await db.q
      .updateTable('link')
      .set({ ended_as: endedAs, ended_at: nowIso(clock) })
      .where('id', '=', linkId)
      .where('ended_as', 'is', null)
      .executeTakeFirst();
    if (marked.numUpdatedRows !== 1n) continue;
    await recordAudits(parts, [
      { actor: settled.actor, action: `link.${endedAs}`, subjectKind: 'link', subjectId: linkId },
    ]);
  }
}

/** The deposit was paid: from now on the link asks for the rest. */
async function forgetDeposit(db: Db, linkId: string): Promise<void> {
  await db.q.updateTable('link').set({ part_minor: null }).where('id', '=', linkId).execute();
}
