import type { Actor } from '../audit/record.ts';
import type { CreditReason } from '../invoices/credit-note.ts';
import { showMoneyWithCode } from '../money/show-money.ts';
import { lockPayables } from '../payables/payables.store.ts';
import { refuseWhileUnexplained } from '../payables/unexplained-refund.ts';
import type { PaymentParts } from '../payments/payment-parts.ts';
import { type FieldErrors, notFound, Refusal, refuseFields } from '../platform/refusal.ts';
import { isPlainLine, tidyLine } from '../platform/text-key.ts';
import { type Refund, type RefundMethod, type RefundRoom, shareAmongCards } from './refund.ts';
import { refundRoomOf } from './refund-rooms.store.ts';
import { refundsOfForm } from './refunds.store.ts';
import { writeRefunds } from './write-refunds.ts';

export interface RefundOrder {
  depositId: string;
  /** Whole minor units of the deposit's currency. */
  amountMinor: number;
  /** To the cards that paid, or by hand. */
  method: RefundMethod;
  /** What stands on the cheque or the transfer, or empty. */
  reference: string;
  /** Without one, another reason. */
  reasonKind?: CreditReason;
  reason: string;
  /** Made with the form: the same form sent twice is one refund. */
  submissionId: string;
  actor: Actor;
}

/**
 * Writes down that money of a deposit goes back, checked against what is left, so that nobody can promise it twice. By hand
 * it is booked at once; to a card it is reserved, one refund for each payment, and has to be sent; above the sum that one
 * person may give back alone it waits. Gives the refunds.
 * Errors: Refusal `more-than-left`, `card-first` or `no-card` (409, under the field `amount` or `method`),
 * `unexplained-refund` (409), `fields-invalid` (422), or 404.
 */
export async function reserveRefund(parts: PaymentParts, order: RefundOrder): Promise<Refund[]> {
  const { db } = parts;
  const given = { ...order, reference: tidyLine(order.reference), reason: tidyLine(order.reason) };
  const faults = faultsOf(given);
  if (Object.keys(faults).length > 0) throw refuseFields(faults);
  return db.tx(async () => {
    const [deposit] = await lockPayables(db, [given.depositId]);
    if (deposit?.kind !== 'deposit') throw notFound('deposit');
    const before = await refundsOfForm(db, given.submissionId);
    if (before.length > 0) return before;
    // First, since it is why less may be left than was paid.
    await refuseWhileUnexplained(db, [deposit.id]);
    const room = await refundRoomOf(db, deposit.id);
    refuseBeyond(room, given, deposit.currency);
    const shares =
      given.method === 'card'
        ? shareAmongCards(given.amountMinor, room.cards)
        : [{ card: undefined, amountMinor: given.amountMinor }];
    return writeRefunds(
      parts,
      { ...given, reasonKind: given.reasonKind ?? 'other', customerId: deposit.customerId, currency: deposit.currency },
      shares.map(({ card, amountMinor }) => ({
        paymentId: card?.paymentId,
        accountId: card?.accountId,
        lines: [{ payableId: deposit.id, amountMinor, outcome: 'deposit' }],
      })),
    );
  });
}

function faultsOf({ amountMinor, reference, reason }: RefundOrder): FieldErrors {
  const faults = wordFaults({ reference, reason });
  if (!Number.isSafeInteger(amountMinor) || amountMinor <= 0) faults.amount = 'Enter a sum above zero.';
  return faults;
}

/** A sentence for each of the words about a refund that cannot stand. */
export function wordFaults({ reference, reason }: { reference: string; reason: string }): FieldErrors {
  const faults: FieldErrors = {};
  if (reference.length > 100) faults.reference = 'At most 100 characters fit here.';
  else if (!isPlainLine(reference)) faults.reference = 'This is one line of plain text.';
  if (reason.length > 200) faults.reason = 'At most 200 characters fit here.';
  else if (!isPlainLine(reason)) faults.reason = 'This is one line of plain text.';
  return faults;
}

function refuseBeyond(room: RefundRoom, { amountMinor, method }: RefundOrder, currency: string): void {
  const show = (minor: number) => showMoneyWithCode({ amountMinor: minor, currency });
  if (amountMinor > room.leftMinor) {
    const left = room.leftMinor > 0 ? `Only ${show(room.leftMinor)} is` : 'Nothing is';
    throw refuse('more-than-left', 'amount', `${left} left of this deposit.`);
  }
  if (method === 'card' && amountMinor > room.cardMinor) {
    const card = room.cardMinor > 0 ? `Only ${show(room.cardMinor)}` : 'Nothing';
    throw refuse('no-card', 'amount', `${card} can go back to a card: no more was paid by card.`);
  }
  if (method !== 'card' && amountMinor > room.byHandMinor) {
    throw refuse(
      'card-first',
      'method',
      `${show(room.leftMinor - room.byHandMinor)} of this was paid by card and goes back to that card.`,
    );
  }
}

function refuse(code: string, field: string, sentence: string): Refusal {
  return new Refusal(code, 409, sentence, { fields: { [field]: sentence } });
}
