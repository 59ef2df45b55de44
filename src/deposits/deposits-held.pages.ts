import { showMoneyWithCode } from '../money/show-money.ts';
import { paths } from '../paths.ts';
import { PAGE_SIZE } from '../platform/keyset.ts';
import type { FieldErrors } from '../platform/refusal.ts';
import { withQuery } from '../platform/web/query.ts';
import type { Page } from '../platform/web/render.ts';
import type { HeldRow, totalsBefore } from './deposits-held.store.ts';

/** So many deposits stand on the page; all are in the file. */
export const MOST_SHOWN = PAGE_SIZE;

type Totals = Awaited<ReturnType<typeof totalsBefore>>;

/** The statement of deposits held at the end of a day, by customer, with totals beside those of the books. */
export function depositsHeldPage({
  on,
  rows,
  totals,
  booked,
  typed,
  errors = {},
}: {
  /** yyyy-mm-dd, a day of the company's. */
  on: string;
  /** By customer; more than fit on the page tell that there are more. */
  rows: HeldRow[];
  totals: Totals;
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
    totals: totalsOf(totals, booked),
    added: totals !== undefined,
    cutAt: rows.length > MOST_SHOWN ? MOST_SHOWN : undefined,
    customers: customersOf(rows),
  } satisfies Page & Record<string, unknown>;
}

/** What the deposits come to beside what the books say; where they are too many to add up, what the books say. */
function totalsOf(totals: Totals, booked: Map<string, number>) {
  const currencies = [...new Set([...(totals ?? []).map((total) => total.currency), ...booked.keys()])].sort();
  return currencies.flatMap((currency) => {
    const bookedMinor = booked.get(currency) ?? 0;
    const { deposits = 0, heldMinor = 0 } = totals?.find((total) => total.currency === currency) ?? {};
    const shownMinor = totals ? heldMinor : bookedMinor;
    if (shownMinor === 0 && bookedMinor === 0) return [];
    return {
      currency,
      held: showMoneyWithCode({ amountMinor: shownMinor, currency }),
      booked: showMoneyWithCode({ amountMinor: bookedMinor, currency }),
      agrees: shownMinor === bookedMinor,
      deposits,
    };
  });
}

/** Each customer with their deposits, and what they come to in each currency. */
function customersOf(rows: readonly HeldRow[]) {
  const customers = new Map<string, HeldRow[]>();
  for (const row of rows.slice(0, MOST_SHOWN))
    customers.set(row.customerId, [...(customers.get(row.customerId) ?? []), row]);
  // The customer within whom the page ends may have more than it shows.
  const cutWithin = rows[MOST_SHOWN]?.customerId;
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
    sums: (id === cutWithin ? [] : [...new Set(held.map((row) => row.currency))]).map((currency) => {
      const amountMinor = held.reduce((sum, row) => sum + (row.currency === currency ? row.heldMinor : 0), 0);
      return showMoneyWithCode({ amountMinor, currency });
    }),
  }));
}
