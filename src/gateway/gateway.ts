import type { Money } from '../money/money.ts';
import { Refusal } from '../platform/refusal.ts';
import type { GatewayOrigins } from '../platform/web/headers.ts';

/** What the issuer or the gateway decided against, in our words. */
export interface Decline {
  category: DeclineCategory;
  /** The gateway's own code, for staff. */
  code: string;
  advice: 'try-again-later' | 'do-not-try-again' | 'confirm-card-data' | undefined;
}

export type DeclineCategory =
  | 'card-declined'
  | 'insufficient-funds'
  | 'expired-card'
  | 'incorrect-details'
  | 'authentication-failed'
  | 'authentication-required'
  | 'processing-error'
  | 'not-supported';

export type GatewayPaymentStatus = 'needs-card' | 'needs-action' | 'processing' | 'succeeded' | 'cancelled';

export interface GatewayCard {
  /** The gateway's name for the card; `reusable` when it stays attached to the customer. */
  methodRef: string | undefined;
  reusable: boolean;
  brand: string;
  last4: string;
  expMonth: number;
  expYear: number;
}

/** A payment as the gateway knows it now. */
export interface GatewayPayment {
  ref: string;
  status: GatewayPaymentStatus;
  money: Money;
  receivedMinor: number;
  livemode: boolean;
  /** Our payment's id, as we gave it when the payment was made. */
  reference: string | undefined;
  customerRef: string | undefined;
  /** For the browser's script while the bank asks for the payer; never logged, never stored. */
  clientSecret: string | undefined;
  chargeRef: string | undefined;
  authorizationCode: string | undefined;
  card: GatewayCard | undefined;
  decline: Decline | undefined;
  /** What the card's bank checked; undefined before it was asked. */
  checks: CardChecks | undefined;
  createdAt: string;
}

/** How a card payment was proved, in the gateway's own words (`pass`, `fail`, `unavailable`); never more of a card. */
export interface CardChecks {
  securityCode: string | undefined;
  addressLine: string | undefined;
  postalCode: string | undefined;
  /** 3-D Secure: how it ended (`authenticated`, `attempt_acknowledged`, …), where the cardholder was asked. */
  threeDSecure: { result: string; version: string; flow: string } | undefined;
  /** The card scheme's name for the payment. */
  networkRef: string | undefined;
}

export type GatewayErrorKind =
  | 'unknown-outcome'
  | 'server-error'
  | 'rate-limited'
  | 'refused'
  | 'not-found'
  | 'bad-keys'
  | 'busy'
  | 'key-taken';

/**
 * Thrown when a call gave no answer that settles anything. `unknown-outcome`: money may have moved, so ask again by id;
 * `server-error`: it answered that it broke, and will answer so again under this idempotency key, done or not;
 * `refused`: the gateway will never do this (wrong state, wrong parameter), so ask what is true instead;
 * `key-taken`: another call stands under this idempotency key, so look for what it made.
 */
export class GatewayError extends Refusal {
  readonly kind: GatewayErrorKind;
  /** For staff and logs; people read the sentence. */
  readonly said: string;
  constructor(kind: GatewayErrorKind, code: string, said: string, cause?: unknown) {
    super(
      code,
      503,
      'The payment service gave no clear answer just now. Nothing is lost and nobody is charged twice; please try again in a minute.',
      { retryAfterSeconds: 60, cause },
    );
    this.name = 'GatewayError';
    this.kind = kind;
    this.said = said;
  }
}

/** True when the gateway said no to making something: nothing came of this call. Silence is no such answer. */
export function isRefusedByGateway(error: unknown): boolean {
  return error instanceof GatewayError && (error.kind === 'refused' || error.kind === 'not-found');
}

export interface GatewayEvent {
  id: string;
  type: string;
  /** The payment that it is about, where it is about one. */
  paymentRef: string | undefined;
  objectRef: string;
  livemode: boolean;
  createdAt: string;
}

/** What the page needs to mount the gateway's card fields; never a secret. */
export interface HostedFields {
  kind: 'stripe' | 'sandbox';
  /** Put on the page by us; undefined when the gateway's own loader fetches its script. */
  scriptUrl: string | undefined;
  publishableKey: string;
  origins: GatewayOrigins;
  /** A sum as the gateway's script counts it. */
  unitsOf(sum: Money): number;
  /** The same as the gateway's own checkAmount. */
  checkAmount(sum: Money): string | undefined;
  /** The least that can be taken in a currency, in whole minor units. */
  leastOf(currency: string): number;
}

export interface AccountCheck {
  accountRef: string;
  livemode: boolean;
  country: string;
  /** Sentences a person can act on; empty when all is well. */
  problems: string[];
}

