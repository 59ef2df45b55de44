import type { Actor } from '../audit/record.ts';
import { fileCustomers } from '../customers/create-customer.ts';
import { type Customer, type CustomerDraft, customerFaults, tidyCustomer } from '../customers/customer.ts';
import { customersByNumber } from '../customers/customers.store.ts';
import type { HowToTake, Importer, ImportField, Outcome } from '../imports/importer.ts';
import type { Clock } from '../platform/clock.ts';
import type { Db } from '../platform/database/database.ts';
import { textKey } from '../platform/text-key.ts';
import { type CorrectingParts, correctInvoices, invoicesByNumber } from './correct-invoices.ts';
import { fileInvoices } from './create-invoice.ts';
import { notePaidElsewhere } from './note-paid-elsewhere.ts';
import { readInvoiceRow, type WantedInvoice } from './read-invoice-row.ts';

/**
 * What lines of a file become: new invoices, with their customers where those are missing, or corrections of the
 * invoices that have the number. A customer who is here already stays as they are.
 */
export function invoiceImporter(links: Omit<CorrectingParts, 'db' | 'clock'>): Importer {
  return {
    noun: 'invoice',
    fields: FIELDS,
    take: (parts, rows, how) => takeInvoices({ ...parts, ...links }, rows, how),
    sumOf(row, notation) {
      const read = readInvoiceRow(row, notation);
      if (typeof read === 'string') return undefined;
      return { amountMinor: read.draft.totalMinor, currency: read.draft.currency };
    },
  };
}

const FIELDS: ImportField[] = [
  {
    name: 'number',
    label: 'Invoice number',
    required: true,
    usual: ['invoicenumber', 'invoiceno', 'invoiceid', 'invoice', 'number', 'no', 'rechnungsnummer', 'documentnumber'],
  },
  {
    name: 'issuedOn',
    label: 'Invoice date',
    required: true,
    usual: ['invoicedate', 'issuedon', 'issuedate', 'date', 'rechnungsdatum', 'documentdate'],
  },
  {
    name: 'dueOn',
    label: 'Due date',
    required: true,
    usual: ['duedate', 'dueon', 'due', 'paymentdue', 'fälligam', 'fälligkeit'],
  },
  {
    name: 'customerNumber',
    label: 'Customer number',
    required: true,
    usual: ['customernumber', 'customerno', 'customerid', 'customer', 'kundennummer', 'accountnumber'],
  },
  {
    name: 'customerName',
    label: 'Customer name',
    required: false,
    usual: ['customername', 'name', 'company', 'companyname', 'kunde', 'firma'],
  },
  {
    name: 'customerEmail',
    label: 'Customer e-mail',
    required: false,
    usual: ['customeremail', 'billingemail', 'email', 'emailaddress', 'mail'],
  },
  { name: 'currency', label: 'Currency', required: true, usual: ['currency', 'currencycode', 'währung', 'waehrung'] },
  {
    name: 'total',
    label: 'Total',
    required: true,
    usual: ['total', 'totalamount', 'invoicetotal', 'amount', 'gross', 'grosstotal', 'betrag', 'summe'],
  },
  {
    name: 'orderReference',
    label: 'Order reference',
    required: false,
    usual: ['orderreference', 'order', 'ordernumber', 'orderno', 'ponumber', 'po', 'reference'],
  },
  {
    name: 'paidElsewhere',
    label: 'Amount already paid, not through this portal',
    required: false,
    usual: [
      'amountalreadypaid',
      'alreadypaid',
      'amountpaid',
      'paidamount',
      'paid',
      'totalpaid',
      'bezahlt',
      'bereitsbezahlt',
      'bezahlterbetrag',
    ],
  },
];

type Parts = { db: Db; clock: Clock };

