import { recordAudit } from '../audit/record.ts';
import { openCase } from '../cases/open-case.ts';
import { holdExcess } from '../deposits/hold-excess.ts';
import { creditNotesOfDispute } from '../invoices/credit-notes.store.ts';
import { withdrawCreditNote } from '../invoices/withdraw-credit-note.ts';
import type { JournalLine } from '../ledger/journal.ts';
import { postJournal } from '../ledger/post-journal.ts';
import { endSettledLinks } from '../links/end-settled-links.ts';
import { reopenClosedLinks } from '../links/reopen-closed-links.ts';
import { plainAmount, showMoneyWithCode } from '../money/show-money.ts';
import { allocate } from '../payables/allocate.ts';
import { leasesOn } from '../payables/lease.ts';
import type { Payable } from '../payables/payable.ts';
import { readPayables } from '../payables/payables.store.ts';
import { restatePayable } from '../payables/restate-payable.ts';
import type { PaymentParts } from '../payments/payment-parts.ts';
import type { Db } from '../platform/database/database.ts';
import { DISPUTE_STATES, type Dispute, shareAmongDocuments } from './dispute.ts';
import { partsOfDispute, readDispute, roomsOfPayment, takenMinor, writeDispute, writeParts } from './disputes.store.ts';

const GATEWAY = { kind: 'gateway' } as const;

/**
 * Puts back what was decided about a dispute that is won after all, once its money is here again: credit notes are taken
 * back, invoices settled again, deposits held again. What an invoice does not need any more, because it was paid otherwise
 * meanwhile or is being paid, is held as a deposit. A person is told; should it be lost again, it is decided anew. In the
 * transaction that heard of it, with all its documents locked. Gives the dispute as it then is.
 */
export async function restoreClaim(parts: PaymentParts, dispute: Dispute): Promise<Dispute> {
  const { db } = parts;
  const { decision, currency, paymentId } = dispute;
  const isBack =
    DISPUTE_STATES[dispute.state].over && dispute.state !== 'lost' && (await takenMinor(db, dispute.id)) === 0;
  if (!decision || !paymentId || !isBack) return dispute;
  const shares = await partsOfDispute(db, dispute.id);
  await writeParts(db, dispute.id, []);
  const set = { decision: null, decided_at: null, decided_by: null, decision_reason: null };
  if (!(await writeDispute(db, dispute, set))) throw new Error(`${dispute.id} changed while it was being put back`);

  const credited = await takeCreditNotesBack(parts, dispute);
  const lines: JournalLine[] = [];
  const bookedMinor = await bookedAway(db, dispute.id);
  let restMinor = bookedMinor;
  for (const { payableId, amountMinor } of shares) {
    if (amountMinor === 0) continue;
    restMinor -= amountMinor;
    const settledMinor = await putBack(parts, { paymentId, payableId, amountMinor, credited });
    if (settledMinor > 0) lines.push({ ledgerAccount: 'receivables', currency, amountMinor: -settledMinor });
    const heldMinor = amountMinor - settledMinor;
    if (heldMinor > 0) lines.push({ ledgerAccount: 'customer-deposits', currency, amountMinor: -heldMinor });
  }
  if (restMinor !== 0) lines.push({ ledgerAccount: 'suspense', currency, amountMinor: -restMinor });
  if (bookedMinor !== 0) {
    await postJournal(parts, {
      kind: 'dispute-restored',
      subjectKind: 'dispute',
      subjectId: `${dispute.id}:${dispute.version}`,
      memo: `Dispute ${dispute.gatewayRef} won after all`,
      lines: [{ ledgerAccount: 'disputes', currency, amountMinor: bookedMinor }, ...lines],
    });
  }
  // As when it began, should the bank take it up again.
  await writeParts(
    db,
    dispute.id,
    shareAmongDocuments(dispute.amountMinor, await roomsOfPayment(db, paymentId, dispute.id)),
  );
  await tell(parts, dispute);
  return readDispute(db, dispute.id);
}

