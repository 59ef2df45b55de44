import { accountLabel } from '../accounts/account.ts';
import type { AuditLine } from '../audit/audit.store.ts';
import { whoDid } from '../audit/who-did.ts';
import type { DisputeEvidence } from '../gateway/gateway.ts';
import { transactionsShown } from '../ledger/transactions.pages.ts';
import { showMoney, showMoneyWithCode } from '../money/show-money.ts';
import { paths } from '../paths.ts';
import { LONGEST_REASON } from '../payables/reason.ts';
import type { FieldErrors } from '../platform/refusal.ts';
import { withQuery } from '../platform/web/query.ts';
import type { Page } from '../platform/web/render.ts';
import { receiptNumber } from '../receipts/receipt.ts';
import { cardText } from '../words/card-brand.ts';
import { LONGEST_STATEMENT } from './answer-dispute.ts';
import {
  DISPUTE_STATE_WORDS,
  DISPUTE_STATES,
  type Dispute,
  type DisputeDecision,
  type DisputeState,
  isInquiry,
  timeLeft,
} from './dispute.ts';
import type { DisputeInFull } from './dispute-detail.store.ts';
import { DISPUTE_TABS, type DisputePage, type DisputeSums, type DisputeTab, isOpen } from './dispute-list.store.ts';
import { reasonAdvice } from './dispute-reason.ts';

/** A state as a badge. */
export function disputeBadge(state: DisputeState) {
  const { label, tone } = DISPUTE_STATE_WORDS[state];
  return { tone, text: label };
}

export function disputesPage(
  page: DisputePage,
  sums: DisputeSums[],
  { tab, after, now }: { tab: DisputeTab; after: string | undefined; now: Date },
) {
  const href = (to: DisputeTab, from?: string) =>
    withQuery(paths.disputes(), { show: to === 'open' ? undefined : to, after: from });
  return {
    view: 'disputes/disputes',
    layout: 'office' as const,
    title: 'Disputes',
    tabs: Object.entries(DISPUTE_TABS).map(([name, label]) => ({
      label,
      href: href(name as DisputeTab),
      current: name === tab,
    })),
    numbers: [
      { label: 'Open', ...sumsOf(sums, ({ state }) => isOpen(state)), note: 'Not decided by the bank yet' },
      { label: 'Won', ...sumsOf(sums, ({ state }) => state === 'won'), note: 'The money came back' },
      { label: 'Lost', ...sumsOf(sums, ({ state }) => state === 'lost'), note: 'The money is gone' },
    ],
    any: sums.length > 0,
    disputes: page.rows.map(({ dispute, customer, documents }) => ({
      id: dispute.id,
      customer: customer?.name ?? 'Nobody we know',
      documents,
      reason: reasonAdvice(dispute.reason).label,
      amount: showMoneyWithCode(dispute),
      openedAt: dispute.openedAt,
      dueBy: DISPUTE_STATES[dispute.state].wantsAnswer ? dispute.dueBy : undefined,
      badge: disputeBadge(dispute.state),
      clock: timeLeft(dispute, now),
      undecided: dispute.state === 'lost' && !dispute.decision,
      decision: dispute.decision && DECISIONS[dispute.decision.outcome],
    })),
    pager: { newer: after ? href(tab) : undefined, older: page.next ? href(tab, page.next) : undefined },
  } satisfies Page & Record<string, unknown>;
}

function sumsOf(sums: DisputeSums[], fits: (one: DisputeSums) => boolean) {
  const some = sums.filter(fits);
  const currencies = [...new Set(some.map((one) => one.sum.currency))];
  return {
    count: some.reduce((count, one) => count + one.count, 0),
    sums: currencies.map((currency) => {
      const own = some.filter((one) => one.sum.currency === currency);
      return showMoneyWithCode({ currency, amountMinor: own.reduce((sum, one) => sum + one.sum.amountMinor, 0) });
    }),
  };
}

const DECISIONS: Record<DisputeDecision, string> = { 'owed-again': 'Owed again', 'written-off': 'Written off' };

export interface DisputeShown {
  found: DisputeInFull;
  now: Date;
  /** There are credit notes, so that something can be written off. */
  typed?: Record<string, string> | undefined;
  errors?: FieldErrors | undefined;
}

