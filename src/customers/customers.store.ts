import type { Selectable } from 'kysely';
import type { Db } from '../platform/database/database.ts';
import { meets, type SearchWay, weighSearch } from '../platform/database/search-words.ts';
import type { CustomerTable } from '../platform/database/tables.ts';
import { isId } from '../platform/ids.ts';
import { type KeysetPage, keysetPage, PAGE_SIZE } from '../platform/keyset.ts';
import { notFound } from '../platform/refusal.ts';
import { textKey } from '../platform/text-key.ts';
import type { Customer } from './customer.ts';

/** How many customers a vague name may stand for before it has to be told more exactly. */
const OWN_WORDS: readonly SearchWay[] = [{ kind: 'customer' }];
const CANDIDATES = 6;

/** Errors: 404 when there is none of that id. */
export async function readCustomer(db: Db, id: string): Promise<Customer> {
  const row = isId(id, 'cus')
    ? await db.read.selectFrom('customer').selectAll().where('id', '=', id).executeTakeFirst()
    : undefined;
  if (!row) throw notFound('customer');
  return customerOf(row);
}

/** Customers whose number, name and e-mail address have words that begin with those asked for; newest first. */
export async function listCustomers(
  db: Db,
  { search, before }: { search: string; before?: string | undefined },
): Promise<KeysetPage<Customer>> {
  let query = db.read
    .selectFrom('customer')
    .selectAll()
    .where(meets(await weighSearch(db, search, OWN_WORDS), 'customer.id'));
  if (isId(before, 'cus')) query = query.where('id', '<', before);
  const rows = await query
    .orderBy('id', 'desc')
    .limit(PAGE_SIZE + 1)
    .execute();
  return keysetPage(rows.map(customerOf));
}

/** Whom a typed number or name means: the one with exactly that number, else those it finds, at most six. */
export async function customersMeant(db: Db, typed: string): Promise<Customer[]> {
  if (!typed.trim()) return [];
  const exact = await customersByNumber(db, [typed]);
  if (exact.length > 0) return exact;
  const rows = await db.read
    .selectFrom('customer')
    .selectAll()
    .where(meets(await weighSearch(db, typed, OWN_WORDS), 'customer.id'))
    .orderBy('id', 'desc')
    .limit(CANDIDATES)
    .execute();
  return rows.map(customerOf);
}

/** The customers that have these numbers, without regard to capitals; in the transaction one stands in, if any. */
export async function customersByNumber(db: Db, numbers: readonly string[]): Promise<Customer[]> {
  const keys = numbers.map(textKey).filter((key) => key.isWellFormed() && !key.includes('\0'));
  if (keys.length === 0) return [];
  const rows = await db.read.selectFrom('customer').selectAll().where('number_key', 'in', keys).execute();
  return rows.map(customerOf);
}

function customerOf(row: Selectable<CustomerTable>): Customer {
  const { id, number, name, email, language, address } = row;
  return { id, number, name, email, language, address };
}
