import type { Books, KindName } from '../ledger.ts';
import { invalid } from '../stripe-error.ts';
import type { FormValue } from './read-form.ts';

const KIND_OF_PREFIX: Record<string, KindName> = {
  pi: 'payment_intent',
  seti: 'setup_intent',
  pm: 'payment_method',
  cus: 'customer',
  ch: 'charge',
  re: 'refund',
  du: 'dispute',
  txn: 'balance_transaction',
  po: 'payout',
};
const EXPANDABLE = new Set([
  ...['balance_transaction', 'charge', 'customer', 'default_payment_method', 'failure_balance_transaction'],
  ...['latest_charge', 'payment_intent', 'payment_method', 'source'],
]);
const DEEPEST = 4;

type Json = Record<string, unknown>;

/** Replaces ids by what they name, as `expand[]` asks: `latest_charge.balance_transaction`, `data.customer`. */
export function expand(books: Books, object: object, wanted: FormValue | undefined): void {
  if (wanted === undefined) return;
  const paths = typeof wanted === 'string' ? [wanted] : Object.values(wanted).map(String);
  for (const path of paths) {
    const parts = path.split('.');
    if (parts.length > DEEPEST + 1)
      throw invalid('You cannot expand more than 4 levels of a property.', undefined, 'expand');
    expandPath(books, object as Json, parts, path);
  }
}

function expandPath(books: Books, at: Json, parts: string[], whole: string): void {
  const [part, ...rest] = parts;
  if (part === undefined) return;
  if (part === 'data' && Array.isArray(at.data)) {
    for (const item of at.data as Json[]) expandPath(books, item, rest, whole);
    return;
  }
  if (!(part in at) || (!EXPANDABLE.has(part) && typeof at[part] !== 'object')) {
    throw invalid(`This property cannot be expanded (${part}).`, undefined, 'expand');
  }
  const value = at[part];
  if (typeof value === 'string') {
    const kind = KIND_OF_PREFIX[value.split('_', 1)[0]!];
    at[part] = (kind && books.get(kind, value)) ?? value;
  }
  if (at[part] && typeof at[part] === 'object') expandPath(books, at[part] as Json, rest, whole);
}
