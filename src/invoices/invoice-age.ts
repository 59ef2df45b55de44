import { addDays } from '../platform/show-time.ts';

/** How long after its due day an invoice is still owed, as accountants group it; days after the due day, both included. */
export const INVOICE_AGES = {
  current: { label: 'Not due yet', from: undefined, to: 0 },
  '1-30': { label: '1–30 days late', from: 1, to: 30 },
  '31-60': { label: '31–60 days late', from: 31, to: 60 },
  '61-90': { label: '61–90 days late', from: 61, to: 90 },
  'over-90': { label: 'Over 90 days late', from: 91, to: undefined },
} as const satisfies Record<string, { label: string; from: number | undefined; to: number | undefined }>;

export type InvoiceAge = keyof typeof INVOICE_AGES;

export const AGES = Object.keys(INVOICE_AGES) as InvoiceAge[];

export function isInvoiceAge(text: string): text is InvoiceAge {
  return Object.hasOwn(INVOICE_AGES, text);
}

/** The due days of an age, both included; undefined where there is no bound. What is due today is not late. */
export function dueDaysOf(age: InvoiceAge, today: string): { first: string | undefined; last: string | undefined } {
  const { from, to } = INVOICE_AGES[age];
  return {
    first: to === undefined ? undefined : addDays(today, -to),
    last: from === undefined ? undefined : addDays(today, -from),
  };
}

/** The age of an invoice that is owed and due on that day. */
export function ageOf(dueOn: string, today: string): InvoiceAge {
  const age = AGES.find((one) => {
    const { first, last } = dueDaysOf(one, today);
    return (!first || dueOn >= first) && (!last || dueOn <= last);
  });
  return age as InvoiceAge;
}
