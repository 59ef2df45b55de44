import { isCurrency } from '../money/currency.ts';
import { readAmount } from '../money/read-amount.ts';
import { type InvoiceDraft, invoiceFaults, isDay, tidyInvoice } from './invoice.ts';

/** What a line of a file asks for. */
export interface WantedInvoice {
  /** Without a customer id: whose it is says `customer`. */
  draft: InvoiceDraft;
  customer: { number: string; name: string; email: string };
  /** What was paid on it elsewhere, in whole minor units; undefined when the line does not say. */
  paidElsewhereMinor: number | undefined;
}

interface Notation {
  dates: 'ymd' | 'dmy';
  decimals: 'point' | 'comma';
}

/** Reads one line, or says in a sentence why it is no invoice. */
export function readInvoiceRow(row: Record<string, string>, notation: Notation): WantedInvoice | string {
  const customer = { number: row.customerNumber ?? '', name: row.customerName ?? '', email: row.customerEmail ?? '' };
  if (!row.number) return 'The invoice number is missing.';
  if (!customer.number) return 'The customer number is missing.';
  const currency = (row.currency ?? '').toUpperCase();
  if (!isCurrency(currency)) return `"${shown(row.currency)}" is not a currency code.`;
  const issuedOn = readDay(row.issuedOn ?? '', notation);
  if (!issuedOn) return `The invoice date "${shown(row.issuedOn)}" is not a date ${wayOf(notation)}.`;
  const dueOn = readDay(row.dueOn ?? '', notation);
  if (!dueOn) return `The due date "${shown(row.dueOn)}" is not a date ${wayOf(notation)}.`;
  const totalMinor = readTotal(row.total ?? '', currency, notation);
  if (typeof totalMinor === 'string') return totalMinor;
  const paidElsewhereMinor = readPaid(row.paidElsewhere ?? '', { currency, totalMinor, notation });
  if (typeof paidElsewhereMinor === 'string') return paidElsewhereMinor;

  const draft = tidyInvoice({
    number: row.number,
    customerId: '',
    currency,
    totalMinor,
    issuedOn,
    dueOn,
    orderReference: row.orderReference ?? '',
    note: '',
    lines: [],
  });
  const { customerId: _known, ...faults } = invoiceFaults(draft);
  const [fault] = Object.values(faults);
  return fault ?? { draft, customer, paidElsewhereMinor };
}

function readTotal(text: string, currency: string, notation: Notation): number | string {
  if (isNegative(text)) return `The total ${shown(text)} is negative. Credits are not imported as invoices.`;
  const totalMinor = readSumCell(text, currency, notation);
  if (totalMinor === undefined) return `The total "${shown(text)}" is not a sum of ${currency}.`;
  return totalMinor > 0 ? totalMinor : 'The total is zero.';
}

/** An empty cell says nothing, which is another thing than zero. */
function readPaid(
  text: string,
  { currency, totalMinor, notation }: { currency: string; totalMinor: number; notation: Notation },
): number | string | undefined {
  if (text === '') return undefined;
  if (isNegative(text)) return `The amount already paid ${shown(text)} is negative.`;
  const paidMinor = readSumCell(text, currency, notation);
  if (paidMinor === undefined) return `The amount already paid "${shown(text)}" is not a sum of ${currency}.`;
  return paidMinor <= totalMinor ? paidMinor : `The amount already paid ${shown(text)} is more than the total.`;
}

function isNegative(text: string): boolean {
  return /^[-−(]/.test(text);
}

function readSumCell(text: string, currency: string, { decimals }: Notation): number | undefined {
  const swapped = decimals === 'comma' ? text.replace(/[.,]/g, (mark) => (mark === '.' ? ',' : '.')) : text;
  return readAmount(swapped, currency)?.amountMinor;
}

/** The day as yyyy-mm-dd; undefined when it is none, or written in another way. */
function readDay(text: string, { dates }: Notation): string | undefined {
  const parts = dates === 'dmy' ? /^(\d{1,2})[./-](\d{1,2})[./-](\d{4})$/.exec(text) : undefined;
  const day = parts ? `${parts[3]}-${parts[2]?.padStart(2, '0')}-${parts[1]?.padStart(2, '0')}` : text;
  return isDay(day) ? day : undefined;
}

function wayOf({ dates }: Notation): string {
  return dates === 'dmy' ? 'such as 31/12/2026' : 'such as 2026-12-31';
}

function shown(text = ''): string {
  return text.slice(0, 60);
}