/** What was taken out of the disputes in the books when it was decided. */
async function bookedAway({ q }: Db, disputeId: string): Promise<number> {
  const row = await q
    .selectFrom('journal_entry')
    .innerJoin('journal_line', 'journal_line.entry_id', 'journal_entry.id')
    .select(({ fn }) => fn.sum<number | string | null>('journal_line.amount_minor').as('sum'))
    .where('journal_entry.about_id', '=', disputeId)
    .where('journal_line.ledger_account', '=', 'disputes')
    .executeTakeFirst();
  return 0 - Number(row?.sum ?? 0);
}

/** Gives how much is due again by that, by invoice. */
async function takeCreditNotesBack(parts: PaymentParts, dispute: Dispute): Promise<Map<string, number>> {
  const credited = new Map<string, number>();
  for (const note of await creditNotesOfDispute(parts.db, dispute.id)) {
    if (note.withdrawn) continue;
    const order = { id: note.id, reason: 'The dispute that it came of was won after all.', actor: GATEWAY };
    await withdrawCreditNote({ ...parts, reopenClosedLinks }, order);
    credited.set(note.payableId, (credited.get(note.payableId) ?? 0) + note.amountMinor);
  }
  return credited;
}

/** Gives how much an invoice took; the rest is held, all of it where the document is a deposit. */
async function putBack(
  parts: PaymentParts,
  given: { paymentId: string; payableId: string; amountMinor: number; credited: Map<string, number> },
): Promise<number> {
  const { db } = parts;
  const { paymentId, payableId, amountMinor } = given;
  const [now] = (await readPayables(db, [payableId])) as [Payable];
  if (now.kind === 'deposit') {
    await restatePayable(parts, now);
    return 0;
  }
  // A payer under way has been shown what is due: only what the credit note has just set free is taken beside them.
  const isLeased = (await leasesOn(db, [payableId])).length > 0;
  const settledMinor = Math.min(amountMinor, isLeased ? (given.credited.get(payableId) ?? 0) : now.dueMinor);
  const reverses = await reversalOf(db, given);
  if (settledMinor > 0) {
    await allocate(parts, now, { paymentId, amountMinor: settledMinor, reverses });
    await endSettledLinks(parts, { payableIds: [payableId], actor: GATEWAY });
  }
  const restMinor = amountMinor - settledMinor;
  if (restMinor > 0) {
    const note = `Came back from a dispute about invoice ${now.number}.`;
    const { customerId, currency } = now;
    await holdExcess(parts, { customerId, currency, amountMinor: restMinor, paymentId, note, reverses });
  }
  return settledMinor;
}

/** The row by which the decision took the payment's part back. */
async function reversalOf(
  { q }: Db,
  { paymentId, payableId, amountMinor }: { paymentId: string; payableId: string; amountMinor: number },
): Promise<string> {
  const { id } = await q
    .selectFrom('allocation')
    .select('id')
    .where('payment_id', '=', paymentId)
    .where('payable_id', '=', payableId)
    .where('amount_minor', '=', -amountMinor)
    .where('id', 'not in', (from) =>
      from
        .selectFrom('refund_line')
        .select('allocation_id')
        .where('payable_id', '=', payableId)
        .where('allocation_id', 'is not', null)
        .$castTo<{ allocation_id: string }>(),
    )
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirstOrThrow();
  return id;
}

async function tell(parts: PaymentParts, dispute: Dispute): Promise<void> {
  await recordAudit(parts, {
    actor: GATEWAY,
    action: 'dispute.decision-taken-back',
    subjectKind: 'dispute',
    subjectId: dispute.id,
    detail: { outcome: dispute.decision?.outcome, amount: plainAmount(dispute), currency: dispute.currency },
  });
  await openCase(parts, {
    kind: 'gateway-mismatch',
    dedupeKey: `dispute-won-late-${dispute.id}-${dispute.closedAt}`,
    subjectKind: 'dispute',
    subjectId: dispute.id,
    customerId: dispute.customerId,
    summary: `A dispute of ${showMoneyWithCode(dispute)} that was lost and decided here was won after all. What was owed again is settled again, and credit notes are taken back; what the documents do not need any more is held as a deposit. Tell the customer, and give back what was paid twice.`,
    detail: { gatewayRef: dispute.gatewayRef, disputedMinor: dispute.amountMinor, currency: dispute.currency },
  });
}
