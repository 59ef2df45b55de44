import type { Actor } from '../audit/record.ts';
import type { Clock } from '../platform/clock.ts';
import type { Db } from '../platform/database/database.ts';
import { textKey } from '../platform/text-key.ts';
import { changedFields, rewriteCustomer } from './change-customer.ts';
import { fileCustomers } from './create-customer.ts';
import { type Customer, type CustomerDraft, customerFaults, tidyCustomer } from './customer.ts';
import { customersByNumber } from './customers.store.ts';

type Outcome = { outcome: 'created' | 'updated' | 'unchanged' } | { outcome: 'refused'; reason: string };

/** What lines of a file become: new customers, or changes of those that have the number. See imports/importer.ts. */
export const customerImporter = {
  noun: 'customer',
  fields: [
    {
      name: 'number',
      label: 'Number',
      required: true,
      usual: ['customernumber', 'customerno', 'customerid', 'number', 'no', 'id', 'kundennummer', 'accountnumber'],
    },
    {
      name: 'name',
      label: 'Name',
      required: true,
      usual: ['customername', 'name', 'company', 'companyname', 'kunde', 'firma', 'client'],
    },
    {
      name: 'email',
      label: 'Billing e-mail',
      required: false,
      usual: ['customeremail', 'billingemail', 'email', 'emailaddress', 'mail'],
    },
    { name: 'language', label: 'Language', required: false, usual: ['language', 'lang', 'sprache', 'locale'] },
    { name: 'address', label: 'Address', required: false, usual: ['address', 'billingaddress', 'adresse', 'street'] },
  ],
  take: takeCustomers,
};

async function takeCustomers(
  parts: { db: Db; clock: Clock },
  rows: ReadonlyArray<Record<string, string>>,
  { actor, dryRun }: { actor: Actor; dryRun: boolean },
): Promise<Outcome[]> {
  const numbers = rows.map((row) => row.number ?? '');
  let known = await knownCustomers(parts.db, numbers);
  const fresh = rows
    .filter((row) => !known.has(textKey(row.number ?? '')))
    .map((row) => draftOf(row, undefined))
    .filter((draft) => faultOf(draft) === undefined);
  const freshKeys = new Set(fresh.map((draft) => textKey(draft.number)));
  if (!dryRun) {
    const filed = await fileCustomers(parts, fresh, actor);
    // Where somebody else filed the same number a moment ago, the line is a change of that customer.
    if (filed.length < fresh.length) known = await knownCustomers(parts.db, numbers);
    for (const customer of filed) known.delete(textKey(customer.number));
  }

  const outcomes: Outcome[] = [];
  for (const row of rows) {
    const key = textKey(row.number ?? '');
    const customer = known.get(key);
    const draft = draftOf(row, customer);
    const reason = faultOf(draft);
    if (reason) outcomes.push({ outcome: 'refused', reason });
    else if (!customer && freshKeys.has(key)) outcomes.push({ outcome: 'created' });
    else if (!customer || changedFields(customer, draft).length === 0) outcomes.push({ outcome: 'unchanged' });
    else {
      if (!dryRun) await rewriteCustomer(parts, customer, draft, actor);
      outcomes.push({ outcome: 'updated' });
    }
  }
  return outcomes;
}

async function knownCustomers(db: Db, numbers: readonly string[]): Promise<Map<string, Customer>> {
  const customers = await customersByNumber(db, numbers);
  return new Map(customers.map((customer) => [textKey(customer.number), customer]));
}

/** A row over what is known: an empty cell never takes anything away. */
function draftOf(row: Record<string, string>, known: Customer | undefined): CustomerDraft {
  return tidyCustomer({
    number: known?.number ?? row.number ?? '',
    name: row.name || known?.name || '',
    email: row.email || known?.email || '',
    language: (row.language ?? '').toLowerCase() || known?.language || 'en',
    address: row.address || known?.address || '',
  });
}

function faultOf(draft: CustomerDraft): string | undefined {
  const faults = customerFaults(draft);
  if (faults.email) return `The e-mail address "${draft.email.slice(0, 80)}" is not one plain address.`;
  if (faults.language)
    return `The language "${draft.language.slice(0, 20)}" is not one that customers can be written to in.`;
  return Object.values(faults)[0];
}
