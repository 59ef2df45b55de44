import { numberFault } from '../customers/customer.ts';
import { isCurrency } from '../money/currency.ts';
import { plainAmount } from '../money/show-money.ts';
import type { FieldErrors } from '../platform/refusal.ts';
import { isPlainLine, tidyLine, tidyLines } from '../platform/text-key.ts';

export interface InvoiceLine {
  description: string;
  /** As written, such as "3" or "1.5 h"; may be empty. */
  quantity: string;
  /** Whole minor units; a discount is negative. */
  amountMinor: number;
}

/** What an invoice says. */
export interface InvoiceDraft {
  /** The ERP's number; no two invoices share one, without regard to capitals. */
  number: string;
  customerId: string;
  currency: string;
  totalMinor: number;
  /** Calendar days, yyyy-mm-dd. */
  issuedOn: string;
  dueOn: string;
  orderReference: string;
  note: string;
  /** None when it was imported as a total only; else they sum to the total. */
  lines: InvoiceLine[];
}

export const MOST_LINES = 30;
/** What fits in a bank's file and in a double with room to add up: ten billion of a currency with two places. */
export const LARGEST_TOTAL_MINOR = 1_000_000_000_000;

/** The draft as it is stored: no blanks around, line feeds only. */
export function tidyInvoice(draft: InvoiceDraft): InvoiceDraft {
  return {
    ...draft,
    number: tidyLine(draft.number),
    orderReference: tidyLine(draft.orderReference),
    note: tidyLines(draft.note),
    lines: draft.lines.map((line) => ({
      description: tidyLine(line.description),
      quantity: tidyLine(line.quantity),
      amountMinor: line.amountMinor,
    })),
  };
}

/** A sentence for each field that cannot stand; of a tidy draft. Empty when all is well. */
export function invoiceFaults(draft: InvoiceDraft): FieldErrors {
  const faults: FieldErrors = {};
  const fault = (field: string, sentence: string | undefined) => {
    if (sentence) faults[field] ??= sentence;
  };
  fault('number', numberFault(draft.number, 'invoice'));
  fault('customerId', draft.customerId ? undefined : 'Choose the customer.');
  fault('currency', isCurrency(draft.currency) ? undefined : 'Choose a currency.');
  fault('total', totalFault(draft.totalMinor));
  fault('issuedOn', isDay(draft.issuedOn) ? undefined : 'Enter the date of the invoice.');
  fault('dueOn', isDay(draft.dueOn) ? undefined : 'Enter the day by which it is to be paid.');
  if (draft.dueOn < draft.issuedOn) fault('dueOn', 'It cannot be due before it is issued.');
  fault('orderReference', lineFault(draft.orderReference, 100));
  if (draft.note.length > 2000) fault('note', 'A note has at most 2,000 characters.');
  if (draft.lines.length > MOST_LINES) fault('lines', `An invoice has at most ${MOST_LINES} lines here.`);
  for (const [i, line] of draft.lines.entries()) {
    fault(`description-${i + 1}`, line.description ? lineFault(line.description, 300) : 'Say what this line is for.');
    fault(`quantity-${i + 1}`, lineFault(line.quantity, 30));
  }
  fault('total', sumFault(draft));
  return faults;
}

/** Why a sum cannot be asked for; undefined when it can. In whole minor units. */
export function totalFault(totalMinor: number): string | undefined {
  if (!Number.isSafeInteger(totalMinor)) return 'Enter a sum.';
  if (totalMinor <= 0) return 'The sum must be more than zero.';
  return totalMinor > LARGEST_TOTAL_MINOR ? 'This sum is too large.' : undefined;
}

/** True for a day of the calendar written yyyy-mm-dd. */
export function isDay(text: string): boolean {
  if (!/^[12]\d{3}-\d\d-\d\d$/.test(text)) return false;
  const day = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(day.getTime()) && day.toISOString().startsWith(text);
}

function lineFault(text: string, longest: number): string | undefined {
  if (text.length > longest) return `At most ${longest} characters fit here.`;
  return isPlainLine(text) ? undefined : 'This is one line of plain text.';
}

function sumFault({ lines, totalMinor, currency }: InvoiceDraft): string | undefined {
  if (lines.length === 0) return undefined;
  const sumMinor = lines.reduce((sum, line) => sum + line.amountMinor, 0);
  if (sumMinor === totalMinor) return undefined;
  return `The lines add up to ${plainAmount({ amountMinor: sumMinor, currency })} ${currency}, not to this total.`;
}
