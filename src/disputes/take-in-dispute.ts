import { gatewayOf } from '../accounts/accounts.store.ts';
import { recordAudit } from '../audit/record.ts';
import { type Gateway, type GatewayDispute, GatewayError } from '../gateway/gateway.ts';
import { plainAmount } from '../money/show-money.ts';
import { lockPayables } from '../payables/payables.store.ts';
import type { Payment } from '../payments/payment.ts';
import type { PaymentParts } from '../payments/payment-parts.ts';
import { findPaymentByRef, partsOf } from '../payments/payments.store.ts';
import { settlePayment } from '../payments/settle-payment.ts';
import { nowIso } from '../platform/clock.ts';
import type { Db } from '../platform/database/database.ts';
import { newId } from '../platform/ids.ts';
import { bookMovements } from './book-movements.ts';
import {
  DISPUTE_STATES,
  type Dispute,
  dueKey,
  mayBecome,
  nextLookAt,
  shareAmongDocuments,
  stateOf,
} from './dispute.ts';
import { matchCases, tellOfOddState } from './dispute-cases.ts';
import {
  documentsOfDispute,
  findDisputeByRef,
  movementRefs,
  readDispute,
  roomsOfPayment,
  writeDispute,
  writeParts,
} from './disputes.store.ts';
import { restoreClaim } from './restore-claim.ts';

/** How often somebody else may come first before it is left to the next message or look. */
const MOST_TRIES = 6;

/**
 * The only place where a dispute is written down and moves on: called by the gateway's messages, the sweeper and staff, at
 * any time and at once. It asks the gateway for the truth with no transaction open; of two who ask, the one who asked
 * after the last write counts, so a late or reordered message changes nothing. State, money in the books, cases and audit
 * are one transaction. Gives the dispute as it then is. Errors: GatewayError when the gateway cannot be asked.
 */
export async function takeInDispute(parts: PaymentParts, accountId: string, gatewayRef: string): Promise<Dispute> {
  const gateway = await gatewayOf(parts, accountId);
  for (let tries = 0; tries < MOST_TRIES; tries++) {
    const before = await findDisputeByRef(parts.db, accountId, gatewayRef);
    const truth = await gateway.readDispute(gatewayRef);
    if (before && !(await isNews(parts.db, before, truth))) return readDispute(parts.db, before.id);
    const payment = await paymentOf(parts, accountId, truth);
    const checks = before?.paymentId ? undefined : await checksOf(gateway, truth, payment);
    const written = await write(parts, { accountId, truth, payment, before, checks });
    if (written) return written;
  }
  throw new GatewayError('busy', 'dispute-busy', `dispute ${gatewayRef} is being written by others`);
}

/** True when the gateway says something that is not written down here, or when the payment may be known by now. */
async function isNews(db: Db, before: Dispute, truth: GatewayDispute): Promise<boolean> {
  if (!before.paymentId || stateOf(truth) !== before.state || truth.submissions !== before.submissions) return true;
  if (truth.dueAt !== before.dueBy || truth.money.amountMinor !== before.amountMinor) return true;
  if (truth.reason !== before.reason) return true;
  const booked = new Set(await movementRefs(db, before.id));
  return truth.movements.some(({ ref, amountMinor }) => amountMinor !== 0 && !booked.has(ref));
}

/** The payment that is disputed, booked; a dispute may be heard of before the payment itself. */
async function paymentOf(parts: PaymentParts, accountId: string, truth: GatewayDispute): Promise<Payment | undefined> {
  const payment = truth.paymentRef && (await findPaymentByRef(parts.db, accountId, truth.paymentRef));
  if (!payment) return undefined;
  if (payment.state === 'paid') return payment;
  return (await settlePayment(parts, payment.id)) === 'paid' ? payment : undefined;
}

/** What the bank checked when it was paid; asked for once, while the gateway still tells. */
async function checksOf(gateway: Gateway, { paymentRef }: GatewayDispute, payment: Payment | undefined) {
  if (!payment || !paymentRef) return undefined;
  return (await gateway.readPayment(paymentRef)).checks;
}

interface Found {
  accountId: string;
  truth: GatewayDispute;
  payment: Payment | undefined;
  before: Dispute | undefined;
  checks: object | undefined;
}

