import type { Selectable, Updateable } from 'kysely';
import type { DeclineCategory } from '../gateway/gateway.ts';
import type { Db } from '../platform/database/database.ts';
import type { AttemptTable, PaymentTable } from '../platform/database/tables.ts';
import { notFound } from '../platform/refusal.ts';
import { type Attempt, type AttemptState, OPEN_ATTEMPTS } from './attempt.ts';
import { type Payment, type PaymentPart, type PaymentState, statesBefore } from './payment.ts';

/** Errors: 404 when there is none of that id. Inside a transaction it reads what that transaction sees. */
export async function readPayment(db: Db, id: string): Promise<Payment> {
  const row = await db.read.selectFrom('payment').selectAll().where('id', '=', id).executeTakeFirst();
  if (!row) throw notFound('payment');
  return paymentOf(row);
}

export async function findPaymentByRef(db: Db, accountId: string, gatewayRef: string): Promise<Payment | undefined> {
  const row = await db.read
    .selectFrom('payment')
    .selectAll()
    .where('account_id', '=', accountId)
    .where('gateway_ref', '=', gatewayRef)
    .executeTakeFirst();
  return row && paymentOf(row);
}

export async function partsOf(db: Db, paymentId: string): Promise<PaymentPart[]> {
  const rows = await db.read
    .selectFrom('payment_payable')
    .selectAll()
    .where('payment_id', '=', paymentId)
    .orderBy('payable_id')
    .execute();
  return rows.map((row) => ({ payableId: row.payable_id, amountMinor: row.amount_minor, version: row.version }));
}

export async function readAttempt(db: Db, id: string): Promise<Attempt | undefined> {
  const row = await db.read.selectFrom('attempt').selectAll().where('id', '=', id).executeTakeFirst();
  return row && attemptOf(row);
}

export async function findAttemptBySubmission(db: Db, submissionId: string): Promise<Attempt | undefined> {
  const row = await db.read
    .selectFrom('attempt')
    .selectAll()
    .where('submission_id', '=', submissionId)
    .executeTakeFirst();
  return row && attemptOf(row);
}

/** The saved card that staff wanted to charge with the payment a link hands over. Errors: 404 where there is none. */
export async function cardOnFile(db: Db, link: { paymentId: string | undefined }): Promise<string> {
  const row = await db.read
    .selectFrom('attempt')
    .select('saved_card_id')
    .where('payment_id', '=', link.paymentId ?? '')
    .where('presence', '=', 'nobody')
    .orderBy('id', 'desc')
    .executeTakeFirst();
  if (!row?.saved_card_id) throw notFound('card');
  return row.saved_card_id;
}

/** The charges that earlier attempts of a payment ended with: one of them again says nothing about the latest attempt. */
export async function chargesTried(db: Db, paymentId: string): Promise<string[]> {
  const rows = await db.read
    .selectFrom('attempt')
    .select('charge_ref')
    .where('payment_id', '=', paymentId)
    .where('charge_ref', 'is not', null)
    .execute();
  return rows.map((row) => row.charge_ref as string);
}

/**
 * Moves a payment by compare-and-set along the table of states. Gives false when somebody else was first.
 * `from` narrows what it may come from; it is always held within the table.
 */
export async function movePayment(
  db: Db,
  id: string,
  to: PaymentState,
  set: Updateable<PaymentTable> = {},
  from: readonly PaymentState[] = statesBefore(to),
): Promise<boolean> {
  const allowed = statesBefore(to).filter((state) => from.includes(state));
  const moved = await db.q
    .updateTable('payment')
    .set({ ...set, state: to })
    .where('id', '=', id)
    .where('state', 'in', allowed)
    .executeTakeFirst();
  return moved.numUpdatedRows === 1n;
}

/** Moves an attempt by compare-and-set; an attempt that has ended stays as it ended. Gives false when it was not there. */
export async function moveAttempt(
  db: Db,
  id: string,
  to: AttemptState,
  set: Updateable<AttemptTable> = {},
  from: readonly AttemptState[] = OPEN_ATTEMPTS,
): Promise<boolean> {
  const moved = await db.q
    .updateTable('attempt')
    .set({ ...set, state: to })
    .where('id', '=', id)
    .where('state', 'in', [...from])
    .executeTakeFirst();
  return moved.numUpdatedRows === 1n;
}

function paymentOf(row: Selectable<PaymentTable>): Payment {
  return {
    id: row.id,
    method: row.method,
    channel: row.channel,
    customerId: row.customer_id,
    accountId: row.account_id ?? '',
    linkId: row.link_id ?? undefined,
    currency: row.currency,
    amountMinor: row.amount_minor,
    state: row.state,
    attemptId: row.attempt_id ?? undefined,
    gatewayRef: row.gateway_ref ?? undefined,
    createTries: row.create_tries,
    createdAt: row.created_at,
    inFlightSince: row.in_flight_since ?? undefined,
    cancelAskedAt: row.cancel_asked_at ?? undefined,
    handedUntil: row.handed_until ?? undefined,
  };
}

function attemptOf(row: Selectable<AttemptTable>): Attempt {
  return {
    id: row.id,
    paymentId: row.payment_id,
    submissionId: row.submission_id,
    state: row.state,
    confirmationToken: row.confirmation_token,
    savedCardId: row.saved_card_id ?? undefined,
    presence: row.presence,
    linkId: row.link_id ?? undefined,
    startedBy: row.started_by ?? undefined,
    amountMinor: row.amount_minor,
    saveCard: row.save_card === 1,
    consentWording: row.consent_wording,
    consentLanguage: row.consent_language,
    payerEmail: row.payer_email,
    ip: row.ip,
    declineCategory: (row.decline_category ?? undefined) as DeclineCategory | undefined,
    declineCode: row.decline_code ?? undefined,
    createdAt: row.created_at,
    sentAt: row.sent_at ?? undefined,
  };
}
