import { isId } from '../platform/ids.ts';
import { dueDaysOf, type InvoiceAge, isInvoiceAge } from './invoice-age.ts';

/** The states that can be filtered by. */
export const INVOICE_STATES = ['open', 'part_paid', 'paid', 'credited', 'void'] as const;

/** What a list is narrowed to; empty means any. */
export interface InvoiceFilter {
  search: string;
  state: string;
  currency: string;
  customerId: string;
  /** Only what is owed and was due before this day (yyyy-mm-dd). */
  overdueOn: string;
  /** Only what is owed and so long past its due day. */
  age: InvoiceAge | '';
  /** The due days of that age, both included. */
  dueDays: { first: string | undefined; last: string | undefined };
}

/** True when what is owed is asked for by its due day, by which it is then listed. */
export function asksForOwed({ overdueOn, age }: InvoiceFilter): boolean {
  return Boolean(overdueOn || age);
}

/** The filter in an address; what is none is left out. `today` is the company's day. */
export function readInvoiceFilter(textOf: (name: string) => string, today: string): InvoiceFilter {
  const [state, currency, customerId] = [textOf('state'), textOf('currency').toUpperCase(), textOf('customer')];
  const age = textOf('age');
  return {
    search: textOf('q'),
    state: INVOICE_STATES.some((known) => known === state) ? state : '',
    currency: /^[A-Z]{3}$/.test(currency) ? currency : '',
    customerId: isId(customerId, 'cus') ? customerId : '',
    overdueOn: textOf('overdue') ? today : '',
    age: isInvoiceAge(age) ? age : '',
    dueDays: isInvoiceAge(age) ? dueDaysOf(age, today) : { first: undefined, last: undefined },
  };
}