/** What is needed to reach a gateway in the name of one payment service account. */
export interface Connection {
  kind: 'stripe' | 'sandbox';
  secretKey: string;
  publishableKey: string;
}

/** What moves money. One instance serves one payment service account. Every call may throw a GatewayError. */
export interface Gateway {
  /** Why this sum cannot be taken (minimum, maximum, decimals), as a sentence; undefined when it can. Asks nobody. */
  checkAmount(sum: Money): string | undefined;
  checkAccount(): Promise<AccountCheck>;
  createCustomer(wanted: { reference: string; name: string; email: string; key: string }): Promise<{ ref: string }>;
  /** Makes a payment that nobody has confirmed yet. The same key gives the same payment, for a day at least. */
  createPayment(wanted: NewGatewayPayment): Promise<GatewayPayment>;
  changeAmount(ref: string, sum: Money, key: string): Promise<GatewayPayment>;
  /** A decline is an answer, not an error: the payment comes back as `needs-card` with its decline. */
  confirmPayment(ref: string, wanted: Confirmation): Promise<GatewayPayment>;
  readPayment(ref: string): Promise<GatewayPayment>;
  /** Errors: `refused` when it can no longer be cancelled. */
  cancelPayment(ref: string, key: string): Promise<GatewayPayment>;
  /** All payments made since then (ISO 8601), newest first, page by page; those after one that was listed before, if named. */
  listPayments(sinceIso: string, afterRef?: string): AsyncIterable<GatewayPayment>;
  /** Makes a wish to keep a card, which nobody has confirmed yet and which moves no money. */
  createSetup(wanted: { customerRef: string; reference: string; key: string }): Promise<GatewaySetup>;
  /** A refusal of the bank is an answer, not an error: it comes back as `needs-card` with its decline. */
  confirmSetup(ref: string, wanted: SetupConfirmation): Promise<GatewaySetup>;
  readSetup(ref: string): Promise<GatewaySetup>;
  /** Errors: `refused` when it can no longer be cancelled. */
  cancelSetup(ref: string, key: string): Promise<GatewaySetup>;
  /** A saved card as it is now; `reusable` is false once it was taken away from its customer. Errors: `not-found`. */
  readCard(methodRef: string): Promise<GatewayCard>;
  /** Takes a saved card away from its customer, for good. One that is gone already is no error. */
  detachCard(methodRef: string): Promise<void>;
  /** Gives part or all of a payment back to the card that paid. Errors: `refused` for more than is left. */
  createRefund(wanted: NewGatewayRefund): Promise<GatewayRefund>;
  readRefund(ref: string): Promise<GatewayRefund>;
  /** All refunds made since then, in the same way as payments. */
  listRefunds(sinceIso: string, afterRef?: string): AsyncIterable<GatewayRefund>;
  readDispute(ref: string): Promise<GatewayDispute>;
  /** All disputes opened since then, in the same way. */
  listDisputes(sinceIso: string, afterRef?: string): AsyncIterable<GatewayDispute>;
  /** Sends the answer to the card's bank, for good. Errors: `refused` when none is wanted any more. */
  submitEvidence(ref: string, evidence: DisputeEvidence, key: string): Promise<GatewayDispute>;
  /** All movements of the balance between two moments (ISO 8601), newest first, page by page. */
  listMovements(sinceIso: string, untilIso: string): AsyncIterable<GatewayMovement>;
  /** What an automatic payout pays out, without its own movement; nothing before the gateway says what that is. */
  listMovementsOfPayout(payoutRef: string): AsyncIterable<GatewayMovement>;
  /** All payouts made between two moments (ISO 8601), newest first, page by page. */
  listPayouts(sinceIso: string, untilIso: string): AsyncIterable<GatewayPayout>;
  readPayout(ref: string): Promise<GatewayPayout>;
  /** Errors: GatewayError `refused` when no secret fits the seal, or it is too old. */
  readEvent(rawBody: Buffer, signature: string, secrets: readonly string[]): GatewayEvent;
}

export interface NewGatewayPayment {
  sum: Money;
  customerRef: string;
  reference: string;
  description: string;
  statementSuffix: string;
  key: string;
}

/** What is charged: a card just typed into the gateway's fields, or one that the customer had kept before. */
export type CardSource = { confirmationToken: string } | { savedMethodRef: string };

export interface Confirmation {
  source: CardSource;
  /**
   * Who is there: the payer at a page; nobody, when staff charge a saved card (then the bank may say that it wants the
   * payer, which is a decline `authentication-required`); or staff typing a card that the payer tells them by phone.
   */
  presence: 'payer' | 'nobody' | 'phone';
  /** Keep the card for charges that staff start later; the payer has agreed to the wording. */
  saveCard: boolean;
  returnUrl: string;
  key: string;
}

