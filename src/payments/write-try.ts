import { type Account, accountProblem } from '../accounts/account.ts';
import { type Actor, recordAudit } from '../audit/record.ts';
import type { Confirmation, Gateway } from '../gateway/gateway.ts';
import { leasesOn } from '../payables/lease.ts';
import { laterIso, MINUTE_MS, nowIso } from '../platform/clock.ts';
import { newId } from '../platform/ids.ts';
import { Refusal } from '../platform/refusal.ts';
import type { Attempt } from './attempt.ts';
import {
  type LeasedPayment,
  leasedPayments,
  reusePayment,
  type TryColumns,
  writeFreshPayment,
} from './live-payment.ts';
import { isInFlight, type PaymentPart } from './payment.ts';
import type { PaymentParts } from './payment-parts.ts';
import { findAttemptBySubmission } from './payments.store.ts';
import { refuseInFlight } from './refuse-in-flight.ts';

const FIRST_LOOK_MS = MINUTE_MS;

/** A card just typed, with whether it may be kept, or one that the customer had kept before. */
export type CardToCharge =
  | { confirmationToken: string; saveCard: boolean; consent: { wording: string; language: string } }
  | { savedCardId: string };

/** One try to collect by card: what the payer's page and the office both come down to, when each has checked its own. */
export interface Try {
  submissionId: string;
  account: Account;
  gateway: Gateway;
  customerId: string;
  currency: string;
  /** What is to be paid; the payables are locked. */
  wanted: PaymentPart[];
  card: CardToCharge;
  presence: Confirmation['presence'];
  through: { linkId: string } | { personId: string };
  payerEmail: string;
  ip: string;
  userAgent: string;
}

/** A try that is written down, or the idle payments that must be cancelled at the gateway before it can be. */
export type Begun = { attempt: Attempt; isNew: boolean } | { inTheWay: LeasedPayment[] };

/**
 * Writes a try with the payment it belongs to and the lease of everything it is for, in the transaction one stands in.
 * Errors (Refusal): `account-off`, `amount-refused`, `in-flight` (409).
 */
export async function writeTry(parts: PaymentParts, order: Try): Promise<Begun> {
  const { db, clock } = parts;
  const sum = {
    amountMinor: order.wanted.reduce((total, part) => total + part.amountMinor, 0),
    currency: order.currency,
  };
  refuseUntakeable(order, sum.amountMinor);

  const leases = await leasesOn(
    db,
    order.wanted.map((part) => part.payableId),
  );
  const leased = await leasedPayments(db, leases);
  const busy = leased.find((payment) => isInFlight(payment.state));
  if (busy) await refuseInFlight(parts, busy, leases, order.through);
  const reusable = leased.find(
    (payment) => payment.coversExactly(order.wanted) && payment.accountId === order.account.id,
  );
  if (leased.length > 0 && !reusable) return { inTheWay: leased };

  const attemptId = newId('att');
  const set: TryColumns = {
    attempt_id: attemptId,
    amount_minor: sum.amountMinor,
    ...throughColumns(order),
    payer_email: order.payerEmail,
    in_flight_since: nowIso(clock),
    next_look_at: laterIso(clock, FIRST_LOOK_MS),
  };
  const { customerId, currency, wanted } = order;
  if (reusable && !(await reusePayment(db, reusable.id, wanted, set))) return { inTheWay: [reusable] };
  const paymentId =
    reusable?.id ??
    (await writeFreshPayment(parts, { customerId, accountId: order.account.id, currency, parts: wanted, set }));
  await writeAttempt(parts, order, { attemptId, paymentId, amountMinor: sum.amountMinor });
  await recordAudit(parts, {
    actor: actorOf(order),
    action: 'payment.started',
    subjectKind: 'payment',
    subjectId: paymentId,
    detail: { attemptId, ...sum, presence: order.presence, ...order.through },
  });
  return { attempt: (await findAttemptBySubmission(db, order.submissionId)) as Attempt, isNew: true };
}

function refuseUntakeable({ account, gateway, currency, through }: Try, amountMinor: number): void {
  const offline = accountProblem(account, currency);
  if (offline) {
    const toPayers = 'Card payments are switched off just now. Please ask the sender of this link.';
    throw new Refusal('account-off', 409, 'linkId' in through ? toPayers : offline);
  }
  const refused = gateway.checkAmount({ amountMinor, currency });
  if (refused) throw new Refusal('amount-refused', 409, refused);
}

function throughColumns({ through }: Try): Pick<TryColumns, 'channel' | 'link_id' | 'created_by'> {
  return 'linkId' in through
    ? { channel: 'link', link_id: through.linkId, created_by: null }
    : { channel: 'office', link_id: null, created_by: through.personId };
}

function actorOf({ through, customerId, ip }: Try): Actor {
  return 'linkId' in through ? { kind: 'customer', id: customerId, ip } : { kind: 'person', id: through.personId, ip };
}

async function writeAttempt(
  { db, clock }: PaymentParts,
  { card, through, ...order }: Try,
  made: { attemptId: string; paymentId: string; amountMinor: number },
): Promise<void> {
  const typed = 'savedCardId' in card ? undefined : card;
  await db.q
    .insertInto('attempt')
    .values({
      id: made.attemptId,
      payment_id: made.paymentId,
      submission_id: order.submissionId,
      state: 'started',
      confirmation_token: typed?.confirmationToken ?? '',
      saved_card_id: 'savedCardId' in card ? card.savedCardId : null,
      presence: order.presence,
      link_id: 'linkId' in through ? through.linkId : null,
      started_by: 'linkId' in through ? null : through.personId,
      amount_minor: made.amountMinor,
      save_card: typed?.saveCard ? 1 : 0,
      consent_wording: typed?.saveCard ? typed.consent.wording : '',
      consent_language: typed?.saveCard ? typed.consent.language : '',
      payer_email: order.payerEmail,
      ip: order.ip,
      user_agent: order.userAgent.slice(0, 300),
      decline_category: null,
      decline_code: null,
      decline_advice: null,
      charge_ref: null,
      card_brand: null,
      card_last4: null,
      created_at: nowIso(clock),
      sent_at: null,
      ended_at: null,
    })
    .execute();
}
