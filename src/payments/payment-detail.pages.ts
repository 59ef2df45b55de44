import type { AuditLine } from '../audit/audit.store.ts';
import { whoDid } from '../audit/who-did.ts';
import type { Decline } from '../gateway/gateway.ts';
import { transactionsShown } from '../ledger/transactions.pages.ts';
import { showMoney, showMoneyWithCode } from '../money/show-money.ts';
import { paths } from '../paths.ts';
import { REFUND_STATE_WORDS } from '../payables/refund-state-words.ts';
import type { Page } from '../platform/web/render.ts';
import { receiptNumber } from '../receipts/receipt.ts';
import { cardText } from '../words/card-brand.ts';
import type { AttemptState } from './attempt.ts';
import { ADVICE_LABELS, DECLINE_LABELS } from './decline-labels.ts';
import { isFinal, isReversible } from './payment.ts';
import type { PaymentInFull } from './payment-detail.store.ts';
import type { PaymentMovement } from './payment-movements.store.ts';
import { badgeOf, CHANNELS, declineText, METHODS, MOVEMENT_WORDS } from './payment-words.ts';

const ATTEMPT_STATES: Record<AttemptState, { label: string; tone: 'ok' | 'warn' | 'bad' | 'info' | 'muted' }> = {
  started: { label: 'Started', tone: 'info' },
  sent: { label: 'Sent to the gateway', tone: 'warn' },
  challenged: { label: 'Waiting for the bank', tone: 'warn' },
  processing: { label: 'Processing', tone: 'warn' },
  succeeded: { label: 'Succeeded', tone: 'ok' },
  declined: { label: 'Declined', tone: 'bad' },
  abandoned: { label: 'Given up', tone: 'muted' },
};

export function paymentPage(found: PaymentInFull, movements: readonly PaymentMovement[], history: AuditLine[]) {
  const { payment, attempts, receipt } = found;
  const { currency } = payment;
  const show = (amountMinor: number) => showMoney({ amountMinor, currency });
  const byCard = payment.method === 'card';
  const refundedMinor = found.refunds
    .filter((one) => one.state === 'succeeded')
    .reduce((sum, one) => sum + one.amount_minor, 0);
  const latest = attempts.find((attempt) => attempt.id === payment.attempt_id);
  return {
    view: 'payments/payment',
    layout: 'office' as const,
    title: `Payment of ${showMoneyWithCode({ amountMinor: payment.amount_minor, currency })}`,
    id: payment.id,
    badge: badgeOf({
      state: payment.state,
      attempt: latest && declineOf(latest),
      amountMinor: payment.amount_minor,
      refundedMinor,
    }),
    refundable: payment.state === 'paid' && refundedMinor < payment.amount_minor,
    refunds: found.refunds.map((one) => ({
      href: paths.refund(one.id),
      at: one.created_at,
      amount: show(one.amount_minor),
      badge: { text: REFUND_STATE_WORDS[one.state].label, tone: REFUND_STATE_WORDS[one.state].tone },
      failure: one.failure ?? '',
    })),
    live: !isFinal(payment.state),
    reversible: isReversible(payment),
    reversed: payment.reversed_at && {
      at: payment.reversed_at,
      by: found.reversedBy ?? 'somebody',
      reason: payment.reverse_reason ?? '',
    },
    byCard,
    receivedOn: payment.received_on,
    customer: found.customer,
    account: found.account,
    receipt: receipt && { id: receipt.id, number: receiptNumber(receipt.number) },
    cases: found.cases.map((one) => ({ id: one.id, summary: one.summary, open: one.closed_at === null })),
    linkId: payment.link_id,
    facts: [
      { label: 'Method', value: METHODS[payment.method] },
      {
        label: 'Entry',
        value: found.startedBy ? `${CHANNELS[payment.channel]}, ${found.startedBy}` : CHANNELS[payment.channel],
      },
      { label: 'Reference', value: payment.reference ?? '' },
      { label: 'Note', value: payment.note ?? '' },
      { label: 'Card', value: payment.card_brand ? cardText(payment.card_brand, payment.card_last4 ?? '') : '' },
      { label: 'Authorisation code', value: payment.authorization_code ?? '' },
      { label: 'Payment reference', value: payment.id },
      { label: 'Gateway reference', value: payment.gateway_ref ?? '' },
      { label: 'Charge', value: payment.charge_ref ?? '' },
    ].filter(({ value }) => value !== ''),
    times: [
      { label: byCard ? 'Begun' : 'Recorded', at: payment.created_at },
      { label: 'Paid', at: byCard ? payment.paid_at : undefined },
      { label: 'Reversed', at: payment.reversed_at },
      { label: 'Asked to cancel', at: payment.cancel_asked_at },
      { label: 'Cancelled', at: payment.cancelled_at },
      { label: 'Next look at the gateway', at: payment.next_look_at },
    ].flatMap(({ label, at }) => (at ? [{ label, at }] : [])),
    documents: found.documents.map((one) => ({
      href: one.kind === 'invoice' ? paths.invoice(one.id) : paths.deposit(one.id),
      number: one.number,
      meant: show(one.meantMinor),
      settled: show(one.settledMinor),
    })),
    movements: movements.map(movementShown),
    feeAwaited: byCard && payment.state === 'paid' && movements.length === 0,
    transactions: transactionsShown(found.journal),
    attempts: attempts.map((attempt) => attemptShown(attempt, show)).reverse(),
    history: history
      .map((line) => ({ at: line.at, what: DEEDS[line.action] ?? line.action, who: whoDid(line) }))
      .reverse(),
  } satisfies Page & Record<string, unknown>;
}

