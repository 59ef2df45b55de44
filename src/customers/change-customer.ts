import { type Actor, recordAudit } from '../audit/record.ts';
import { type Clock, nowIso } from '../platform/clock.ts';
import type { Db } from '../platform/database/database.ts';
import { replaceSearchWords } from '../platform/database/search-words.ts';
import { isUniqueViolation } from '../platform/database/unique-violation.ts';
import { notFound, refuseFields } from '../platform/refusal.ts';
import { textKey } from '../platform/text-key.ts';
import { findable } from './create-customer.ts';
import { type Customer, type CustomerDraft, customerFaults, tidyCustomer } from './customer.ts';
import { readCustomer } from './customers.store.ts';

/**
 * Changes what is written down about a customer; gives the fields that changed.
 * Errors: 404; Refusal `fields-invalid` (422), also under `number` when another customer has it.
 */
export async function changeCustomer(
  parts: { db: Db; clock: Clock },
  id: string,
  given: CustomerDraft,
  actor: Actor,
): Promise<string[]> {
  const draft = tidyCustomer(given);
  const faults = customerFaults(draft);
  if (Object.keys(faults).length > 0) throw refuseFields(faults);
  const numberTaken = refuseFields({ number: `Another customer has the number ${draft.number}.` });
  try {
    return await parts.db.tx(async () => rewriteCustomer(parts, await readCustomer(parts.db, id), draft, actor));
  } catch (error) {
    throw isUniqueViolation(error) ? numberTaken : error;
  }
}

/** Writes a tidy draft without faults over a customer, in the transaction one stands in; gives the fields that changed. */
export async function rewriteCustomer(
  parts: { db: Db; clock: Clock },
  before: Customer,
  draft: CustomerDraft,
  actor: Actor,
): Promise<string[]> {
  const changed = changedFields(before, draft);
  if (changed.length === 0) return [];
  const updated = await parts.db.q
    .updateTable('customer')
    .set({
      number: draft.number,
      number_key: textKey(draft.number),
      name: draft.name,
      email: draft.email,
      language: draft.language,
      address: draft.address,
      updated_at: nowIso(parts.clock),
    })
    .where('id', '=', before.id)
    .executeTakeFirst();
  if (updated.numUpdatedRows !== 1n) throw notFound('customer');
  await replaceSearchWords(parts.db, 'customer', [findable({ id: before.id, ...draft })]);
  await recordAudit(parts, {
    actor,
    action: 'customer.changed',
    subjectKind: 'customer',
    subjectId: before.id,
    detail: Object.fromEntries(changed.map((field) => [field, { from: before[field], to: draft[field] }])),
  });
  return changed;
}

/** Which fields of a tidy draft differ from what is written down. */
export function changedFields(before: Customer, draft: CustomerDraft): Array<keyof CustomerDraft> {
  const fields = ['number', 'name', 'email', 'language', 'address'] as const;
  return fields.filter((field) => before[field] !== draft[field]);
}
