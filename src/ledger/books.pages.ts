import { showMoney } from '../money/show-money.ts';
import { paths } from '../paths.ts';
import type { FieldErrors } from '../platform/refusal.ts';
import { withQuery } from '../platform/web/query.ts';
import type { Page } from '../platform/web/render.ts';
import type { AccountLines } from './account-lines.store.ts';
import type { Balance, BalanceKey } from './balances.store.ts';
import { chartEntry, LEDGER_ACCOUNTS, type LedgerAccount } from './chart-of-accounts.ts';
import { capital, entryShown, kindShown } from './entries.pages.ts';
import type { BookedLine, EntriesPage } from './entries.store.ts';
import type { JournalFilter } from './journal-filter.ts';
import type { ServiceAccount } from './ledger-mapping.store.ts';
import { accountTitle, type LedgerMapping } from './ledger-mapping.ts';
import { type Place, placeText } from './place.ts';
import { subjectShown } from './subjects.store.ts';

/** How accounts of the books are called: see readTitles. */
type TitleOf = (key: BalanceKey) => Pick<BookedLine, 'code' | 'name' | 'service'>;

/** The pages of the books, as tabs above each of them. */
function booksTabs(current: 'trial-balance' | 'journal' | 'accounts') {
  return [
    { label: 'Trial balance', href: paths.books(), current: current === 'trial-balance' },
    { label: 'Journal', href: paths.journal(), current: current === 'journal' },
    { label: 'Chart of accounts', href: paths.ledgerAccounts(), current: current === 'accounts' },
  ];
}

/** What every account came to at the end of a day, with debits and credits that come to the same in each currency. */
export function trialBalancePage({
  on,
  balances,
  titleOf,
  typed,
  errors,
}: {
  /** A day of the company's, yyyy-mm-dd. */
  on: string;
  balances: readonly Balance[];
  titleOf: TitleOf;
  typed: { on: string };
  errors: FieldErrors;
}) {
  const currencies = [...new Set(balances.map((balance) => balance.currency))].sort();
  return {
    view: 'ledger/trial-balance',
    layout: 'office' as const,
    title: 'Trial balance',
    tabs: booksTabs('trial-balance'),
    on,
    typed,
    errors,
    currencies: currencies.map((currency) => {
      const own = inOrderOfChart(balances.filter((balance) => balance.currency === currency));
      const show = (amountMinor: number) => showMoney({ amountMinor, currency });
      const debitMinor = own.reduce((sum, { balanceMinor }) => sum + Math.max(balanceMinor, 0), 0);
      const creditMinor = own.reduce((sum, { balanceMinor }) => sum + Math.max(-balanceMinor, 0), 0);
      return {
        currency,
        rows: own.map((balance) => ({
          ...accountShown(titleOf(balance)),
          href: ledgerHref(balance, { from: `${on.slice(0, 8)}01`, to: on }),
          ...onItsSide(balance, show),
        })),
        debit: show(debitMinor),
        credit: show(creditMinor),
        offBy: debitMinor === creditMinor ? undefined : show(Math.abs(debitMinor - creditMinor)),
      };
    }),
  } satisfies Page & Record<string, unknown>;
}

/** A balance in the column of its side; what is zero stands where the account usually does. */
function onItsSide({ ledgerAccount, balanceMinor }: Balance, show: (amountMinor: number) => string) {
  const isDebit = balanceMinor === 0 ? normalSide(ledgerAccount) === 'debit' : balanceMinor > 0;
  const shown = show(Math.abs(balanceMinor));
  return isDebit ? { debit: shown, credit: '' } : { debit: '', credit: shown };
}

/** The movements of one balance in a range of days, between what it opened and closed with. */
export function ledgerAccountPage({
  key,
  title,
  range,
  found,
  after,
  choices,
  typed,
  errors,
}: {
  key: BalanceKey;
  title: ReturnType<TitleOf>;
  /** Days of the company's, yyyy-mm-dd. */
  range: { from: string; to: string };
  found: AccountLines;
  after: Place | undefined;
  /** All balances that are kept under this ledger account, with how they are called. */
  choices: Array<BalanceKey & { label: string }>;
  typed: { from: string; to: string };
  errors: FieldErrors;
}) {
  const { currency, ledgerAccount } = key;
  const show = (amountMinor: number) => showMoney({ amountMinor, currency });
  const withSide = (minor: number) => (minor === 0 ? show(0) : `${show(Math.abs(minor))} ${minor > 0 ? 'Dr' : 'Cr'}`);
  return {
    view: 'ledger/account',
    layout: 'office' as const,
    title: accountShown(title).account,
    tabs: booksTabs('accounts'),
    service: title.service,
    holds: chartEntry(ledgerAccount).holds,
    currency,
    action: paths.ledgerAccount(ledgerAccount),
    range,
    typed: { ...typed, balance: keyText(key) },
    errors,
    choices: choices.map((choice) => ({ value: keyText(choice), label: choice.label })),
    opening: { label: after ? 'Brought forward' : 'Opening balance', balance: withSide(found.openingMinor) },
    closing: { label: 'Closing balance', balance: withSide(found.closingMinor) },
    carried: found.next ? withSide(found.lines.at(-1)?.balanceMinor ?? 0) : undefined,
    lines: found.lines.map(({ place, memo, subjectId, amountMinor, balanceMinor }) => ({
      at: place.at,
      memo,
      document: documentShown(subjectId),
      debit: amountMinor > 0 ? show(amountMinor) : '',
      credit: amountMinor < 0 ? show(-amountMinor) : '',
      balance: withSide(balanceMinor),
    })),
    ways: {
      first: after ? ledgerHref(key, range) : undefined,
      next: found.next && ledgerHref(key, { ...range, after: placeText(found.next) }),
    },
  } satisfies Page & Record<string, unknown>;
}

