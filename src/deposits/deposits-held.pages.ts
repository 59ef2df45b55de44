import { showMoneyWithCode } from '../money/show-money.ts';
import { paths } from '../paths.ts';
import type { FieldErrors } from '../platform/refusal.ts';
import { withQuery } from '../platform/web/query.ts';
import type { Page } from '../platform/web/render.ts';
import type { HeldRow } from './deposits-held.store.ts';

/** The statement of deposits held at the end of a day, by customer, with totals beside those of the books. */
export function depositsHeldPage({
  on,
  rows,
  booked,
  typed,
  errors = {},
}: {
  /** yyyy-mm-dd, a day of the company's. */
  on: string;
  rows: HeldRow[];
  booked: Map<string, number>;
  typed: { on: string };
  errors?: FieldErrors;
}) {
  return {
    view: 'deposits/deposits-held',
    layout: 'office' as const,
    title: 'Deposits held',
    on,
    typed,
    errors,
    csv: withQuery(paths.depositsHeldCsv(), { on }),
    totals: totalsOf(rows, booked),
    customers: customersOf(rows),
  } satisfies Page & Record<string, unknown>;
}

function totalsOf(rows: readonly HeldRow[], booked: Map<string, number>) {
  const currencies = [...new Set([...rows.map((row) => row.currency), ...booked.keys()])].sort();
  return currencies.flatMap((currency) => {
    const ours = rows.filter((row) => row.currency === currency);
    const heldMinor = ours.reduce((sum, row) => sum + row.heldMinor, 0);
    const bookedMinor = booked.get(currency) ?? 0;
    if (heldMinor === 0 && bookedMinor === 0) return [];
    return {
      currency,
      held: showMoneyWithCode({ amountMinor: heldMinor, currency }),
      booked: showMoneyWithCode({ amountMinor: bookedMinor, currency }),
      agrees: heldMinor === bookedMinor,
      deposits: ours.length,
    };
  });
}

/** Each customer with their deposits, and what they come to in each currency. */
function customersOf(rows: readonly HeldRow[]) {
  const customers = new Map<string, HeldRow[]>();
  for (const row of rows) customers.set(row.customerId, [...(customers.get(row.customerId) ?? []), row]);
  return [...customers].map(([id, held]) => ({
    href: paths.customer(id),
    name: held[0]?.customerName ?? '',
    number: held[0]?.customerNumber ?? '',
    deposits: held.map((row) => ({
      href: paths.deposit(row.depositId),
      number: row.number,
      orderReference: row.orderReference,
      held: showMoneyWithCode({ amountMinor: row.heldMinor, currency: row.currency }),
    })),
    sums: [...new Set(held.map((row) => row.currency))].map((currency) => {
      const amountMinor = held.reduce((sum, row) => sum + (row.currency === currency ? row.heldMinor : 0), 0);
      return showMoneyWithCode({ amountMinor, currency });
    }),
  }));
}