export function disputePage({ found, now, typed = {}, errors = {} }: DisputeShown) {
  const { dispute, payment, documents, movements } = found;
  const show = (amountMinor: number) => showMoney({ amountMinor, currency: dispute.currency });
  const advice = reasonAdvice(dispute.reason);
  const takenMinor = -movements.filter((one) => one.amountMinor < 0).reduce(add, 0);
  const backMinor = movements.filter((one) => one.amountMinor > 0).reduce(add, 0);
  return {
    view: 'disputes/dispute',
    layout: 'office' as const,
    title: `${isInquiry(dispute.state) ? 'Question about' : 'Dispute of'} ${showMoneyWithCode(dispute)}`,
    id: dispute.id,
    badge: disputeBadge(dispute.state),
    clock: timeLeft(dispute, now),
    dueBy: DISPUTE_STATES[dispute.state].wantsAnswer ? dispute.dueBy : undefined,
    customer: found.customer,
    account: { ...found.account, label: accountLabel(found.account) },
    payment: payment && {
      id: payment.id,
      text: `${showMoneyWithCode(payment)}${payment.last4 ? `, ${cardText(payment.brand, payment.last4)}` : ''}`,
      paidAt: payment.paidAt,
    },
    receipt: found.receipt && { id: found.receipt.id, number: receiptNumber(found.receipt.number) },
    numbers: [
      { label: 'Disputed', value: show(dispute.amountMinor) },
      {
        label: 'Taken by the bank',
        value: show(takenMinor),
        note: isInquiry(dispute.state) ? 'It only asks so far' : '',
      },
      { label: 'Given back', value: show(backMinor) },
      {
        label: 'Still out',
        value: show(dispute.decision ? 0 : takenMinor - backMinor),
        note: dispute.decision ? 'Decided' : 'Under disputes in the books',
      },
    ],
    reason: { ...advice, network: dispute.networkReason },
    next: nextStep(dispute, found),
    documents: documents.map((one) => ({
      number: one.number,
      href: one.kind === 'invoice' ? paths.invoice(one.id) : paths.deposit(one.id),
      amount: show(one.amountMinor),
    })),
    facts: [
      { label: 'Reason', value: `${advice.label}${dispute.networkReason ? ` (code ${dispute.networkReason})` : ''}` },
      { label: 'Dispute', value: dispute.gatewayRef },
      { label: 'Charge', value: dispute.chargeRef },
      { label: 'Answers sent', value: String(dispute.submissions) },
    ],
    canAnswer:
      dispute.paymentId !== undefined &&
      DISPUTE_STATES[dispute.state].wantsAnswer &&
      !dispute.answer &&
      dispute.submissions === 0,
    hasEvidence: dispute.paymentId !== undefined,
    undecided: dispute.state === 'lost' && !dispute.decision,
    decision: dispute.decision && {
      label: DECISIONS[dispute.decision.outcome],
      at: dispute.decision.at,
      by: found.decidedBy ?? 'somebody',
      reason: dispute.decision.reason,
    },
    outcomes: outcomesFor(found),
    longest: LONGEST_REASON,
    cases: found.cases,
    story: storyOf(found, show),
    transactions: transactionsShown(found.journal),
    typed: { outcome: '', reason: '', ...typed },
    errors,
  } satisfies Page & Record<string, unknown>;
}

const add = (sum: number, one: { amountMinor: number }) => sum + one.amountMinor;

function outcomesFor({ documents, dispute }: DisputeInFull) {
  const numbers = documents.map((one) => one.number).join(', ');
  const what = numbers || 'The claim';
  const deposits = documents.some((one) => one.kind === 'deposit');
  const sum = showMoneyWithCode(dispute);
  return [
    {
      value: 'owed-again',
      label: 'The customer owes it again',
      hint: deposits
        ? `${what}: ${sum} leaves the deposit as by a refund; what was applied of it is due again on its invoices.`
        : `${what}: ${sum} is due again, and can be asked for by a new link.`,
    },
    {
      value: 'written-off',
      label: 'Write it off',
      hint: `The claim is given up by a credit note of ${sum}.`,
    },
  ];
}

