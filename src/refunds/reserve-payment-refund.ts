import type { Actor } from '../audit/record.ts';
import { type CreditReason, creditReasonFaults } from '../invoices/credit-note.ts';
import { showMoneyWithCode } from '../money/show-money.ts';
import { lockPayables } from '../payables/payables.store.ts';
import { refuseWhileUnexplained } from '../payables/unexplained-refund.ts';
import type { PaymentParts } from '../payments/payment-parts.ts';
import { type FieldErrors, Refusal, refuseFields } from '../platform/refusal.ts';
import { tidyLine } from '../platform/text-key.ts';
import { CLAIM_OUTCOMES, type ClaimOutcome, type Refund, type RefundMethod } from './refund.ts';
import { type PaymentRoom, paymentRoomOf } from './refund-rooms.store.ts';
import { documentsOfRefund, refundsOfForm } from './refunds.store.ts';
import { wordFaults } from './reserve-refund.ts';
import { writeRefunds } from './write-refunds.ts';

/** A part of what a payment settled: whole minor units of one document. */
export interface RefundShare {
  payableId: string;
  amountMinor: number;
}

export interface PaymentRefundOrder {
  paymentId: string;
  shares: RefundShare[];
  /** What becomes of the invoices among them; undefined where there are none. */
  outcome: ClaimOutcome | undefined;
  /** To the card that paid; by hand what staff recorded, or what a card has paid that takes no money any more. */
  method: RefundMethod;
  /** What stands on the cheque or the transfer, or empty. */
  reference: string;
  reasonKind: CreditReason;
  reason: string;
  /** Made with the form: the same form sent twice is one refund. */
  submissionId: string;
  actor: Actor;
}

/**
 * Writes down that money of a payment goes back, of one or several of the documents it settled, checked against what is
 * left of each under their lock. What follows is as for a deposit (`writeRefunds`). Gives the refund.
 * Errors: Refusal `more-than-left`, `card-first`, `no-card` (409, under the field of the document, or `method`),
 * `unexplained-refund` (409), `fields-invalid` (422), or 404.
 */
export async function reservePaymentRefund(parts: PaymentParts, order: PaymentRefundOrder): Promise<Refund[]> {
  const { db } = parts;
  const given = { ...order, reference: tidyLine(order.reference), reason: tidyLine(order.reason) };
  const faults = faultsOf(given);
  if (Object.keys(faults).length > 0) throw refuseFields(faults);
  return db.tx(async () => {
    const payables = await lockPayables(db, await documentsOfRefund(db, { id: '', paymentId: given.paymentId }));
    const before = await refundsOfForm(db, given.submissionId);
    if (before.length > 0) return before;
    const room = await paymentRoomOf(db, given.paymentId);
    await refuseWhileUnexplained(
      db,
      payables.map((one) => one.id),
    );
    refuseWrongWay(room, given.method);
    refuseBeyondRoom(room, given.shares);
    const lines = given.shares.map(({ payableId, amountMinor }) => ({
      payableId,
      amountMinor,
      outcome: outcomeOf(payableId, given.outcome),
    }));
    const byCard = given.method === 'card';
    return writeRefunds(parts, { ...given, customerId: room.customerId, currency: room.currency }, [
      { paymentId: room.paymentId, accountId: byCard ? room.accountId : undefined, lines },
    ]);
  });
}

/** What becomes of a document: money of a deposit is only given back. Errors: no choice for an invoice (422). */
export function outcomeOf(payableId: string, outcome: ClaimOutcome | undefined): 'deposit' | ClaimOutcome {
  if (!payableId.startsWith('inv_')) return 'deposit';
  if (!outcome || !CLAIM_OUTCOMES.includes(outcome)) throw refuseFields({ outcome: NO_OUTCOME });
  return outcome;
}

export const NO_OUTCOME = 'Choose what becomes of the claim.';

function faultsOf({ shares, reference, reasonKind, reason }: PaymentRefundOrder): FieldErrors {
  const faults = { ...wordFaults({ reference, reason }), ...creditReasonFaults({ reasonKind, reason }) };
  for (const { payableId, amountMinor } of shares) {
    if (!Number.isSafeInteger(amountMinor) || amountMinor <= 0) faults[sumField(payableId)] = 'Enter a sum above zero.';
  }
  if (shares.length === 0) faults.form = 'Enter how much goes back.';
  return faults;
}

/** The name of the field in which the sum of a document stands. */
export function sumField(payableId: string): string {
  return `sum-${payableId}`;
}

function refuseWrongWay({ method, closed }: PaymentRoom, wanted: RefundMethod): void {
  if (method !== 'card' && wanted === 'card') throw refuse('no-card', 'method', 'This was not paid by card.');
  if (method === 'card' && wanted !== 'card' && !closed) {
    throw refuse('card-first', 'method', 'This was paid by card and goes back to that card.');
  }
}

/** Errors: Refusal `more-than-left` (409) with the sum that remains, under the field of the document. */
export function refuseBeyondRoom(room: PaymentRoom, shares: readonly RefundShare[]): void {
  const show = (amountMinor: number) => showMoneyWithCode({ amountMinor, currency: room.currency });
  for (const { payableId, amountMinor } of shares) {
    const document = room.documents.find((one) => one.payable.id === payableId);
    const leftMinor = document?.leftMinor ?? 0;
    if (amountMinor <= leftMinor) continue;
    const left = leftMinor > 0 ? `Only ${show(leftMinor)} is` : 'Nothing is';
    const of = document ? `${document.payable.kind} ${document.payable.number}` : 'this document';
    throw refuse(
      'more-than-left',
      sumField(payableId),
      `${left} left to refund of what this payment settled of ${of}.`,
    );
  }
  const sumMinor = shares.reduce((sum, one) => sum + one.amountMinor, 0);
  if (sumMinor <= room.leftMinor) return;
  const left = room.leftMinor > 0 ? `Only ${show(room.leftMinor)} is` : 'Nothing is';
  throw refuse('more-than-left', 'form', `${left} left to refund of this payment.`);
}

function refuse(code: string, field: string, sentence: string): Refusal {
  return new Refusal(code, 409, sentence, { fields: { [field]: sentence } });
}