function movementShown(movement: PaymentMovement) {
  const show = (amountMinor: number) => showMoneyWithCode({ amountMinor, currency: movement.currency });
  return {
    what: MOVEMENT_WORDS[movement.meaning],
    at: movement.createdAt,
    gross: show(movement.grossMinor),
    fee: show(movement.feeMinor),
    net: show(movement.netMinor),
    settledOn: movement.settledOn,
    payoutHref: movement.payoutId && paths.payout(movement.payoutId),
    exchanged: movement.exchangeRate ? `exchanged at ${movement.exchangeRate}` : '',
  };
}

function attemptShown(attempt: PaymentInFull['attempts'][number], show: (amountMinor: number) => string) {
  const { label, tone } = ATTEMPT_STATES[attempt.state];
  const advice = attempt.decline_advice as NonNullable<Decline['advice']> | null;
  return {
    at: attempt.created_at,
    endedAt: attempt.ended_at,
    badge: { tone, text: label },
    amount: show(attempt.amount_minor),
    card: attempt.card_brand ? cardText(attempt.card_brand, attempt.card_last4 ?? '') : '',
    decline: attempt.state === 'declined' ? declineText(declineOf(attempt)) : undefined,
    meaning: attempt.decline_category ? meaningOf(attempt.decline_category) : '',
    advice: advice ? (ADVICE_LABELS[advice] ?? advice) : '',
    saveCard: attempt.save_card === 1,
    consent: attempt.save_card === 1 ? attempt.consent_wording : '',
    details: [
      PRESENCES[attempt.presence],
      attempt.clerk ?? '',
      attempt.saved_card_id ? '' : attempt.save_card === 1 ? 'save box ticked' : 'save box not ticked',
      attempt.payer_email,
      `from ${attempt.ip}`,
    ].filter(Boolean),
  };
}

/** How a try came about. */
const PRESENCES: Record<PaymentInFull['attempts'][number]['presence'], string> = {
  payer: 'The payer, on the link’s page',
  nobody: 'A saved card, charged in the office',
  phone: 'A card read out by phone, keyed in the office',
};

function declineOf(attempt: PaymentInFull['attempts'][number]) {
  return {
    state: attempt.state,
    declineCategory: (attempt.decline_category ?? undefined) as Decline['category'] | undefined,
    declineCode: attempt.decline_code ?? undefined,
  };
}

function meaningOf(category: string): string {
  return DECLINE_LABELS[category as Decline['category']]?.meaning ?? '';
}

const DEEDS: Record<string, string> = {
  'payment.started': 'Started',
  'payment.declined': 'Declined',
  'payment.paid': 'Confirmed as paid',
  'payment.cancel-asked': 'Asked to cancel',
  'payment.cancelled': 'Cancelled',
  'payment.recorded': 'Recorded',
  'payment.reversed': 'Reversed',
  'payment.refund-ordered': 'Refund ordered',
  'payment.refund-found': 'Refund found at the gateway',
  'payment.refund-approved': 'Refund approved',
  'payment.refund-declined': 'Refund declined',
  'payment.refund-withdrawn': 'Refund withdrawn',
  'payment.refund-explained': 'Refund explained',
  'payment.refunded': 'Refunded',
  'payment.refund-failed': 'Refund failed',
  'payment.refund-cancelled': 'Refund cancelled',
};
