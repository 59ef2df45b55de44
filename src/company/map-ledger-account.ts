import { type Actor, recordAudit } from '../audit/record.ts';
import { chartEntry, type LedgerAccount } from '../ledger/chart-of-accounts.ts';
import { type MappingPlace, mappingPlaces, readMappings } from '../ledger/ledger-mapping.store.ts';
import { type LedgerMapping, mappingFaults, tidyMapping } from '../ledger/ledger-mapping.ts';
import { type Clock, nowIso } from '../platform/clock.ts';
import type { Db } from '../platform/database/database.ts';
import { type FieldErrors, Refusal, refuseFields } from '../platform/refusal.ts';

export interface OwnNames {
  ledgerAccount: LedgerAccount;
  /** For each place, the company's own number and name; both empty takes them away. */
  names: Array<MappingPlace & Pick<LedgerMapping, 'code' | 'name'>>;
  actor: Actor;
}

/** The names of the two fields of a place in a form. */
export function mappingFields({ accountId, currency }: MappingPlace): { code: string; name: string } {
  const place = [accountId || 'all', currency || 'all'].join('.');
  return { code: `code.${place}`, name: `name.${place}` };
}

/**
 * Keeps how the company's own books call a ledger account; the journal itself is not touched. Places that are not named
 * stay. Gives whether anything changed.
 * Errors: Refusal `fields-invalid` (422) under the names of the fields; `unknown-place` (400) for an account that is none
 * of ours, or a currency in which nothing was booked.
 */
export async function mapLedgerAccount(
  parts: { db: Db; clock: Clock },
  { ledgerAccount, names: given, actor }: OwnNames,
): Promise<boolean> {
  const { db, clock } = parts;
  const names = given.map(tidyMapping);
  const errors = faultsOf(names);
  if (Object.keys(errors).length > 0) throw refuseFields(errors);
  return db.tx(async () => {
    const [known, before] = [await mappingPlaces(db, ledgerAccount), await readMappings(db, ledgerAccount)];
    const changes: Record<string, { from: string; to: string }> = {};
    for (const { accountId, currency, code, name } of names) {
      if (!known.some((place) => place.accountId === accountId && place.currency === currency)) {
        throw new Refusal('unknown-place', 400, 'This account of the books has changed. Please open the page again.');
      }
      const old = before.find((one) => one.accountId === accountId && one.currency === currency);
      if ((old?.code ?? '') === code && (old?.name ?? '') === name) continue;
      const change = { from: textOf(old), to: textOf({ code, name }) };
      changes[[chartEntry(ledgerAccount).name, accountId, currency].filter(Boolean).join(' ')] = change;
      const row = { code, name, updated_at: nowIso(clock), updated_by: actor.id ?? null };
      if (change.to) {
        await db.q
          .insertInto('ledger_mapping')
          .values({ ledger_account: ledgerAccount, account_id: accountId, currency, ...row })
          .onConflict((clash) => clash.columns(['ledger_account', 'account_id', 'currency']).doUpdateSet(row))
          .execute();
      } else {
        await db.q
          .deleteFrom('ledger_mapping')
          .where('ledger_account', '=', ledgerAccount)
          .where('account_id', '=', accountId)
          .where('currency', '=', currency)
          .execute();
      }
    }
    if (Object.keys(changes).length === 0) return false;
    await recordAudit(parts, {
      actor,
      action: 'ledger-account.mapped',
      subjectKind: 'ledger-account',
      subjectId: ledgerAccount,
      detail: changes,
    });
    return true;
  });
}

function faultsOf(names: OwnNames['names']): FieldErrors {
  return Object.fromEntries(
    names.flatMap((one) => {
      const fields: Record<string, string> = mappingFields(one);
      return Object.entries(mappingFaults(one)).map(([field, fault]) => [fields[field] as string, fault]);
    }),
  );
}

function textOf(mapping: Pick<LedgerMapping, 'code' | 'name'> | undefined): string {
  return [mapping?.code, mapping?.name].filter(Boolean).join(' ');
}
