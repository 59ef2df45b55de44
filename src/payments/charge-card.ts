import { type GatewayAccess, gatewayOf, readAccount } from '../accounts/accounts.store.ts';
import { keyedCardsProblem } from '../accounts/keyed-cards.ts';
import { chargeableCard } from '../cards/chargeable-card.ts';
import { refuseTooManyDeclines } from '../cards/decline-limits.ts';
import { showMoneyWithCode } from '../money/show-money.ts';
import type { Payable } from '../payables/payable.ts';
import { lockPayables, readPayables } from '../payables/payables.store.ts';
import { notFound, Refusal } from '../platform/refusal.ts';
import { agreedTerms } from './agreed-terms.ts';
import type { Attempt } from './attempt.ts';
import { partsToPay } from './parts-to-pay.ts';
import type { PaymentParts } from './payment-parts.ts';
import { findAttemptBySubmission } from './payments.store.ts';
import { runTry } from './run-try.ts';
import { type Begun, type CardToCharge, writeTry } from './write-try.ts';

/** What staff ask for when they press "Pay" in the office. */
export interface ChargeRequest {
  payableId: string;
  /** The payment service account that takes the money. */
  accountId: string;
  /** A saved card of the customer, or one just keyed into the gateway's fields. */
  card: CardToCharge;
  /** All that is due or a part of it, in whole minor units. */
  amountMinor: number;
  /** What the screen showed; see agreedTerms. */
  agreed: string;
  /** Made by the screen for one press; sending it again gives the same attempt. */
  submissionId: string;
  personId: string;
  /** Where the receipt, or the bank's question, goes; empty means the customer's billing address. */
  payerEmail: string;
  ip: string;
  userAgent: string;
}

/**
 * Charges a card from the office. Where the bank wants the customer to confirm, the same payment is handed to them.
 * Gives the attempt as it stands then. Errors (Refusal): 404; `nothing-due`, `above-balance`, `balance-changed`,
 * `in-flight`, `account-off`, `amount-refused`, `keyed-cards-off` 409; `too-many-declines` 429; those of chargeableCard.
 */
export async function chargeCard(parts: PaymentParts, request: ChargeRequest): Promise<Attempt> {
  const known = () => knownSubmission(parts, request);
  const twin = await known();
  if (twin) return twin;
  await refuseTooManyDeclines(parts, request);
  return runTry(parts, { submissionId: request.submissionId, known, begin: () => begin(parts, request) });
}

async function knownSubmission({ db }: PaymentParts, request: ChargeRequest): Promise<Attempt | undefined> {
  const attempt = await findAttemptBySubmission(db, request.submissionId);
  if (attempt && attempt.startedBy !== request.personId) throw notFound('try');
  return attempt;
}

async function begin(parts: PaymentParts, request: ChargeRequest): Promise<Begun> {
  const { db } = parts;
  const gateway = await gatewayOf(parts, request.accountId);
  await refuseForeignCard(parts, request);
  return db.tx(async () => {
    const [payable] = await lockPayables(db, [request.payableId]);
    if (!payable) throw notFound('invoice or deposit');
    const twin = await knownSubmission(parts, request);
    if (twin) return { attempt: twin, isNew: false };

    refuseSum(payable, request);
    const account = await readAccount(db, request.accountId);
    const { customerId, currency } = payable;
    const typed = !('savedCardId' in request.card);
    const off = typed ? keyedCardsProblem(account) : undefined;
    if (off) throw new Refusal('keyed-cards-off', 409, off);
    if ('savedCardId' in request.card) await chargeableCard(parts, cardWanted(request, customerId));
    return writeTry(parts, {
      ...request,
      account,
      gateway,
      customerId,
      currency,
      wanted: partsToPay([payable], request.amountMinor),
      presence: typed ? 'phone' : 'nobody',
      through: { personId: request.personId },
    });
  });
}

/** Before anything is begun, so that a refused card stands in the log although nothing else happens. */
async function refuseForeignCard(parts: PaymentParts & GatewayAccess, request: ChargeRequest): Promise<void> {
  if (!('savedCardId' in request.card)) return;
  const [payable] = await readPayables(parts.db, [request.payableId]);
  if (payable) await chargeableCard(parts, cardWanted(request, payable.customerId));
}

function cardWanted({ card, accountId, personId, ip }: ChargeRequest, customerId: string) {
  const cardId = 'savedCardId' in card ? card.savedCardId : '';
  return { cardId, customerId, accountId, actor: { kind: 'person', id: personId, ip } as const };
}

function refuseSum(payable: Payable, { amountMinor, agreed }: ChargeRequest): void {
  const { dueMinor, currency, number } = payable;
  const due = showMoneyWithCode({ amountMinor: dueMinor, currency });
  if (dueMinor === 0)
    throw new Refusal('nothing-due', 409, `Nothing is due on ${number} any more. Nothing was charged.`);
  if (!Number.isSafeInteger(amountMinor) || amountMinor <= 0 || amountMinor > dueMinor) {
    throw new Refusal(
      'above-balance',
      409,
      `${due} is due on ${number}: charge that or a part of it. Nothing was charged.`,
    );
  }
  if (agreedTerms([payable]) !== agreed) {
    throw new Refusal(
      'balance-changed',
      409,
      `The balance of ${number} has changed since you opened this page: ${due} is due now. Nothing was charged.`,
    );
  }
}
