import type { Db } from '../platform/database/database.ts';
import type { Customer } from './customer.ts';
import { customersMeant } from './customers.store.ts';

/**
 * Whom a form means by a typed number or name: the customer, or a sentence that says why it is not clear.
 */
export async function chooseCustomer(
  db: Db,
  typed: string,
): Promise<{ customer: Customer; problem?: undefined } | { customer?: undefined; problem: string }> {
  if (!typed.trim()) return { problem: 'Enter the number or the name of the customer.' };
  const [customer, ...others] = await customersMeant(db, typed);
  if (!customer) return { problem: 'No customer has this number or name.' };
  if (others.length === 0) return { customer };
  const some = [customer, ...others].slice(0, 5).map(({ number, name }) => `${number} (${name})`);
  return { problem: `Several customers fit. Enter the number of one of them: ${some.join(', ')}.` };
}
