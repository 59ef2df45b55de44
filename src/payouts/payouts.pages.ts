import { type Account, accountLabel } from '../accounts/account.ts';
import type { AuditLine } from '../audit/audit.store.ts';
import { whoDid } from '../audit/who-did.ts';
import { transactionsShown } from '../ledger/transactions.pages.ts';
import type { TransactionLine } from '../ledger/transactions.store.ts';
import type { Money } from '../money/money.ts';
import { showMoney, showMoneyWithCode } from '../money/show-money.ts';
import { paths } from '../paths.ts';
import { MOVEMENT_WORDS } from '../payments/payment-words.ts';
import type { KeysetPage } from '../platform/keyset.ts';
import { withQuery } from '../platform/web/query.ts';
import type { Page } from '../platform/web/render.ts';
import { MOVEMENT_STATE_WORDS, type MovementState } from './movement.ts';
import { MATCHING_WORDS, PAYOUT_STATE_WORDS, type Payout, whatIsOff } from './payout.ts';
import type { Group, GroupSum, ListedMovement } from './payout-detail.store.ts';
import type { ListedPayout, PayoutFilter } from './payout-list.store.ts';

type Labelled = Pick<Account, 'id' | 'name' | 'livemode'>;

export function payoutsPage({
  page,
  filter,
  accounts,
  currencies,
}: {
  page: KeysetPage<ListedPayout>;
  filter: PayoutFilter;
  accounts: readonly Labelled[];
  currencies: readonly string[];
}) {
  const { accountId, currency, state, matching, before } = filter;
  const query = { account: accountId, currency, state, matching };
  return {
    view: 'payouts/payouts',
    layout: 'office' as const,
    title: 'Payouts',
    typed: Object.fromEntries(Object.entries(query).map(([name, value]) => [name, value ?? ''])),
    filtered: Object.values(query).some(Boolean),
    accounts: accounts.map((account) => ({ value: account.id, label: accountLabel(account) })),
    currencies: currencies.map((code) => ({ value: code, label: code })),
    states: optionsOf(PAYOUT_STATE_WORDS),
    matchings: optionsOf(MATCHING_WORDS),
    payouts: page.rows.map((row) => ({
      href: paths.payout(row.id),
      arrivalOn: row.arrivalOn,
      gatewayRef: row.gatewayRef,
      account: row.accountName,
      amount: showMoneyWithCode(row),
      movements: row.matching === 'waiting' || row.matching === 'by_hand' ? '' : String(row.movementCount),
      state: badgeOf(PAYOUT_STATE_WORDS[row.state]),
      matching: badgeOf(MATCHING_WORDS[row.matching]),
      off: [
        row.matching === 'off' ? (whatIsOff(row) ?? '') : '',
        row.openMovements > 0 ? `${countOf(row.openMovements, 'movement')} not matched` : '',
      ].filter(Boolean),
    })),
    pager: {
      newer: before ? withQuery(paths.payouts(), query) : undefined,
      older: page.olderThan ? withQuery(paths.payouts(), { ...query, before: page.olderThan }) : undefined,
    },
  } satisfies Page & Record<string, unknown>;
}

const GROUP_WORDS: Record<Group, { title: string; meaning: string }> = {
  charge: { title: 'Charges', meaning: 'Payments taken by card' },
  refund: { title: 'Refunds', meaning: 'Given back to cards, and refunds that came back' },
  dispute: { title: 'Disputes', meaning: 'Taken back by banks, and won back' },
  fee: { title: 'Fees', meaning: 'What the gateway charged besides its part of each payment' },
  other: { title: 'Adjustments', meaning: 'What the books do not know: it waits in suspense' },
  payout: { title: 'Other payouts', meaning: 'Payouts that came back, or were made by hand' },
  foreign: { title: 'Not from this portal', meaning: 'Without our mark: it waits in suspense' },
};

/** What of a payout is of nothing of ours, or of nothing that is booked. */
type Open = Array<{ state: MovementState; count: number; netMinor: number }>;

