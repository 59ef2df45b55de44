import { type Actor, recordAudits } from '../audit/record.ts';
import { plainAmount, showMoneyWithCode } from '../money/show-money.ts';
import { lockPayables } from '../payables/payables.store.ts';
import type { PaymentParts } from '../payments/payment-parts.ts';
import { laterIso, MINUTE_MS, nowIso } from '../platform/clock.ts';
import { newId } from '../platform/ids.ts';
import { type FieldErrors, notFound, Refusal, refuseFields } from '../platform/refusal.ts';
import { isPlainLine, tidyLine } from '../platform/text-key.ts';
import { bookRefund } from './book-refund.ts';
import { type Refund, type RefundMethod, type RefundRoom, shareAmongCards } from './refund.ts';
import { refundRoomOf, refundsOfForm } from './refunds.store.ts';

export interface RefundOrder {
  depositId: string;
  /** Whole minor units of the deposit's currency. */
  amountMinor: number;
  /** To the cards that paid, or by hand. */
  method: RefundMethod;
  /** What stands on the cheque or the transfer, or empty. */
  reference: string;
  reason: string;
  /** Made with the form: the same form sent twice is one refund. */
  submissionId: string;
  actor: Actor;
}

/** Whoever reserved it usually sends it at once; the sweeper sees to what was left behind. */
const FIRST_LOOK_MS = MINUTE_MS;

/**
 * Writes down that money goes back, checked against what is left, so that nobody can promise it twice. By hand it is
 * booked at once; to a card it is reserved, one refund for each payment, and has to be sent. Gives the refunds.
 * Errors: Refusal `more-than-left`, `card-first` or `no-card` (409, under the field `amount` or `method`),
 * `fields-invalid` (422), or 404.
 */
export async function reserveRefund(parts: PaymentParts, order: RefundOrder): Promise<Refund[]> {
  const { db, clock } = parts;
  const given = { ...order, reference: tidyLine(order.reference), reason: tidyLine(order.reason) };
  const faults = faultsOf(given);
  if (Object.keys(faults).length > 0) throw refuseFields(faults);
  return db.tx(async () => {
    const [deposit] = await lockPayables(db, [given.depositId]);
    if (deposit?.kind !== 'deposit') throw notFound('deposit');
    const before = await refundsOfForm(db, given.submissionId);
    if (before.length > 0) return before;
    const room = await refundRoomOf(db, deposit.id);
    refuseBeyond(room, given, deposit.currency);

    const shares =
      given.method === 'card'
        ? shareAmongCards(given.amountMinor, room.cards)
        : [{ card: undefined, amountMinor: given.amountMinor }];
    const rows = shares.map(({ card, amountMinor }, part) => ({
      id: newId('ref'),
      method: given.method,
      state: 'reserved' as const,
      customer_id: deposit.customerId,
      payable_id: deposit.id,
      payment_id: card?.paymentId ?? null,
      account_id: card?.accountId ?? null,
      currency: deposit.currency,
      amount_minor: amountMinor,
      reference: given.reference,
      reason: given.reason,
      note: '',
      submission_id: given.submissionId,
      part,
      created_by: given.actor.kind === 'person' ? (given.actor.id ?? null) : null,
      created_at: nowIso(clock),
      next_look_at: card ? laterIso(clock, FIRST_LOOK_MS) : null,
    }));
    await db.q.insertInto('refund').values(rows).execute();
    await recordAudits(
      parts,
      rows.map((row) => ({
        actor: given.actor,
        action: 'deposit.refund-ordered',
        subjectKind: 'deposit',
        subjectId: deposit.id,
        detail: {
          refundId: row.id,
          method: row.method,
          amount: plainAmount({ amountMinor: row.amount_minor, currency: row.currency }),
          currency: row.currency,
        },
      })),
    );
    if (given.method !== 'card') {
      for (const row of rows) await bookRefund(parts, row.id, { state: 'succeeded', actor: given.actor });
    }
    return refundsOfForm(db, given.submissionId);
  });
}

function faultsOf({ amountMinor, reference, reason }: RefundOrder): FieldErrors {
  const faults: FieldErrors = {};
  if (!Number.isSafeInteger(amountMinor) || amountMinor <= 0) faults.amount = 'Enter a sum above zero.';
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
