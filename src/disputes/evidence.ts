import { createHash } from 'node:crypto';
import type { Company } from '../company/company.ts';
import type { CardChecks, DisputeEvidence } from '../gateway/gateway.ts';
import { showMoneyWithCode } from '../money/show-money.ts';
import { showDate, showDateTime } from '../platform/show-time.ts';
import { type Receipt, receiptNumber } from '../receipts/receipt.ts';
import { cardText } from '../words/card-brand.ts';
import type { Dispute } from './dispute.ts';

/** Everything that is kept about a disputed payment and that its bank may see. Sums in whole minor units. */
export interface Evidence {
  dispute: Dispute;
  company: Company;
  payment: {
    id: string;
    gatewayRef: string;
    amountMinor: number;
    currency: string;
    paidAt: string;
    cardBrand: string;
    cardLast4: string;
    authorizationCode: string;
  };
  checks: CardChecks | undefined;
  customer: { number: string; name: string; email: string; address: string; since: string };
  documents: EvidenceDocument[];
  tries: EvidenceTry[];
  letters: EvidenceLetter[];
  opens: Array<{ linkId: string; count: number; firstAt: string; lastAt: string }>;
  consents: Array<{ wording: string; at: string; address: string; recordedBy: string; withdrawnAt: string }>;
  refunds: Array<{ at: string; amountMinor: number; state: string; ref: string; reason: string }>;
  /** Paid before by the same customer with a card of the same brand and last four digits, and never disputed. */
  earlier: Array<{ at: string; amountMinor: number; currency: string; documents: string; receipt: string }>;
  receipt: Receipt | undefined;
}

export interface EvidenceDocument {
  kind: 'invoice' | 'deposit';
  number: string;
  issuedOn: string;
  totalMinor: number;
  settledMinor: number;
  orderReference: string;
  lines: Array<{ description: string; quantity: string; amountMinor: number }>;
}

/** One press of "Pay", or of "Charge" in the office. */
export interface EvidenceTry {
  at: string;
  state: string;
  presence: 'payer' | 'nobody' | 'phone';
  address: string;
  browser: string;
  email: string;
  wording: string;
  savedCard: boolean;
}

export interface EvidenceLetter {
  at: string;
  acceptedAt: string;
  kind: string;
  to: string[];
  subject: string;
  state: string;
  messageId: string;
  text: string;
}

/** The try that paid. */
export function payingTry({ tries }: Pick<Evidence, 'tries'>): EvidenceTry | undefined {
  return tries.findLast((one) => one.state === 'succeeded') ?? tries.at(-1);
}

/**
 * What kind of proof there can be, in sentences that are true of this payment: nobody can authenticate a card that is read
 * out by phone.
 */
export function howItWasPaid(evidence: Evidence): string {
  const paying = payingTry(evidence);
  if (paying?.presence === 'phone') {
    const known = evidence.checks?.securityCode === 'pass' ? ' Whoever read it out knew its security code.' : '';
    return `The card was read out by phone and keyed in by our staff, so there is no 3-D Secure and no page that the cardholder opened.${known} Document, letters and earlier payments tell whose order it was.`;
  }
  if (paying?.presence === 'nobody') {
    return 'The card had been saved with the consent below, and our staff charged it without the cardholder being there.';
  }
  const mailed = evidence.letters.some((one) => MAILED_LINKS.includes(one.kind) && one.acceptedAt);
  return `The payer opened our page by a payment link${mailed ? ' that was mailed to the customer' : ''} and typed the card into the fields of the payment service.`;
}

/** Letters that hold a link to pay. */
const MAILED_LINKS = ['link', 'reminder', 'link-replaced'];

/** 3-D Secure in words; the liability for fraud then is the bank's, as a rule. */
export function authenticationText(checks: CardChecks | undefined): string {
  if (!checks) return 'Not known';
  if (!checks.threeDSecure) return 'Not asked for by the bank';
  const { result, version } = checks.threeDSecure;
  return `${readable(result)}${version ? ` (version ${version})` : ''}`;
}

/** The bank's checks of what was typed beside the card's number. */
export function checksText(checks: CardChecks | undefined): string {
  const told = [
    checks?.securityCode && `security code: ${readable(checks.securityCode).toLowerCase()}`,
    checks?.addressLine && `street: ${readable(checks.addressLine).toLowerCase()}`,
    checks?.postalCode && `postal code: ${readable(checks.postalCode).toLowerCase()}`,
  ].filter(Boolean);
  return told.length > 0 ? told.join(', ') : 'Not told';
}