/** A wish to keep a card without a payment, as the gateway knows it now. */
export interface GatewaySetup {
  ref: string;
  status: GatewayPaymentStatus;
  livemode: boolean;
  /** Our own id for it, as we gave it when it was made. */
  reference: string | undefined;
  customerRef: string | undefined;
  /** For the browser's script while the bank asks for the payer; never logged, never stored. */
  clientSecret: string | undefined;
  card: GatewayCard | undefined;
  decline: Decline | undefined;
  createdAt: string;
}

export interface SetupConfirmation {
  confirmationToken: string;
  presence: 'payer' | 'phone';
  returnUrl: string;
  key: string;
}

export type GatewayRefundStatus = 'pending' | 'succeeded' | 'failed' | 'cancelled';

/** Money on its way back to a card, as the gateway knows it now. */
export interface GatewayRefund {
  ref: string;
  status: GatewayRefundStatus;
  money: Money;
  paymentRef: string | undefined;
  /** Our own id for it; undefined for one that was made at the gateway's dashboard. */
  reference: string | undefined;
  failureReason: string | undefined;
  createdAt: string;
}

export interface NewGatewayRefund {
  paymentRef: string;
  sum: Money;
  reference: string;
  key: string;
}

export type GatewayDisputeStatus =
  | 'inquiry'
  | 'inquiry-answered'
  | 'inquiry-closed'
  | 'needs-answer'
  | 'under-review'
  | 'won'
  | 'lost'
  | 'prevented'
  | 'appeal'
  | 'appeal-under-review';

/** A payment that the cardholder's bank contests, as the gateway knows it now. */
export interface GatewayDispute {
  ref: string;
  /** Undefined for one that we have no word for; `rawStatus` is the gateway's own. */
  status: GatewayDisputeStatus | undefined;
  rawStatus: string;
  /** The gateway's word for why: `fraudulent`, `product_not_received`. */
  reason: string;
  /** The card scheme's own code, for staff. */
  networkReason: string | undefined;
  money: Money;
  chargeRef: string;
  paymentRef: string | undefined;
  livemode: boolean;
  /** Until when it can be answered (ISO 8601). */
  dueAt: string | undefined;
  /** How often evidence was submitted, here or at the gateway. */
  submissions: number;
  /** What it took from our balance (less than nothing) and gave back, without fees, in the currency of the charge. */
  movements: Array<{ ref: string; amountMinor: number }>;
  createdAt: string;
}

/** What is told to the card's bank, as text; empty where there is nothing to say. */
export interface DisputeEvidence {
  customerName: string;
  customerEmail: string;
  /** The network address from which the payment was made. */
  customerAddress: string;
  whatWasSold: string;
  /** yyyy-mm-dd */
  serviceDate: string;
  /** What the customer did on our pages, line by line. */
  activity: string;
  refundTerms: string;
  /** What staff say, and a summary of all the rest. */
  statement: string;
}
/** What moved a balance, as the books see it; `other` is what we do not know. */
export type MovementMeaning = 'charge' | 'refund' | 'dispute' | 'fee' | 'payout' | 'other';

/** One movement of an account's balance at the gateway. Sums in whole minor units, negative for what left. */
export interface GatewayMovement {
  ref: string;
  /** The gateway's own words for it. */
  type: string;
  category: string;
  meaning: MovementMeaning;
  currency: string;
  grossMinor: number;
  /** What the gateway kept of it: gross less net. */
  feeMinor: number;
  netMinor: number;
  /** What moved it: a charge, a refund, a dispute, a payout. */
  sourceRef: string | undefined;
  chargeRef: string | undefined;
  paymentRef: string | undefined;
  /** Our mark: the id of our payment or refund, as we gave it. */
  reference: string | undefined;
  /** What was charged, given back or disputed, with the movement's sign, where that was in another currency. */
  exchangedFrom: Money | undefined;
  exchangeRate: string | undefined;
  description: string;
  createdAt: string;
  /** The day from which it can be paid out, yyyy-mm-dd. */
  availableOn: string;
}

export type GatewayPayoutState = 'pending' | 'in_transit' | 'paid' | 'failed' | 'cancelled';

/** Money on its way from the gateway to the bank. One that is paid may still fail. */
export interface GatewayPayout {
  ref: string;
  state: GatewayPayoutState;
  /** On the gateway's schedule; the gateway never says what one that was made by hand pays out. */
  automatic: boolean;
  saysWhatItPays: boolean;
  sum: Money;
  /** yyyy-mm-dd */
  arrivalOn: string;
  /** The bank's own reference for it. */
  traceRef: string | undefined;
  failureCode: string | undefined;
  createdAt: string;
}
