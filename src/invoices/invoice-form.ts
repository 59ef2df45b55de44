import { z } from 'zod';
import { isCurrency } from '../money/currency.ts';
import { readAmount } from '../money/read-amount.ts';
import { plainAmount } from '../money/show-money.ts';
import type { FieldErrors } from '../platform/refusal.ts';
import { type InvoiceDraft, type InvoiceLine, invoiceFaults, MOST_LINES, tidyInvoice } from './invoice.ts';

/** How many empty lines a form begins with and "Add lines" adds. */
export const LINES_STEP = 5;

const text = z.string();
const lineFields = Object.fromEntries(
  numbers(MOST_LINES).flatMap((n) =>
    ['description', 'quantity', 'amount'].map((name) => [`${name}-${n}`, text.optional()]),
  ),
);

/** Only which fields there are; what may stand in them is the invoice's own rule (invoiceFaults). */
export const newInvoiceSchema = z.strictObject({
  customer: text,
  currency: text,
  number: text,
  issuedOn: text,
  dueOn: text,
  orderReference: text,
  note: text,
  total: text,
  rows: z.string().regex(/^\d{1,2}$/),
  add: text.optional(),
  ...lineFields,
});

export const changeInvoiceSchema = newInvoiceSchema
  .omit({ customer: true, currency: true })
  .extend({ version: z.string().regex(/^\d{1,9}$/) });

export type Typed = Record<string, string>;

/** How many lines the page shows. */
export function rowsOf(typed: Typed): number {
  return Math.min(MOST_LINES, Number(typed.rows) || LINES_STEP);
}

/** What was typed, with its lines moved together; after "Add lines" with more rows. */
export function tidyTyped({ add, ...typed }: Typed): Typed {
  const rows = Math.min(MOST_LINES, rowsOf(typed) + (add ? LINES_STEP : 0));
  return { ...withoutGaps(typed), rows: String(rows) };
}

/** Empty lines between others are gone. */
function withoutGaps(typed: Typed): Typed {
  const names = ['description', 'quantity', 'amount'] as const;
  const rows = numbers(MOST_LINES).map((n) => names.map((name) => typed[`${name}-${n}`]?.trim() ?? ''));
  const filled = rows.filter((row) => row.some(Boolean));
  const others = Object.entries(typed).filter(([name]) => !/^(description|quantity|amount)-\d+$/.test(name));
  const lines = filled.flatMap((row, i) => names.map((name, at) => [`${name}-${i + 1}`, row[at] ?? ''] as const));
  return Object.fromEntries([...others, ...lines]);
}

/**
 * What was typed (without gaps) as an invoice, and a sentence for each field at fault but the customer. Sums are read
 * in the currency given; an empty total is that of the lines.
 */
export function draftOf(typed: Typed, of: { customerId: string; currency: string }) {
  const errors: FieldErrors = {};
  const { currency } = of;
  if (!isCurrency(currency)) errors.currency = 'Enter a currency code of three letters, such as EUR.';
  const lines = linesOf(typed, currency, errors);
  const sumMinor = lines.reduce((sum, line) => sum + line.amountMinor, 0);
  const total = typed.total?.trim() ?? '';
  const totalMinor = total === '' && lines.length > 0 ? sumMinor : readSum(total, currency);
  if (totalMinor === undefined) errors.total = `Enter a sum such as ${example(currency)}.`;
  const draft: InvoiceDraft = {
    ...of,
    number: typed.number ?? '',
    totalMinor: totalMinor ?? 0,
    issuedOn: typed.issuedOn ?? '',
    dueOn: typed.dueOn ?? '',
    orderReference: typed.orderReference ?? '',
    note: typed.note ?? '',
    lines,
  };
  return { draft, errors: withRules(draft, errors) };
}

/** Unreadable sums come first: rules about sums make no sense of them. */
function withRules(draft: InvoiceDraft, unreadable: FieldErrors): FieldErrors {
  const { customerId: _chosen, total, ...faults } = invoiceFaults(tidyInvoice(draft));
  const sumsRead = Object.keys(unreadable).length === 0;
  return { ...faults, ...(sumsRead && total ? { total } : {}), ...unreadable };
}

function linesOf(typed: Typed, currency: string, errors: FieldErrors): InvoiceLine[] {
  const lines: InvoiceLine[] = [];
  for (let n = 1; `description-${n}` in typed; n++) {
    const amount = typed[`amount-${n}`] ?? '';
    // A discount is written with a minus; nothing else of a form has a sign.
    const discount = /^[-−]\s*/.exec(amount)?.[0] ?? '';
    const amountMinor = readSum(amount.slice(discount.length), currency);
    if (amountMinor === undefined) errors[`amount-${n}`] = `Enter a sum such as ${example(currency)}.`;
    lines.push({
      description: typed[`description-${n}`] ?? '',
      quantity: typed[`quantity-${n}`] ?? '',
      amountMinor: (discount ? -1 : 1) * (amountMinor ?? 0) || 0,
    });
  }
  return lines;
}

/** What the form shows of an invoice that is to be changed. */
export function typedOf(draft: InvoiceDraft, version: number): Typed {
  const { currency } = draft;
  const lines = draft.lines.flatMap((line, i) => [
    [`description-${i + 1}`, line.description],
    [`quantity-${i + 1}`, line.quantity],
    [`amount-${i + 1}`, plainAmount({ amountMinor: line.amountMinor, currency })],
  ]);
  return {
    number: draft.number,
    issuedOn: draft.issuedOn,
    dueOn: draft.dueOn,
    orderReference: draft.orderReference,
    note: draft.note,
    total: plainAmount({ amountMinor: draft.totalMinor, currency }),
    rows: String(Math.min(MOST_LINES, Math.max(LINES_STEP, Math.ceil(draft.lines.length / LINES_STEP) * LINES_STEP))),
    version: String(version),
    ...Object.fromEntries(lines),
  };
}

/** Whole minor units; undefined when the text is no sum of that currency. */
export function readSum(text: string, currency: string): number | undefined {
  return isCurrency(currency) ? readAmount(text, currency)?.amountMinor : undefined;
}

/** How a sum of the currency is written: 1250.00 EUR, 1250 JPY, 1250.000 KWD. */
export function example(currency: string): string {
  const known = isCurrency(currency) ? currency : 'EUR';
  return plainAmount({ amountMinor: readAmount('1250', known)?.amountMinor ?? 0, currency: known });
}

export function numbers(count: number): number[] {
  return Array.from({ length: count }, (_, i) => i + 1);
}
