import { accountProblem } from '../accounts/account.ts';
import { gatewayOf } from '../accounts/accounts.store.ts';
import { recordAudit } from '../audit/record.ts';
import { refuseTooManyDeclines } from '../cards/decline-limits.ts';
import { linkState, PAY_GRACE_MS } from '../links/link.ts';
import { findLinkInFull } from '../links/links.store.ts';
import { leasesOn } from '../payables/lease.ts';
import { lockPayables } from '../payables/payables.store.ts';
import { laterIso, MINUTE_MS, nowIso } from '../platform/clock.ts';
import { isUniqueViolation } from '../platform/database/unique-violation.ts';
import { newId } from '../platform/ids.ts';
import { Refusal } from '../platform/refusal.ts';
import { unknownLink } from '../tokens/link-token.ts';
import { agreedTerms } from './agreed-terms.ts';
import type { Attempt } from './attempt.ts';
import { cancelPayment } from './cancel-payment.ts';
import { confirmAttempt } from './confirm-attempt.ts';
import { type LeasedPayment, leasedPayments, reusePayment, writeFreshPayment } from './live-payment.ts';
import { isInFlight, type PaymentPart } from './payment.ts';
import type { PaymentParts } from './payment-parts.ts';
import { findAttemptBySubmission } from './payments.store.ts';

/** Others may take over a try that has been under way for so long. */
export const START_AGAIN_AFTER_MS = 5 * MINUTE_MS;
const FIRST_LOOK_MS = MINUTE_MS;

/** What the page sends when the payer presses "Pay". */
export interface PayRequest {
  linkId: string;
  /** Made by the page for one press; sending it again gives the same attempt. */
  submissionId: string;
  /** The gateway's one-time name for the card that was typed into its fields. */
  confirmationToken: string;
  saveCard: boolean;
  /** What the payer was shown; see agreedTerms. */
  agreed: string;
  payerEmail: string;
  /** The consent wording beside the box, and its language; kept only when the box was ticked. */
  consent: { wording: string; language: string };
  ip: string;
  userAgent: string;
}

/**
 * Pays what a link is for. Our rows first, then the gateway, then the truth: gives the attempt as it stands then.
 * Errors (Refusal): `unknown-link` 404, `link-ended` 410, `balance-changed` 409, `already-paid` 409, `in-flight` 409,
 * `too-many-declines` 429, `account-off` 409, `amount-refused` 409.
 */
export async function startPayment(parts: PaymentParts, request: PayRequest): Promise<Attempt> {
  const known = await knownSubmission(parts, request);
  if (known) return known;
  await refuseTooManyDeclines(parts, request);

  const begun = await begin(parts, request).catch((error) => onceMore(parts, request, error));
  if ('inTheWay' in begun) {
    for (const payment of begun.inTheWay) {
      await cancelPayment(parts, {
        paymentId: payment.id,
        actor: { kind: 'system' },
        reason: 'another payment begins',
      });
    }
    return startPayment(parts, request);
  }
  if (!begun.isNew) return begun.attempt;
  await confirmAttempt(parts, begun.attempt.id);
  return (await findAttemptBySubmission(parts.db, request.submissionId)) as Attempt;
}

async function knownSubmission({ db }: PaymentParts, request: PayRequest): Promise<Attempt | undefined> {
  const attempt = await findAttemptBySubmission(db, request.submissionId);
  if (!attempt) return undefined;
  const payment = await db.read
    .selectFrom('payment')
    .select('link_id')
    .where('id', '=', attempt.paymentId)
    .executeTakeFirst();
  // A submission is bound to its link: another link's is none of this payer's business.
  if (payment?.link_id !== request.linkId) throw unknownLink();
  return attempt;
}

/** The same submission came through another link, or another process, and was written first. */
async function onceMore(parts: PaymentParts, request: PayRequest, error: unknown): Promise<Begun> {
  const known = isUniqueViolation(error) ? await knownSubmission(parts, request) : undefined;
  if (!known) throw error;
  return { attempt: known, isNew: false };
}

type Begun = { attempt: Attempt; isNew: boolean } | { inTheWay: LeasedPayment[] };

