import { accountLabel } from '../accounts/account.ts';
import type { AuditLine } from '../audit/audit.store.ts';
import { whoDid } from '../audit/who-did.ts';
import { CREDIT_REASONS, creditNoteNumber } from '../invoices/credit-note.ts';
import { transactionsShown } from '../ledger/transactions.pages.ts';
import { showMoneyWithCode } from '../money/show-money.ts';
import { paths } from '../paths.ts';
import { REFUND_STATE_WORDS } from '../payables/refund-state-words.ts';
import { METHODS } from '../payments/payment-words.ts';
import type { KeysetPage } from '../platform/keyset.ts';
import type { FieldErrors } from '../platform/refusal.ts';
import { withQuery } from '../platform/web/query.ts';
import type { Page } from '../platform/web/render.ts';
import { cardText } from '../words/card-brand.ts';
import { failureAdvice, isUnexplained, type Refund, type RefundLine, refundNumber } from './refund.ts';
import type { RefundInFull } from './refund-detail.store.ts';
import type { ListedRefund, RefundFilter } from './refund-list.store.ts';
import { explainShown } from './refund-payment.pages.ts';
import type { PaymentRoom } from './refund-rooms.store.ts';

/** Stands for those of the gateway that nobody has explained, in the list's choice of states. */
export const UNEXPLAINED = 'unexplained';

export interface RefundsShown {
  page: KeysetPage<ListedRefund>;
  filter: RefundFilter;
  accounts: Array<{ id: string; name: string; livemode: boolean }>;
  currencies: string[];
  typed: Record<string, string>;
  errors: FieldErrors;
}

export function refundsPage({ page, filter, accounts, currencies, typed, errors }: RefundsShown) {
  const query = {
    state: filter.unexplained ? UNEXPLAINED : filter.state,
    account: filter.accountId,
    currency: filter.currency,
    day: filter.day,
  };
  return {
    view: 'refunds/refunds',
    layout: 'office' as const,
    title: 'Refunds',
    typed,
    errors,
    filtered: Object.values(query).some(Boolean),
    states: [
      ...Object.entries(REFUND_STATE_WORDS)
        // "Being sent" is one state to people.
        .filter(([value]) => value !== 'reserved')
        .map(([value, { label }]) => ({ value, label })),
      { value: UNEXPLAINED, label: 'Made at the gateway, to be explained' },
    ],
    accounts: accounts.map((account) => ({ value: account.id, label: accountLabel(account) })),
    currencies: currencies.map((code) => ({ value: code, label: code })),
    refunds: page.rows.map((row) => ({
      id: row.id,
      createdAt: row.createdAt,
      customer: row.customer,
      documents: row.unexplained ? 'To be explained' : row.documents.join(', '),
      amount: showMoneyWithCode(row),
      way: row.method === 'card' && row.card ? cardText(row.card.brand, row.card.last4) : METHODS[row.method],
      account: row.accountName ?? '',
      badge: badgeOf(row.state, row.unexplained),
      failure: row.failure,
    })),
    pager: {
      newer: filter.before ? withQuery(paths.refunds(), query) : undefined,
      older: page.olderThan ? withQuery(paths.refunds(), { ...query, before: page.olderThan }) : undefined,
    },
  } satisfies Page & Record<string, unknown>;
}

function badgeOf(state: Refund['state'], unexplained: boolean) {
  if (unexplained) return { text: 'To explain', tone: 'warn' };
  return { text: REFUND_STATE_WORDS[state].label, tone: REFUND_STATE_WORDS[state].tone };
}

const OUTCOMES: Record<RefundLine['outcome'], string> = {
  deposit: 'Out of what was held',
  'owed-again': 'Owed again',
  'claim-reduced': 'Claim reduced',
};

export interface RefundShown {
  found: RefundInFull;
  history: AuditLine[];
  /** Who looks at it. */
  personId: string;
  /** Of the payment, where the refund is to be explained. */
  room: PaymentRoom | undefined;
  typed?: Record<string, string>;
  errors?: FieldErrors;
}

/** One refund: its story, and what to do next. */
export function refundPage({ found, history, personId, room, typed = {}, errors = {} }: RefundShown) {
  const { refund, customer, receipt } = found;
  const show = (amountMinor: number) => showMoneyWithCode({ amountMinor, currency: refund.currency });
  const isOwn = refund.createdBy === personId;
  const unexplained = isUnexplained(refund);
  return {
    view: 'refunds/refund',
    layout: 'office' as const,
    title: `Refund of ${show(refund.amountMinor)}`,
    id: refund.id,
    badge: badgeOf(refund.state, unexplained),
    customer,
    next: nextStep(refund, isOwn),
    waiting: refund.state === 'waiting',
    isOwn,
    canAsk: refund.method === 'card' && ['reserved', 'sent', 'pending'].includes(refund.state),
    explain: unexplained && room ? explainShown(refund, room) : undefined,
    cases: found.cases,
    facts: factsOf(found),
    receipt: receipt && refundNumber(receipt.number),
    times: [
      { label: refund.origin === 'gateway' ? 'Found' : 'Ordered', at: refund.createdAt },
      { label: refund.origin === 'gateway' ? 'Made at the gateway' : 'Sent', at: refund.sentAt },
      { label: decidedLabel(refund), at: refund.decision?.at },
      { label: 'Booked', at: refund.settledAt },
      { label: refund.settledAt ? 'Came back' : 'Ended', at: refund.endedAt },
    ].flatMap(({ label, at }) => (label && at ? [{ label, at }] : [])),
    documents: refund.lines.map((line) => {
      const payable = found.documents.find((one) => one.id === line.payableId);
      const note = found.creditNotes.find((one) => one.payableId === line.payableId);
      return {
        href: payable?.kind === 'invoice' ? paths.invoice(line.payableId) : paths.deposit(line.payableId),
        number: payable?.number ?? '',
        amount: show(line.amountMinor),
        outcome: OUTCOMES[line.outcome],
        creditNote: note && {
          href: paths.creditNote(note.id),
          number: creditNoteNumber(note.number),
          withdrawn: note.withdrawn !== undefined,
        },
      };
    }),
    paymentId: refund.paymentId,
    paymentReceipt: found.paymentReceipt,
    transactions: transactionsShown(found.journal),
    history: history
      .map((line) => ({ at: line.at, what: DEEDS[line.action] ?? line.action, who: whoDid(line), note: noteOf(line) }))
      .reverse(),
    typed,
    errors,
  } satisfies Page & Record<string, unknown>;
}

