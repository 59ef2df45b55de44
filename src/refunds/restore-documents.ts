import type { Actor } from '../audit/record.ts';
import { openCase } from '../cases/open-case.ts';
import { holdExcess } from '../deposits/hold-excess.ts';
import { creditNotesOfRefund } from '../invoices/credit-notes.store.ts';
import { withdrawCreditNote } from '../invoices/withdraw-credit-note.ts';
import type { JournalLine } from '../ledger/journal.ts';
import { endSettledLinks } from '../links/end-settled-links.ts';
import { reopenClosedLinks } from '../links/reopen-closed-links.ts';
import { showMoneyWithCode } from '../money/show-money.ts';
import { allocate } from '../payables/allocate.ts';
import { leasesOn } from '../payables/lease.ts';
import type { Payable } from '../payables/payable.ts';
import { readPayables } from '../payables/payables.store.ts';
import { restatePayable } from '../payables/restate-payable.ts';
import type { PaymentParts } from '../payments/payment-parts.ts';
import type { Refund, RefundLine } from './refund.ts';

/**
 * Puts money that came back on the documents it had been taken off, which are locked: credit notes are taken back and what
 * the payment settled is settled again. What was paid otherwise meanwhile, or is being paid, is not settled twice: that
 * money is held as a deposit of the customer, with a case. Gives the lines of the books that it is credited to. Call it
 * in the transaction that books the refund back.
 */
export async function restoreDocuments(
  parts: PaymentParts,
  refund: Refund,
  { payables, actor }: { payables: readonly Payable[]; actor: Actor },
): Promise<JournalLine[]> {
  const credits: JournalLine[] = [];
  const { currency } = refund;
  for (const line of refund.lines) {
    const payable = payables.find((one) => one.id === line.payableId) as Payable;
    if (line.outcome === 'deposit') {
      await restatePayable(parts, payable);
      credits.push({ ledgerAccount: 'customer-deposits', currency, amountMinor: -line.amountMinor });
      continue;
    }
    const settledMinor = await settleAgain(parts, refund, { line, payable, actor });
    const restMinor = line.amountMinor - settledMinor;
    if (settledMinor > 0) credits.push({ ledgerAccount: 'receivables', currency, amountMinor: -settledMinor });
    if (restMinor > 0) {
      await holdRest(parts, refund, { line, payable, restMinor });
      credits.push({ ledgerAccount: 'customer-deposits', currency, amountMinor: -restMinor });
    }
  }
  return credits;
}

/** Gives how much of it the invoice takes again. */
async function settleAgain(
  parts: PaymentParts,
  refund: Refund,
  { line, payable, actor }: { line: RefundLine; payable: Payable; actor: Actor },
): Promise<number> {
  const { db } = parts;
  const withdrawnMinor = await withdrawCredit(parts, refund, { line, actor });
  const [now] = (await readPayables(db, [payable.id])) as [Payable];
  // A payer under way has been shown what is due: only what the credit note has just set free is taken beside them.
  const isLeased = (await leasesOn(db, [payable.id])).length > 0;
  const settledMinor = Math.min(line.amountMinor, isLeased ? withdrawnMinor : now.dueMinor);
  if (settledMinor === 0) return 0;
  await allocate(parts, now, {
    paymentId: refund.paymentId ?? '',
    amountMinor: settledMinor,
    reverses: line.allocationId,
    createdBy: refund.createdBy,
  });
  await endSettledLinks(parts, { payableIds: [payable.id], actor });
  return settledMinor;
}

async function withdrawCredit(
  parts: PaymentParts,
  refund: Refund,
  { line, actor }: { line: RefundLine; actor: Actor },
): Promise<number> {
  const notes = await creditNotesOfRefund(parts.db, refund.id);
  const note = notes.find((one) => one.payableId === line.payableId && !one.withdrawn);
  if (!note) return 0;
  const order = { id: note.id, reason: 'The refund that it came of did not arrive.', actor };
  await withdrawCreditNote({ ...parts, reopenClosedLinks }, order);
  return note.amountMinor;
}

async function holdRest(
  parts: PaymentParts,
  refund: Refund,
  { line, payable, restMinor }: { line: RefundLine; payable: Payable; restMinor: number },
): Promise<void> {
  const deposit = await holdExcess(parts, {
    customerId: refund.customerId,
    currency: refund.currency,
    amountMinor: restMinor,
    paymentId: refund.paymentId ?? '',
    note: `Came back from a refund of invoice ${payable.number}.`,
    reverses: line.allocationId,
  });
  const sum = showMoneyWithCode({ amountMinor: restMinor, currency: refund.currency });
  await openCase(parts, {
    kind: 'excess-payment',
    dedupeKey: `came-back-${refund.id}-${payable.id}`,
    subjectKind: 'refund',
    subjectId: refund.id,
    customerId: refund.customerId,
    summary: `${sum} of a refund of invoice ${payable.number} came back, and the invoice does not need it any more. It is held as deposit ${deposit.number}: apply it or refund it.`,
    detail: { excessMinor: restMinor, currency: refund.currency, depositId: deposit.id },
  });
}