/** One transaction: may this be paid, by whom, how much; take the leases; write payment and attempt. */
async function begin(parts: PaymentParts, request: PayRequest): Promise<Begun> {
  const { db, clock } = parts;
  const found = await findLinkInFull(db, request.linkId);
  if (!found) throw unknownLink();
  const gateway = await gatewayOf(parts, found.account.id);

  return db.tx(async () => {
    const payables = await lockPayables(db, found.link.payableIds);
    // Whoever held the lock before us may have been the same press of the same button.
    const twin = await knownSubmission(parts, request);
    if (twin) return { attempt: twin, isNew: false };

    const link = (await findLinkInFull(db, request.linkId))?.link ?? found.link;
    const graced = new Date(clock.now().getTime() - PAY_GRACE_MS);
    const state = linkState(link, payables, graced);
    if (state === 'used' || state === 'closed') throw alreadyPaid();
    if (state !== 'usable') throw linkEnded();
    if (agreedTerms(payables) !== request.agreed) throw balanceChanged();

    const wanted: PaymentPart[] = payables
      .filter((payable) => payable.dueMinor > 0)
      .map((payable) => ({ payableId: payable.id, amountMinor: payable.dueMinor, version: payable.version }));
    const sum = { amountMinor: wanted.reduce((total, part) => total + part.amountMinor, 0), currency: link.currency };
    const offline = accountProblem(found.account, link.currency);
    if (offline)
      throw new Refusal(
        'account-off',
        409,
        'Card payments are switched off just now. Please ask the sender of this link.',
      );
    const refused = gateway.checkAmount(sum);
    if (refused) throw new Refusal('amount-refused', 409, refused);

    const leased = await leasedPayments(db, await leasesOn(db, link.payableIds));
    const reusable = leased.find((payment) => payment.coversExactly(wanted) && payment.accountId === link.accountId);
    const busy = leased.find((payment) => isInFlight(payment.state));
    if (busy) throw inFlight(busy.inFlightSince ?? nowIso(clock), clock.now());
    if (leased.length > 0 && !reusable) return { inTheWay: leased };

    const attemptId = newId('att');
    const common = {
      attempt_id: attemptId,
      amount_minor: sum.amountMinor,
      link_id: link.id,
      payer_email: request.payerEmail,
      in_flight_since: nowIso(clock),
      next_look_at: laterIso(clock, FIRST_LOOK_MS),
    };
    const paymentId = reusable
      ? await reusePayment(db, reusable.id, wanted, common)
      : await writeFreshPayment(parts, { link, parts: wanted, set: common });
    await writeAttempt(parts, { attemptId, paymentId, amountMinor: sum.amountMinor, request });
    await recordAudit(parts, {
      actor: { kind: 'customer', id: link.customerId, ip: request.ip },
      action: 'payment.started',
      subjectKind: 'payment',
      subjectId: paymentId,
      detail: { attemptId, amountMinor: sum.amountMinor, currency: sum.currency, linkId: link.id },
    });
    return { attempt: (await findAttemptBySubmission(db, request.submissionId)) as Attempt, isNew: true };
  });
}

async function writeAttempt(
  { db, clock }: PaymentParts,
  made: { attemptId: string; paymentId: string; amountMinor: number; request: PayRequest },
): Promise<void> {
  const { request } = made;
  await db.q
    .insertInto('attempt')
    .values({
      id: made.attemptId,
      payment_id: made.paymentId,
      submission_id: request.submissionId,
      state: 'started',
      confirmation_token: request.confirmationToken,
      amount_minor: made.amountMinor,
      save_card: request.saveCard ? 1 : 0,
      consent_wording: request.saveCard ? request.consent.wording : '',
      consent_language: request.saveCard ? request.consent.language : '',
      payer_email: request.payerEmail,
      ip: request.ip,
      user_agent: request.userAgent.slice(0, 300),
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

function alreadyPaid(): Refusal {
  return new Refusal('already-paid', 409, 'Nothing is due any more: this has been paid already. You were not charged.');
}

function linkEnded(): Refusal {
  return new Refusal('link-ended', 410, 'This link can no longer be used. You were not charged.');
}

function balanceChanged(): Refusal {
  return new Refusal(
    'balance-changed',
    409,
    'The amount due has changed since you opened this page. You were not charged; please look at the new amount.',
  );
}

function inFlight(since: string, now: Date): Refusal {
  const mayStartAgain = now.getTime() - Date.parse(since) >= START_AGAIN_AFTER_MS;
  return new Refusal(
    'in-flight',
    409,
    'A payment for this is under way already, perhaps in another window. You were not charged a second time.',
    {
      detail: { since, mayStartAgain },
    },
  );
}
