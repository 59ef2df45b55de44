import { subjectShown } from '../ledger/subjects.store.ts';
import { showMoneyWithCode } from '../money/show-money.ts';
import { paths } from '../paths.ts';
import type { KeysetPage } from '../platform/keyset.ts';
import type { FieldErrors } from '../platform/refusal.ts';
import type { Page } from '../platform/web/render.ts';
import { CASE_KINDS, type CaseKind } from './case.ts';
import type { CaseRow } from './cases.store.ts';

/** Where the thing lives that a case is about; kinds without a page of their own are only named. */
const SUBJECTS: Record<string, { label: string; href?: (id: string) => string }> = {
  account: { label: 'Payment service account', href: paths.account },
  customer: { label: 'Customer', href: paths.customer },
  deposit: { label: 'Deposit', href: paths.deposit },
  dispute: { label: 'Dispute', href: paths.dispute },
  invoice: { label: 'Invoice', href: paths.invoice },
  letter: { label: 'Letter', href: paths.letter },
  link: { label: 'Payment link', href: paths.link },
  movement: { label: 'Movement at the gateway', href: paths.openMovements },
  payment: { label: 'Payment', href: paths.payment },
  payout: { label: 'Payout', href: paths.payout },
  receipt: { label: 'Receipt', href: paths.receipt },
  refund: { label: 'Refund', href: paths.refund },
  webhook: { label: 'Message of the gateway' },
};

export function casesPage({ rows, olderThan }: KeysetPage<CaseRow>, { closed, before, open }: CasesShown) {
  return {
    view: 'cases/cases',
    layout: 'office' as const,
    title: 'Cases',
    closed,
    before,
    open,
    olderThan,
    cases: rows.map(shown),
  } satisfies Page & Record<string, unknown>;
}

interface CasesShown {
  closed: boolean;
  before: string | undefined;
  /** How many are open in all. */
  open: number;
}

export function casePage(
  row: CaseRow,
  form: { notes: Array<{ notedAt: string; body: string }>; typed?: Record<string, string>; errors?: FieldErrors },
) {
  return {
    view: 'cases/case',
    layout: 'office' as const,
    title: kindLabel(row.kind),
    typed: form.typed ?? {},
    errors: form.errors ?? {},
    item: shown(row),
    facts: factsOf(JSON.parse(row.detail)),
    notes: form.notes,
  } satisfies Page & Record<string, unknown>;
}

/** `excessMinor` beside a currency is shown as money, the id of what has a page leads there; other facts as they stand. */
function factsOf(detail: Record<string, unknown>): Array<{ label: string; value: string; href?: string | undefined }> {
  const { currency, ...rest } = detail;
  const hasMoney = typeof currency === 'string' && Object.keys(rest).some((name) => name.endsWith('Minor'));
  return Object.entries(hasMoney ? rest : detail)
    .filter(([, value]) => value !== null && value !== undefined)
    .map(([name, value]) => {
      if (hasMoney && name.endsWith('Minor') && typeof value === 'number') {
        return {
          label: labelOf(name.slice(0, -'Minor'.length)),
          value: showMoneyWithCode({ amountMinor: value, currency }),
        };
      }
      const text = typeof value === 'object' ? JSON.stringify(value) : String(value);
      return { label: labelOf(name), value: text, href: subjectShown(text).href };
    });
}

/** `gatewayStatus` → "Gateway status", `paymentId` → "Payment", `gatewayRef` → "Gateway reference". */
function labelOf(name: string): string {
  const words = name
    .replace(/Id$/, '')
    .replace(/Ref$/, 'Reference')
    .replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)
    .trim();
  return words.charAt(0).toUpperCase() + words.slice(1);
}

function kindLabel(kind: string): string {
  return CASE_KINDS[kind as CaseKind] ?? kind;
}

function shown(row: CaseRow) {
  const subject = SUBJECTS[row.subject_kind];
  return {
    id: row.id,
    kind: kindLabel(row.kind),
    summary: row.summary,
    subject: { label: subject?.label ?? row.subject_kind, href: subject?.href?.(row.subject_id), id: row.subject_id },
    customerHref: row.customer_id ? paths.customer(row.customer_id) : undefined,
    openedAt: row.opened_at,
    ownerId: row.owner_id ?? '',
    owner: row.owner ?? '',
    closedAt: row.closed_at,
    closer: row.closer ?? (row.closed_at ? 'The portal' : ''),
    resolution: row.resolution,
  };
}
