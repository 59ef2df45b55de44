import type { Account } from '../accounts/account.ts';
import { type GatewayAccess, gatewayOf } from '../accounts/accounts.store.ts';
import { comparePage } from './compare-page.ts';
import type { Comparison, ObjectKind } from './difference.ts';
import { findThere } from './object-kinds.ts';

/** One movement of an account by its names on both sides; one of the two may be unknown. */
export interface Named {
  account: Account;
  kind: ObjectKind;
  ourId: string | undefined;
  ref: string | undefined;
  /** Since when work here counts as under way. */
  quietSince: string;
}

/**
 * Compares one movement once more, both sides read anew: what was under way a moment ago is no difference.
 * Reads only. Errors: GatewayError when the gateway cannot be asked.
 */
export async function askAgain(
  parts: GatewayAccess,
  { account, kind, ourId, ref, quietSince }: Named,
): Promise<Comparison> {
  const there = ref ? await findThere(await gatewayOf(parts, account.id), kind, ref) : undefined;
  const ourIds = ourId ? [ourId] : [];
  return comparePage(parts.db, { account, kind, theirs: there ? [there] : [], ourIds, quietSince });
}
