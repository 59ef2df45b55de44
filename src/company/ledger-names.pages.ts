import type { AuditLine } from '../audit/audit.store.ts';
import { whoDid } from '../audit/who-did.ts';
import { chartEntry, type LedgerAccount } from '../ledger/chart-of-accounts.ts';
import type { MappingPlace, ServiceAccount } from '../ledger/ledger-mapping.store.ts';
import type { LedgerMapping } from '../ledger/ledger-mapping.ts';
import { paths } from '../paths.ts';
import type { FieldErrors } from '../platform/refusal.ts';
import type { Page } from '../platform/web/render.ts';
import { mappingFields } from './map-ledger-account.ts';

/** The form in which a ledger account is told how the company's own books call it. */
export function ledgerNamesPage({
  ledgerAccount,
  places,
  mappings,
  accounts,
  history,
  typed,
  errors = {},
}: {
  ledgerAccount: LedgerAccount;
  places: readonly MappingPlace[];
  mappings: readonly LedgerMapping[];
  accounts: readonly ServiceAccount[];
  history: readonly AuditLine[];
  /** What was typed, where it is shown again. */
  typed?: Record<string, string>;
  errors?: FieldErrors;
}) {
  const { name, holds } = chartEntry(ledgerAccount);
  const labels = new Map(accounts.map(({ id, label }) => [id, label]));
  return {
    view: 'company/ledger-names',
    layout: 'office' as const,
    title: name,
    holds,
    action: paths.mapLedgerAccount(ledgerAccount),
    places: places.map((place) => {
      const { accountId, currency } = place;
      const own = mappings.find((one) => one.accountId === accountId && one.currency === currency);
      const fields = mappingFields(place);
      return {
        of: [labels.get(accountId) ?? '', currency].filter(Boolean).join(', ') || 'All of it',
        code: { name: fields.code, value: typed?.[fields.code] ?? own?.code ?? '' },
        name: { name: fields.name, value: typed?.[fields.name] ?? own?.name ?? '' },
      };
    }),
    errors,
    history: history.toReversed().map((line) => ({ at: line.at, who: whoDid(line), changes: changesOf(line, labels) })),
  } satisfies Page & Record<string, unknown>;
}

/** `Gateway clearing acc_… EUR` with what it was and is, the account by its name. */
function changesOf({ detail }: AuditLine, labels: Map<string, string>): string[] {
  return Object.entries(detail).map(([place, change]) => {
    const { from, to } = change as { from: string; to: string };
    const words = place.replaceAll(/acc_[0-9a-z]{26}/g, (id) => labels.get(id) ?? 'an account');
    return `${words}: ${from || 'nothing'} → ${to || 'nothing'}`;
  });
}
