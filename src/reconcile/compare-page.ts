import type { Account } from '../accounts/account.ts';
import type { Db } from '../platform/database/database.ts';
import { type Comparison, compare, type ObjectKind, type Theirs } from './difference.ts';
import { ourPaymentsBehind, oursNamed } from './ours.store.ts';

export interface Page {
  account: Account;
  kind: ObjectKind;
  theirs: Theirs[];
  /** Ours that are expected to be among theirs. */
  ourIds?: string[];
  /** Since when work here counts as under way. */
  quietSince: string;
}

/**
 * Holds objects that the gateway has just given against ours. Ours are read after theirs, so what was booked between is no
 * difference. Reads only.
 */
export async function comparePage(
  db: Db,
  { account, kind, theirs, ourIds = [], quietSince }: Page,
): Promise<Comparison> {
  const refs = theirs.map((one) => one.ref);
  const ids = [...ourIds, ...theirs.flatMap((one) => one.reference ?? [])];
  const ours = await oursNamed(db, kind, account, { refs, ids });
  return compare({ ours, theirs, ourPayments: await ourPaymentsBehind(db, account.id, theirs) }, quietSince);
}
