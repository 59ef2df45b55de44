import { type Actor, recordAudits } from '../audit/record.ts';
import { type Clock, nowIso } from '../platform/clock.ts';
import type { Db } from '../platform/database/database.ts';
import { addSearchWords } from '../platform/database/search-words.ts';
import { newId } from '../platform/ids.ts';
import { refuseFields } from '../platform/refusal.ts';
import { textKey } from '../platform/text-key.ts';
import { type Customer, type CustomerDraft, customerFaults, tidyCustomer } from './customer.ts';

/**
 * Files a new customer and gives it with its id.
 * Errors: Refusal `fields-invalid` (422), also under `number` when another customer has it.
 */
export async function createCustomer(
  parts: { db: Db; clock: Clock },
  given: CustomerDraft,
  actor: Actor,
): Promise<Customer> {
  const draft = tidyCustomer(given);
  const faults = customerFaults(draft);
  if (Object.keys(faults).length > 0) throw refuseFields(faults);
  return parts.db.tx(async () => {
    const [customer] = await fileCustomers(parts, [draft], actor);
    if (!customer) throw refuseFields({ number: `Another customer has the number ${draft.number}.` });
    return customer;
  });
}

/**
 * Files many customers at once, in the transaction one stands in. The drafts are tidy and without faults; one whose
 * number is taken is left out of what is given back.
 */
export async function fileCustomers(
  parts: { db: Db; clock: Clock },
  drafts: readonly CustomerDraft[],
  actor: Actor,
): Promise<Customer[]> {
  if (drafts.length === 0) return [];
  const { db, clock } = parts;
  const now = nowIso(clock);
  const rows = drafts.map((draft) => ({
    id: newId('cus'),
    number_key: textKey(draft.number),
    created_at: now,
    updated_at: now,
    ...draft,
  }));
  const filed = await db.q
    .insertInto('customer')
    // Always in the order of their keys: two files imported at once then never wait for each other in a circle.
    .values(rows.toSorted((a, b) => (a.number_key < b.number_key ? -1 : 1)))
    .onConflict((clash) => clash.column('number_key').doNothing())
    .returning(['id', 'number', 'name', 'email', 'language', 'address'])
    .execute();
  await addSearchWords(db, 'customer', filed.map(findable));
  await recordAudits(
    parts,
    filed.map(({ id, number }) => ({
      actor,
      action: 'customer.created',
      subjectKind: 'customer',
      subjectId: id,
      detail: { number },
    })),
  );
  return filed;
}

/** What a customer is found by: number, name and the words of the e-mail address. */
export function findable({ id, number, name, email }: Customer) {
  return { subjectId: id, texts: [number, name, email] };
}
