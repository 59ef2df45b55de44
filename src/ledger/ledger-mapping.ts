import type { FieldErrors } from '../platform/refusal.ts';
import { isPlainLine, tidyLine } from '../platform/text-key.ts';
import type { BalanceKey } from './balances.store.ts';
import { chartEntry, type LedgerAccount } from './chart-of-accounts.ts';

/** How the company's own books call a ledger account of ours, or a part of it. */
export interface LedgerMapping {
  ledgerAccount: LedgerAccount;
  /** A payment service account; empty for all of them. */
  accountId: string;
  /** Empty for every currency. */
  currency: string;
  /** The own number, as texts that software for books imports are written; may be empty. */
  code: string;
  name: string;
}

const LONGEST_CODE = 30;
const LONGEST_NAME = 100;
/** Letters, figures and what stands in numbers of charts of accounts; nothing that a table would take for a formula. */
const CODE = /^[\p{L}\p{N}][\p{L}\p{N} .:/_-]*$/u;

/** The mapping that holds for a balance: the more is named, the sooner it holds, the account before the currency. */
export function mappingFor(
  mappings: readonly LedgerMapping[],
  { ledgerAccount, accountId = '', currency }: BalanceKey,
): LedgerMapping | undefined {
  const places = [
    [accountId, currency],
    [accountId, ''],
    ['', currency],
    ['', ''],
  ];
  const own = mappings.filter((mapping) => mapping.ledgerAccount === ledgerAccount);
  return places
    .map(([account, code]) => own.find((mapping) => mapping.accountId === account && mapping.currency === code))
    .find(Boolean);
}

/** How a balance's account is called on screens and papers: the company's number and name, else our name. */
export function accountTitle(mappings: readonly LedgerMapping[], key: BalanceKey): { code: string; name: string } {
  const own = mappingFor(mappings, key);
  return { code: own?.code ?? '', name: own?.name || chartEntry(key.ledgerAccount).name };
}

export function tidyMapping<M extends Pick<LedgerMapping, 'code' | 'name'>>(mapping: M): M {
  return { ...mapping, code: tidyLine(mapping.code), name: tidyLine(mapping.name) };
}

/** A sentence for each of the two texts that cannot stand; of a tidy mapping. Both may be empty. */
export function mappingFaults({ code, name }: Pick<LedgerMapping, 'code' | 'name'>): FieldErrors {
  const faults: FieldErrors = {};
  if (code.length > LONGEST_CODE) faults.code = `A number has at most ${LONGEST_CODE} characters.`;
  else if (code && !CODE.test(code)) {
    faults.code =
      'A number begins with a letter or a figure. Blanks, dots, colons, slashes, underscores and hyphens may follow.';
  }
  if (name.length > LONGEST_NAME) faults.name = `A name has at most ${LONGEST_NAME} characters.`;
  else if (!isPlainLine(name)) faults.name = 'A name is one line of plain text.';
  return faults;
}