/** What somebody's word about it was; where it ended the refund, that is told as its end. */
function decidedLabel({ origin, state }: Refund): string {
  if (origin === 'gateway') return 'Explained';
  return state === 'declined' || state === 'withdrawn' ? '' : 'Approved';
}

function factsOf({ refund, account, card, orderedBy, decidedBy }: RefundInFull) {
  const decided = refund.origin === 'gateway' ? 'Explained by' : 'Decided by';
  return [
    {
      label: 'To',
      value: refund.method === 'card' && card ? cardText(card.brand, card.last4) : METHODS[refund.method],
    },
    {
      label: 'Ordered by',
      value: refund.origin === 'gateway' ? 'Somebody at the gateway' : (orderedBy ?? 'The portal'),
    },
    { label: decided, value: decidedBy ?? '' },
    { label: 'Reason', value: refund.origin === 'gateway' && !decidedBy ? '' : CREDIT_REASONS[refund.reasonKind] },
    { label: 'In words', value: refund.reason },
    { label: 'Why not', value: refund.decision?.reason ?? '' },
    { label: 'Why it failed', value: refund.failure ?? '' },
    { label: 'Reference', value: refund.reference },
    { label: 'Payment service', value: account?.name ?? '' },
    { label: 'Refund reference', value: refund.id },
    { label: 'Gateway reference', value: refund.gatewayRef ?? '' },
  ].filter(({ value }) => value !== '');
}

/** What happens now, or is to be done, in a sentence or two. */
function nextStep(refund: Refund, isOwn: boolean): { tone: 'ok' | 'warn' | 'bad' | 'info'; text: string } {
  if (isUnexplained(refund)) {
    return {
      tone: 'warn',
      text: 'It was made at the gateway. Say below of which document it was and what becomes of the claim; until then it stands in suspense, and no reminder goes to the customer.',
    };
  }
  switch (refund.state) {
    case 'waiting':
      return {
        tone: 'warn',
        text: isOwn
          ? 'You asked for it. Nothing is sent before somebody else approves it; you can withdraw it.'
          : 'Nothing has been sent. Approve it, or decline it with a reason.',
      };
    case 'reserved':
      return {
        tone: 'warn',
        text: 'Nothing has been sent yet. While the payment is disputed it waits for that; else the portal sends it within minutes by itself.',
      };
    case 'sent':
      return {
        tone: 'warn',
        text: 'It is being sent. Where the gateway gives no clear answer, the portal asks again by itself; it never goes out twice.',
      };
    case 'pending':
      return {
        tone: 'info',
        text: 'The gateway has it and has not said yet that it arrived. The portal asks again by itself; nothing is to be done.',
      };
    case 'succeeded':
      return {
        tone: 'ok',
        text:
          refund.method === 'card'
            ? 'It is booked. The bank of the card may still send it back; the portal looks for that for some weeks.'
            : 'It is booked.',
      };
    case 'failed':
    case 'cancelled':
      return {
        tone: 'bad',
        text: `It did not arrive, and all that it changed is put back. ${failureAdvice(refund.failureCode)}`,
      };
    case 'declined':
      return { tone: 'bad', text: 'The second person declined it. Nothing was sent; it can be ordered anew.' };
    case 'withdrawn':
      return { tone: 'info', text: 'It was withdrawn before anything was sent.' };
  }
}

const DEEDS: Record<string, string> = {
  'refund.ordered': 'Ordered',
  'refund.found': 'Found',
  'refund.approved': 'Approved',
  'refund.declined': 'Declined',
  'refund.withdrawn': 'Withdrawn',
  'refund.explained': 'Explained',
  'refund.succeeded': 'Booked',
  'refund.failed': 'Failed',
  'refund.cancelled': 'Cancelled',
  'refund.receipt-issued': 'Refund receipt issued',
};

function noteOf({ detail }: AuditLine): string {
  if (typeof detail.failure === 'string') return detail.failure;
  if (detail.waits === true) return 'Waits for a second person';
  return typeof detail.reason === 'string' ? detail.reason : '';
}
