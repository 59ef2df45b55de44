import { showMoneyWithCode } from '../money/show-money.ts';
import { paths } from '../paths.ts';
import type { Page } from '../platform/web/render.ts';
import { CHART, type LedgerAccount } from './chart-of-accounts.ts';
import type { TransactionLine, TransactionSubject } from './transactions.store.ts';

/** The page behind "Show transactions". */
export function transactionsPage(
  { id, kind, number }: TransactionSubject & { id: string },
  lines: readonly TransactionLine[],
) {
  const what = `${kind} ${number}`.trim();
  return {
    view: 'ledger/transactions',
    layout: 'office' as const,
    title: kind === 'payment' ? 'Transactions of this payment' : `Transactions of ${what}`,
    back: {
      label: `${what[0]?.toUpperCase()}${what.slice(1)}`,
      href: { invoice: paths.invoice, deposit: paths.deposit, payment: paths.payment }[kind](id),
    },
    transactions: transactionsShown(lines),
  } satisfies Page & Record<string, unknown>;
}

/** Debit and credit lines for a table, with what they add up to in each currency. */
export function transactionsShown(lines: readonly TransactionLine[]) {
  return {
    lines: lines.map((line) => ({
      at: line.at,
      memo: line.memo,
      account: line.ledgerAccount,
      meaning: CHART[line.ledgerAccount as LedgerAccount] ?? '',
      debit: line.amountMinor > 0 ? show(line.amountMinor, line.currency) : '',
      credit: line.amountMinor < 0 ? show(-line.amountMinor, line.currency) : '',
    })),
    sums: [...new Set(lines.map((line) => line.currency))].map((currency) => {
      const own = lines.filter((line) => line.currency === currency).map((line) => line.amountMinor);
      return {
        debit: show(own.filter((minor) => minor > 0).reduce(add, 0), currency),
        credit: show(-own.filter((minor) => minor < 0).reduce(add, 0), currency),
      };
    }),
  };
}

const add = (a: number, b: number) => a + b;

function show(amountMinor: number, currency: string): string {
  return showMoneyWithCode({ amountMinor, currency });
}