/** What is to be done now, in plain words. */
function nextStep(dispute: Dispute, { waitingRefunds, answeredBy }: DisputeInFull): string[] {
  const { advice } = reasonAdvice(dispute.reason);
  const steps: string[] = [];
  if (!dispute.paymentId) {
    steps.push('This charge is no payment of ours. Find out at the payment service whose it is, and answer it there.');
  } else if (DISPUTE_STATES[dispute.state].wantsAnswer) {
    if (dispute.answer)
      steps.push(
        `The answer of ${answeredBy ?? 'a colleague'} is on its way to the bank. Press “Ask the gateway now” to see whether it has arrived.`,
      );
    else if (dispute.state === 'appeal_needs_response')
      steps.push('Answer the appeal at the dashboard of the payment service, with the evidence from here.');
    else {
      steps.push(advice);
      if (isInquiry(dispute.state))
        steps.push(
          'The bank only asks so far. Refunding the customer now ends it without a fee; without an answer it becomes a dispute.',
        );
      else
        steps.push(
          'If you do not answer in time, the dispute is lost. The bank takes one answer only: look it over before it is sent.',
        );
    }
  } else if (!DISPUTE_STATES[dispute.state].over) {
    steps.push('The bank has the answer and decides; that may take two months. There is nothing to do.');
  } else if (dispute.state === 'lost' && !dispute.decision) {
    steps.push('The bank gave the money to the cardholder. Say below what becomes of the claim.');
  }
  if (DISPUTE_STATES[dispute.state].holdsMoney && !DISPUTE_STATES[dispute.state].over) {
    steps.push(
      `While the bank has the money, no refund of this payment is sent${waitingRefunds > 0 ? `: ${waitingRefunds} wait${waitingRefunds === 1 ? 's' : ''}` : ''}, and no reminder goes out for its documents.`,
    );
  }
  return steps;
}

/** What happened, the newest first. */
function storyOf({ history, movements }: DisputeInFull, show: (minor: number) => string) {
  const told = [
    ...history.map((line) => ({ at: line.at, text: deedOf(line), who: whoDid(line), tone: toneOf(line) })),
    ...movements.map((one) => ({
      at: one.at,
      text:
        one.amountMinor < 0 ? `The bank took ${show(-one.amountMinor)}` : `The bank gave ${show(one.amountMinor)} back`,
      who: one.ref,
      tone: one.amountMinor < 0 ? 'bad' : 'ok',
    })),
  ];
  return told.sort((a, b) => (a.at < b.at ? 1 : -1));
}

function deedOf({ action, detail }: AuditLine): string {
  if (action === 'dispute.opened') return `Opened: ${reasonAdvice(String(detail.reason)).label}`;
  if (action === 'dispute.answer-written') return 'Answer written';
  if (action === 'dispute.decided') {
    return `${DECISIONS[detail.outcome as DisputeDecision] ?? 'Decided'}: ${String(detail.reason ?? '')}`;
  }
  if (action === 'dispute.decision-taken-back') return 'Won after all: what was decided is put back';
  const state = action.replace('dispute.', '') as DisputeState;
  return DISPUTE_STATE_WORDS[state]?.label ?? action;
}

function toneOf({ action }: AuditLine): string {
  const state = action.replace('dispute.', '') as DisputeState;
  return DISPUTE_STATE_WORDS[state]?.tone ?? 'info';
}

export interface AnswerShown {
  dispute: Dispute;
  now: Date;
  evidence: DisputeEvidence;
  /** The second look: all that will be sent, with the button that sends it. */
  preview: { answerId: string; mark: string } | undefined;
  statement: string;
  errors?: FieldErrors;
  /** Something changed between the look and the press. */
  changed?: boolean;
}

/** The answer to the bank: what staff say, and in the second look every text that goes out. */
export function answerPage({ dispute, now, evidence, preview, statement, errors = {}, changed }: AnswerShown) {
  return {
    view: 'disputes/answer',
    layout: 'office' as const,
    title: preview ? 'Look it over' : 'Answer the bank',
    id: dispute.id,
    back: { label: `Dispute of ${showMoneyWithCode(dispute)}`, href: paths.dispute(dispute.id) },
    clock: timeLeft(dispute, now),
    dueBy: dispute.dueBy,
    advice: reasonAdvice(dispute.reason),
    preview,
    changed: changed ?? false,
    statement,
    longest: LONGEST_STATEMENT,
    texts: [
      { label: 'What we say', value: evidence.statement },
      { label: 'Customer', value: evidence.customerName },
      { label: 'E-mail', value: evidence.customerEmail },
      { label: 'Paid from the address', value: evidence.customerAddress },
      { label: 'What was sold', value: evidence.whatWasSold },
      { label: 'Day of the document', value: evidence.serviceDate },
      { label: 'What the customer did', value: evidence.activity },
      { label: 'Refund terms', value: evidence.refundTerms },
    ].filter(({ value }) => value),
    typed: { statement },
    errors,
  } satisfies Page & Record<string, unknown>;
}