/** Which balance of a ledger account is meant, in an address: the account, where it is kept per account, and currency. */
export function keyText({ accountId = '', currency }: BalanceKey): string {
  return [accountId, currency].filter(Boolean).join('.');
}

function ledgerHref(key: BalanceKey, query: { from: string; to: string; after?: string }): string {
  return withQuery(paths.ledgerAccount(key.ledgerAccount), { balance: keyText(key), ...query });
}

/** All entries that fit a choice, newest first. */
export function journalPage({
  page,
  filter,
  before,
  moved,
  titleOf,
  choices,
  typed,
  errors,
}: {
  page: EntriesPage;
  filter: JournalFilter;
  before: Place | undefined;
  /** What moved on the balances that the choice names. */
  moved: Balance[] | undefined;
  titleOf: TitleOf;
  choices: { accounts: ServiceAccount[]; currencies: string[]; kinds: string[]; mappings: LedgerMapping[] };
  typed: Record<string, string>;
  errors: FieldErrors;
}) {
  const { ledgerAccount: ledger, accountId: account, ...plain } = filter;
  const query = { ...plain, ledger, account };
  return {
    view: 'ledger/journal',
    layout: 'office' as const,
    title: 'Journal',
    tabs: booksTabs('journal'),
    typed,
    errors,
    filtered: Object.values(query).some(Boolean),
    ledgers: LEDGER_ACCOUNTS.map((value) => ({
      value,
      label: accountShown(accountTitle(choices.mappings, { ledgerAccount: value, accountId: '', currency: '' }))
        .account,
    })),
    accounts: choices.accounts.map(({ id, label }) => ({ value: id, label })),
    currencies: choices.currencies.map((code) => ({ value: code, label: code })),
    kinds: choices.kinds.map((kind) => ({ value: kind, label: kindShown(kind) })),
    entries: page.entries.map(entryShown),
    moved: inOrderOfChart(moved ?? []).map((balance) => ({
      ...accountShown(titleOf(balance)),
      currency: balance.currency,
      debit: showMoney({ amountMinor: balance.debitMinor, currency: balance.currency }),
      credit: showMoney({ amountMinor: balance.creditMinor, currency: balance.currency }),
    })),
    pager: {
      newer: before ? withQuery(paths.journal(), query) : undefined,
      older: page.next && withQuery(paths.journal(), { ...query, before: placeText(page.next) }),
    },
  } satisfies Page & Record<string, unknown>;
}

/** Our ledger accounts in words, with how the company's own books call them. */
export function chartPage(mappings: readonly LedgerMapping[], accounts: readonly ServiceAccount[]) {
  const labels = new Map(accounts.map(({ id, label }) => [id, label]));
  return {
    view: 'ledger/chart',
    layout: 'office' as const,
    title: 'Chart of accounts',
    tabs: booksTabs('accounts'),
    accounts: LEDGER_ACCOUNTS.map((ledgerAccount) => {
      const { name, type, normal, holds } = chartEntry(ledgerAccount);
      return {
        id: ledgerAccount,
        name,
        type: capital(type),
        normal: capital(normal),
        holds,
        own: mappings
          .filter((mapping) => mapping.ledgerAccount === ledgerAccount)
          .map((mapping) => ({
            code: mapping.code,
            name: mapping.name,
            of: [labels.get(mapping.accountId) ?? '', mapping.currency].filter(Boolean).join(', '),
          })),
      };
    }),
  } satisfies Page & Record<string, unknown>;
}

function documentShown(subjectId: string) {
  const { noun, href } = subjectShown(subjectId);
  return { noun: capital(noun), href };
}

function accountShown({ code, name, service = '' }: { code: string; name: string; service?: string }) {
  return { account: [code, name].filter(Boolean).join(' '), service };
}

function normalSide(ledgerAccount: LedgerAccount) {
  // A balance that a later version wrote is still shown.
  return Object.hasOwn(chartOrder, ledgerAccount) ? chartEntry(ledgerAccount).normal : 'debit';
}

const chartOrder = Object.fromEntries(LEDGER_ACCOUNTS.map((account, place) => [account, place]));

function inOrderOfChart<B extends BalanceKey>(balances: readonly B[]): B[] {
  const placeOf = (balance: B) => chartOrder[balance.ledgerAccount] ?? LEDGER_ACCOUNTS.length;
  return balances.toSorted((a, b) => placeOf(a) - placeOf(b) || keyText(a).localeCompare(keyText(b), 'en'));
}