/** Writes it down in one transaction; undefined when somebody was first. */
async function write(parts: PaymentParts, found: Found): Promise<Dispute | undefined> {
  const { db } = parts;
  return db.tx(async () => {
    // Documents first, as everybody who moves money does.
    const settled = found.payment ? (await partsOf(db, found.payment.id)).map((part) => part.payableId) : [];
    const known = found.before ? await documentsOfDispute(db, found.before.id) : [];
    await lockPayables(db, [...new Set([...settled, ...known])]);
    const before = found.before ?? (await begin(parts, found));
    if (!before) return undefined;
    const set = whatChanged(parts, found, before);
    if (!(await writeDispute(db, before, set))) return undefined;
    // What was decided before the payment was known has gone to suspense, and was taken out of no document.
    if (found.payment && !found.before?.paymentId && !before.decision) {
      const rooms = await roomsOfPayment(db, found.payment.id, before.id);
      await writeParts(db, before.id, shareAmongDocuments(found.truth.money.amountMinor, rooms));
    }
    const heard = await readDispute(db, before.id);
    await bookMovements(parts, heard, found.truth.movements);
    const dispute = await restoreClaim(parts, heard);
    await matchCases(parts, dispute, found.before);
    if (stateOf(found.truth) !== dispute.state) await tellOfOddState(parts, dispute, found.truth.rawStatus);
    await tellStory(parts, dispute, found.before);
    return dispute;
  });
}

/** The row of a dispute that is new; undefined when it stands there already. */
async function begin({ db, clock }: PaymentParts, { accountId, truth }: Found): Promise<Dispute | undefined> {
  const state = stateOf(truth) ?? 'under_review';
  const row = await db.q
    .insertInto('dispute')
    .values({
      id: newId('dis'),
      account_id: accountId,
      gateway_ref: truth.ref,
      payment_id: null,
      customer_id: null,
      charge_ref: truth.chargeRef,
      payment_ref: truth.paymentRef ?? null,
      state,
      holds_money: DISPUTE_STATES[state].holdsMoney ? 1 : 0,
      reason: truth.reason,
      network_reason: truth.networkReason ?? null,
      currency: truth.money.currency,
      amount_minor: truth.money.amountMinor,
      due_by: truth.dueAt ?? null,
      due_key: dueKey(state, truth.dueAt),
      checks: null,
      opened_at: truth.createdAt,
      heard_at: nowIso(clock),
      closed_at: null,
      decision: null,
      decided_at: null,
      decided_by: null,
      decision_reason: null,
      answer: null,
      answer_id: null,
      answered_at: null,
      answered_by: null,
      next_look_at: null,
    })
    .onConflict((clash) => clash.columns(['account_id', 'gateway_ref']).doNothing())
    .returning('id')
    .executeTakeFirst();
  return row && readDispute(db, row.id);
}

/** What the gateway says now; a state that the table does not allow is left, and the difference becomes a case. */
function whatChanged({ clock }: PaymentParts, { truth, payment, before: known, checks }: Found, before: Dispute) {
  const told = stateOf(truth);
  const state = told && mayBecome(before.state, told) ? told : before.state;
  const { over, holdsMoney } = DISPUTE_STATES[state];
  const closedAt = over ? (before.state === state && known?.closedAt ? known.closedAt : nowIso(clock)) : null;
  return {
    state,
    holds_money: holdsMoney ? (1 as const) : (0 as const),
    amount_minor: truth.money.amountMinor,
    reason: truth.reason,
    network_reason: truth.networkReason ?? null,
    due_by: truth.dueAt ?? null,
    due_key: dueKey(state, truth.dueAt),
    submissions: truth.submissions,
    closed_at: closedAt,
    next_look_at: nextLookAt({ closedAt: closedAt ?? undefined }, clock),
    ...(payment ? { payment_id: payment.id, customer_id: payment.customerId } : {}),
    ...(checks ? { checks: JSON.stringify(checks) } : {}),
  };
}

async function tellStory(parts: PaymentParts, dispute: Dispute, before: Dispute | undefined): Promise<void> {
  if (before?.state === dispute.state && before.submissions === dispute.submissions) return;
  await recordAudit(parts, {
    actor: { kind: 'gateway' },
    action: before ? `dispute.${dispute.state}` : 'dispute.opened',
    subjectKind: 'dispute',
    subjectId: dispute.id,
    detail: {
      gatewayRef: dispute.gatewayRef,
      state: dispute.state,
      reason: dispute.reason,
      amount: plainAmount(dispute),
      currency: dispute.currency,
      submissions: dispute.submissions,
    },
  });
}