/** One payout, explained: its groups add up to it, or the page says by how much they do not. */
export function payoutPage(found: {
  payout: Payout;
  account: Labelled;
  groups: readonly GroupSum[];
  open: Open;
  /** The movements of each group that is shown in full or in part. */
  shown: ReadonlyArray<{ group: Group; page: KeysetPage<ListedMovement> }>;
  /** Only this group, from the movement after `before` on. */
  narrowed: { group: Group; before: string | undefined } | undefined;
  cases: ReadonlyArray<{ id: string; kind: string; summary: string }>;
  journal: readonly TransactionLine[];
  history: readonly AuditLine[];
}) {
  const { payout, account, groups, narrowed } = found;
  const { currency } = payout;
  const show = (amountMinor: number) => showMoney({ amountMinor, currency });
  const total = (field: 'count' | 'grossMinor' | 'feeMinor' | 'netMinor') =>
    groups.reduce((sum, group) => sum + group[field], 0);
  const groupHref = (group: Group, before?: string) => withQuery(paths.payout(payout.id), { group, before });
  return {
    view: 'payouts/payout',
    layout: 'office' as const,
    title: `Payout of ${showMoneyWithCode(payout)}`,
    id: payout.id,
    back: narrowed && paths.payout(payout.id),
    state: badgeOf(PAYOUT_STATE_WORDS[payout.state]),
    matching: badgeOf(MATCHING_WORDS[payout.matching]),
    account: { href: paths.account(account.id), label: accountLabel(account) },
    arrivalOn: payout.arrivalOn,
    arrived: payout.state === 'paid',
    facts: [
      { label: 'Gateway reference', value: payout.gatewayRef },
      { label: 'Reference of the bank', value: payout.traceRef ?? '' },
      { label: 'Made', value: payout.automatic ? 'On the gateway’s schedule' : 'By hand at the gateway' },
      { label: 'Why it failed', value: payout.failureCode?.replaceAll('_', ' ') ?? '' },
    ].filter(({ value }) => value !== ''),
    times: [
      { label: 'Made on', at: payout.createdAt },
      { label: 'Matched', at: payout.matchedAt },
      { label: 'Last asked', at: payout.readAt },
    ].flatMap(({ label, at }) => (at ? [{ label, at }] : [])),
    // The case about what does not match says what the verdict says.
    cases: found.cases.map((one) => ({
      href: paths.caseFile(one.id),
      summary: one.kind === 'unmatched-payout' && whatIsOff(payout) ? undefined : one.summary,
    })),
    verdict: verdictOf(payout, found.open),
    groups: groups.map((one) => ({
      ...GROUP_WORDS[one.group],
      href: `#${one.group}`,
      count: one.count,
      gross: show(one.grossMinor),
      fee: show(one.feeMinor),
      net: show(one.netMinor),
    })),
    total: {
      count: total('count'),
      gross: show(total('grossMinor')),
      fee: show(total('feeMinor')),
      net: show(total('netMinor')),
    },
    amount: show(payout.amountMinor),
    difference: payout.matching === 'off' ? show(payout.amountMinor - total('netMinor')) : undefined,
    sections: found.shown.map(({ group, page }) => ({
      id: group,
      ...GROUP_WORDS[group],
      sum: groups
        .filter((one) => one.group === group)
        .map((one) => ({
          count: one.count,
          gross: show(one.grossMinor),
          fee: show(one.feeMinor),
          net: show(one.netMinor),
        }))[0],
      movements: page.rows.map((row) => movementShown(row, showMoney)),
      allHref: !narrowed && page.olderThan ? groupHref(group) : undefined,
      pager: {
        newer: narrowed?.before ? groupHref(group) : undefined,
        older: narrowed && page.olderThan ? groupHref(group, page.olderThan) : undefined,
      },
    })),
    transactions: transactionsShown(found.journal),
    history: found.history
      .map((line) => ({ at: line.at, what: DEEDS[line.action] ?? line.action, who: whoDid(line) }))
      .reverse(),
  } satisfies Page & Record<string, unknown>;
}