export function readable(word: string): string {
  const words = word.replaceAll('_', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** The latest moment that the evidence tells of: what is made of it is dated so, and is the same until there is more. */
export function latestMoment(evidence: Evidence): string {
  const moments = [
    evidence.dispute.openedAt,
    evidence.payment.paidAt,
    ...evidence.letters.flatMap((one) => [one.at, one.acceptedAt]),
    ...evidence.opens.map((one) => one.lastAt),
    ...evidence.consents.flatMap((one) => [one.at, one.withdrawnAt]),
    ...evidence.refunds.map((one) => one.at),
  ];
  return moments.reduce((latest, at) => (at > latest ? at : latest));
}

/** A letter as it may leave the house: the right to pay or to see a receipt that it held is taken out. */
export function withoutTokens(text: string): string {
  return text.replaceAll(/\/(pay|r|welcome|reset)\/[A-Za-z0-9_.~-]+/g, '/$1/[link removed]');
}

/** What is told to the bank as text, with what staff say first; the same evidence gives the same texts. */
export function evidenceForBank(evidence: Evidence, statement: string): DisputeEvidence {
  const { company, customer } = evidence;
  const paying = payingTry(evidence);
  return {
    customerName: customer.name,
    customerEmail: customer.email || (paying?.email ?? ''),
    customerAddress: paying?.presence === 'payer' ? paying.address : '',
    whatWasSold: shorten(evidence.documents.map((one) => soldText(one, evidence)).join('\n'), 10_000),
    serviceDate: evidence.documents.find((one) => one.issuedOn)?.issuedOn ?? '',
    activity: shorten(activityOf(evidence).join('\n'), 20_000),
    refundTerms: shorten(company.refundTerms, 5_000),
    statement: shorten([statement.trim(), '', ...summaryOf(evidence)].join('\n').trim(), 20_000),
  };
}

/** Names an answer by what it says, so that what was looked at is what is sent. */
export function evidenceMark(evidence: DisputeEvidence): string {
  return createHash('sha256').update(JSON.stringify(evidence)).digest('hex').slice(0, 32);
}

function soldText(document: EvidenceDocument, { payment, company }: Evidence): string {
  const show = (amountMinor: number) => showMoneyWithCode({ amountMinor, currency: payment.currency });
  const day = document.issuedOn ? ` of ${showDate(document.issuedOn, company.timeZone)}` : '';
  const name = `${readable(document.kind)} ${document.number}${day}, ${show(document.totalMinor)}`;
  const lines = document.lines.map(
    (line) => `- ${line.quantity && `${line.quantity} × `}${line.description}: ${show(line.amountMinor)}`,
  );
  return [name, document.orderReference && `Order ${document.orderReference}`, ...lines].filter(Boolean).join('\n');
}

/** What the customer did and what reached them, in the order of time. */
function activityOf({ letters, opens, tries, company }: Evidence): string[] {
  const when = (iso: string) => showDateTime(iso, company.timeZone);
  const told = [
    ...letters
      .filter((one) => one.state === 'accepted')
      .map((one) => ({
        at: one.acceptedAt || one.at,
        text: `Letter "${one.subject}" to ${one.to.join(', ')}, accepted by the mail server (${one.messageId})`,
      })),
    ...opens.map((one) => ({ at: one.firstAt, text: 'The payment page was opened by a person' })),
    ...tries.map((one) => ({
      at: one.at,
      text: `Payment pressed${one.presence === 'payer' ? ` from ${one.address}` : ' in our office'}: ${one.state}`,
    })),
  ];
  return told
    .sort((a, b) => (a.at < b.at ? -1 : 1))
    .map(({ at, text }) => `${when(at)} (${company.timeZone}): ${text}`);
}

function summaryOf(evidence: Evidence): string[] {
  const { payment, checks, company, earlier, receipt, consents } = evidence;
  const sum = showMoneyWithCode(payment);
  return [
    `Paid: ${sum} on ${showDateTime(payment.paidAt, company.timeZone)} with ${cardText(payment.cardBrand, payment.cardLast4)}`,
    `3-D Secure: ${authenticationText(checks)}`,
    `Checks: ${checksText(checks)}`,
    payment.authorizationCode && `Authorisation code: ${payment.authorizationCode}`,
    receipt && `Receipt: ${receiptNumber(receipt.number)}`,
    howItWasPaid(evidence),
    consents.length > 0 &&
      `Consent to later charges was given on ${showDateTime(consents[0]?.at ?? '', company.timeZone)}.`,
    earlier.length > 0 && `Earlier payments with the same card that were not disputed: ${earlier.length}.`,
  ].filter((line): line is string => Boolean(line));
}

function shorten(text: string, most: number): string {
  return text.length <= most ? text : `${text.slice(0, most - 1)}…`;
}
