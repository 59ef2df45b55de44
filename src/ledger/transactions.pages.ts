import { showMoneyWithCode } from '../money/show-money.ts';
import { paths } from '../paths.ts';
import { withQuery } from '../platform/web/query.ts';
import type { Page } from '../platform/web/render.ts';
import { capital, entryShown, lineShown } from './entries.pages.ts';
import type { EntriesPage } from './entries.store.ts';
import { type Place, placeText } from './place.ts';
import type { TransactionSubject } from './subjects.store.ts';
import type { TransactionLine, TransactionSum } from './transactions.store.ts';

/** The page behind "Show transactions": debits and credits about one thing, with what all of them come to. */
export function transactionsPage(
  { id, noun, name, page }: TransactionSubject & { id: string },
  { entries, next }: EntriesPage,
  { sums, after }: { sums: TransactionSum[]; after: Place | undefined },
) {
  const what = `${noun} ${name}`.trim();
  return {
    view: 'ledger/transactions',
    layout: 'office' as const,
    title: `Transactions of ${name ? what : `this ${noun}`}`,
    back: { label: name ? capital(what) : capital(noun), href: page },
    entries: entries.map(entryShown),
    sums: sums.map(sumShown),
    /** The sums are of everything, which is more than the page shows. */
    inPieces: Boolean(after ?? next),
    ways: {
      first: after ? paths.transactions(id) : undefined,
      next: next && withQuery(paths.transactions(id), { after: placeText(next) }),
    },
  } satisfies Page & Record<string, unknown>;
}

/** Debit and credit lines for a table within another page, with what they add up to in each currency. */
export function transactionsShown(lines: readonly TransactionLine[]) {
  const currencies = [...new Set(lines.map((line) => line.currency))];
  const sumOf = (currency: string, sign: 1 | -1) =>
    lines.reduce((sum, line) => sum + (line.currency === currency ? Math.max(sign * line.amountMinor, 0) : 0), 0);
  return {
    lines: lines.map((line) => ({ at: line.at, memo: line.memo, ...lineShown(line) })),
    sums: currencies.map((currency) =>
      sumShown({ currency, debitMinor: sumOf(currency, 1), creditMinor: sumOf(currency, -1) }),
    ),
  };
}

function sumShown({ currency, debitMinor, creditMinor }: Omit<TransactionSum, 'entries'>) {
  return {
    debit: showMoneyWithCode({ amountMinor: debitMinor, currency }),
    credit: showMoneyWithCode({ amountMinor: creditMinor, currency }),
  };
}