/** Whether it is explained, in sentences: the first is the answer. */
function verdictOf(payout: Payout, open: Open): { tone: 'ok' | 'warn' | 'bad' | 'info'; sentences: string[] } {
  const off = whatIsOff(payout);
  const doubts = open.map(({ state, count, netMinor }) => {
    const sum = showMoneyWithCode({ amountMinor: netMinor, currency: payout.currency });
    return `${countOf(count, 'movement')} (${sum} net) ${OPEN_WORDS[state]}`;
  });
  if (payout.matching === 'waiting') {
    return { tone: 'info', sentences: ['The gateway has not said yet what it pays out; it is asked again by itself.'] };
  }
  if (off) return { tone: payout.matching === 'off' ? 'bad' : 'warn', sentences: [off, ...doubts] };
  const { movementCount } = payout;
  const explained = `Explained to the cent: ${countOf(movementCount, 'movement')} ${movementCount === 1 ? 'comes' : 'come'} to exactly this payout.`;
  return { tone: doubts.length > 0 ? 'warn' : 'ok', sentences: [explained, ...doubts] };
}

const OPEN_WORDS: Record<MovementState, string> = {
  matched: '',
  waiting: 'of something of ours that is not booked here yet.',
  foreign: 'without a mark of ours: another business on this account. In suspense.',
  unmatched: 'of nothing that we know. In suspense, with a case.',
};

/** What is matched to nothing of ours, of all accounts. */
export function openMovementsPage(
  page: KeysetPage<ListedMovement>,
  { state, before }: { state: MovementState | undefined; before: string | undefined },
) {
  return {
    view: 'payouts/open-movements',
    layout: 'office' as const,
    title: 'Movements not matched',
    typed: { state: state ?? '' },
    filtered: state !== undefined,
    states: optionsOf(MOVEMENT_STATE_WORDS).filter(({ value }) => value !== 'matched'),
    movements: page.rows.map((row) => movementShown(row, showMoneyWithCode)),
    pager: {
      newer: before ? withQuery(paths.openMovements(), { state }) : undefined,
      older: page.olderThan ? withQuery(paths.openMovements(), { state, before: page.olderThan }) : undefined,
    },
  } satisfies Page & Record<string, unknown>;
}

function movementShown(row: ListedMovement, showSum: (sum: Money) => string) {
  const show = (amountMinor: number) => showSum({ amountMinor, currency: row.currency });
  return {
    id: row.id,
    at: row.createdAt,
    what: row.meaning === 'dispute' && row.netMinor > 0 ? 'Dispute, given back' : MOVEMENT_WORDS[row.meaning],
    // Whose it is, where it is of a payment of ours; else what the gateway says of it.
    label: row.customerName ?? (row.description || capitalised(row.type.replaceAll('_', ' '))),
    href: pageOfMovement(row),
    documents: row.documents.join(', '),
    account: row.accountName,
    ref: row.sourceRef ?? row.gatewayRef,
    payoutHref: row.payoutId ? paths.payout(row.payoutId) : undefined,
    gross: show(row.grossMinor),
    fee: show(row.feeMinor),
    net: show(row.netMinor),
    badge: row.state === 'matched' ? undefined : badgeOf(MOVEMENT_STATE_WORDS[row.state]),
  };
}

function pageOfMovement({ refundId, disputeId, paymentId }: ListedMovement): string | undefined {
  if (refundId) return paths.refund(refundId);
  if (disputeId) return paths.dispute(disputeId);
  return paymentId && paths.payment(paymentId);
}

function capitalised(words: string): string {
  return words.charAt(0).toUpperCase() + words.slice(1);
}

function badgeOf({ label, tone }: { label: string; tone: string }) {
  return { tone, text: label };
}

function optionsOf(words: Record<string, { label: string }>) {
  return Object.entries(words).map(([value, { label }]) => ({ value, label }));
}

function countOf(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

const DEEDS: Record<string, string> = {
  'payout.pending': 'Announced',
  'payout.in-transit': 'Reported as sent',
  'payout.paid': 'Reported as arrived at the bank',
  'payout.failed': 'Reported as failed',
  'payout.cancelled': 'Reported as cancelled',
  'payout.matched': 'Matched to its movements',
  'payout.off': 'Found not to add up',
};