async function takeInvoices(
  parts: CorrectingParts,
  rows: ReadonlyArray<Record<string, string>>,
  { notation, actor, dryRun }: HowToTake,
): Promise<Outcome[]> {
  const outcomes = new Map<number, Outcome>();
  const wanted = new Map<number, WantedInvoice>();
  for (const [i, row] of rows.entries()) {
    const read = readInvoiceRow(row, notation);
    if (typeof read === 'string') outcomes.set(i, { outcome: 'refused', reason: read });
    else wanted.set(i, read);
  }
  const customers = await customersFor(parts, [...wanted.values()], { actor, dryRun });
  for (const [i, want] of wanted) {
    const customer = customers.get(textKey(want.customer.number));
    if (typeof customer === 'object') want.draft.customerId = customer.id;
    else {
      outcomes.set(i, { outcome: 'refused', reason: customer ?? 'The customer is not here.' });
      wanted.delete(i);
    }
  }

  const filed = await fileNew(parts, [...wanted.values()], { actor, dryRun });
  for (const [i, want] of wanted) if (filed.has(want)) outcomes.set(i, { outcome: 'created' });
  // The number is taken, perhaps since a moment ago.
  const others = [...wanted].filter(([, want]) => !filed.has(want));
  const corrected = await correctInvoices(
    parts,
    others.map(([, want]) => want),
    { actor, dryRun },
  );
  for (const [at, [i]] of others.entries()) outcomes.set(i, corrected[at] as Outcome);
  return rows.map((_, i) => outcomes.get(i) as Outcome);
}

/** The customer of each number: those who are here and those made now; a sentence where one cannot be made. */
async function customersFor(
  parts: Parts,
  wanted: readonly WantedInvoice[],
  { actor, dryRun }: { actor: Actor; dryRun: boolean },
): Promise<Map<string, Customer | string>> {
  const numbers = [...new Set(wanted.map((want) => want.customer.number))];
  const found = new Map<string, Customer | string>();
  const add = (customers: readonly Customer[]) => {
    for (const customer of customers) found.set(textKey(customer.number), customer);
  };
  add(await customersByNumber(parts.db, numbers));

  const missing = new Map<string, CustomerDraft>();
  for (const { customer } of wanted) {
    const key = textKey(customer.number);
    if (found.has(key) || missing.has(key)) continue;
    const draft = tidyCustomer({ ...customer, language: 'en', address: '' });
    const fault = customerFault(draft);
    if (fault) found.set(key, fault);
    else missing.set(key, draft);
  }
  const drafts = [...missing.values()];
  if (dryRun) add(drafts.map((draft) => ({ id: 'not made yet', ...draft })));
  else if (drafts.length > 0) {
    const filed = await fileCustomers(parts, drafts, actor);
    add(filed);
    // Somebody else made the same customer a moment ago.
    if (filed.length < drafts.length)
      add(
        await customersByNumber(
          parts.db,
          drafts.map((draft) => draft.number),
        ),
      );
  }
  return found;
}

function customerFault(draft: CustomerDraft): string | undefined {
  const faults = customerFaults(draft);
  if (!draft.name)
    return `Customer ${draft.number.slice(0, 60)} is not here yet, and this line has no name to make one.`;
  if (faults.email) return `The e-mail address "${draft.email.slice(0, 80)}" is not one plain address.`;
  return Object.values(faults)[0];
}

/** Files those whose number is free; gives them. */
async function fileNew(
  parts: Parts,
  wanted: readonly WantedInvoice[],
  { actor, dryRun }: { actor: Actor; dryRun: boolean },
): Promise<Set<WantedInvoice>> {
  const known = await invoicesByNumber(
    parts.db,
    wanted.map((want) => want.draft.number),
  );
  const fresh = wanted.filter((want) => !known.has(textKey(want.draft.number)));
  if (dryRun) return new Set(fresh);
  const filed = await fileInvoices(
    parts,
    fresh.map((want) => want.draft),
    actor,
  );
  const invoices = new Map(filed.map((invoice) => [invoice.number, invoice]));
  await notePaidElsewhere(
    parts,
    fresh.flatMap(({ draft, paidElsewhereMinor: nowMinor = 0 }) => {
      const invoice = invoices.get(draft.number);
      return invoice ? [{ invoice, beforeMinor: 0, nowMinor }] : [];
    }),
    actor,
  );
  return new Set(fresh.filter((want) => invoices.has(want.draft.number)));
}
