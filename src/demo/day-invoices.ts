import { parse } from 'csv-parse/sync';
import { isCurrency } from '../money/currency.ts';
import { readAmount } from '../money/read-amount.ts';

/** What is to be paid on the day: whose, and how much. */
export interface DayInvoice {
  number: string;
  customerNumber: string;
  customerName: string;
  customerEmail: string;
  currency: string;
  totalMinor: number;
}

/** Below this a gateway takes no card; in minor units. */
const LEAST_MINOR = 100;
const MADE_UP_CUSTOMERS = 300;
const CURRENCIES = ['GBP', 'GBP', 'EUR', 'USD'] as const;

/**
 * The first so many invoices of a CSV with the columns invoice_number, customer_number, customer_name, customer_email,
 * currency and total; credits and what is too small for a card are left out.
 */
export function invoicesOfFile(text: string, count: number): DayInvoice[] {
  const rows: Array<Record<string, string>> = parse(text, {
    columns: true,
    skip_empty_lines: true,
    bom: true,
    trim: true,
  });
  const byNumber = new Map<string, DayInvoice>();
  for (const row of rows) {
    if (byNumber.size === count) break;
    const { invoice_number: number = '', customer_number: customerNumber = '', currency = '', total = '' } = row;
    const totalMinor = isCurrency(currency) ? (readAmount(total, currency)?.amountMinor ?? 0) : 0;
    if (!number || !customerNumber || totalMinor < LEAST_MINOR) continue;
    byNumber.set(number, {
      ...{ number, customerNumber, currency, totalMinor },
      customerName: row.customer_name || `Customer ${customerNumber}`,
      customerEmail: row.customer_email || `customer-${customerNumber}@example.test`,
    });
  }
  return [...byNumber.values()];
}

/** The same without a file: always the same ones, in several currencies. */
export function madeUpInvoices(count: number): DayInvoice[] {
  let seed = 20_101;
  const next = (below: number) => {
    seed = (seed * 48_271) % 2_147_483_647;
    return seed % below;
  };
  return Array.from({ length: count }, (_, i) => {
    const customer = 10_000 + next(MADE_UP_CUSTOMERS);
    return {
      number: `DAY-${String(i + 1).padStart(5, '0')}`,
      customerNumber: String(customer),
      customerName: `Customer ${customer}`,
      customerEmail: `customer-${customer}@example.test`,
      currency: CURRENCIES[customer % CURRENCIES.length] ?? 'GBP',
      totalMinor: LEAST_MINOR + next(200_000),
    };
  });
}
