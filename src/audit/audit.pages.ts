import { paths } from '../paths.ts';
import { can, type Permission, type Role } from '../permissions.ts';
import type { FieldErrors } from '../platform/refusal.ts';
import { withQuery } from '../platform/web/query.ts';
import type { Page } from '../platform/web/render.ts';
import type { AuditCheck } from './audit-check.store.ts';
import { OTHER_ACTORS } from './audit-filter.ts';
import type { LoggedDeed } from './audit-log.store.ts';
import { deedWords, detailFacts, detailNotes, groupLabel } from './audit-words.ts';
import type { Head } from './chain.store.ts';
import type { Anchor } from './chain.ts';
import { FAULT_WORDS } from './chain-faults.ts';

/** What each kind of subject is called before its name, and where it lives; kinds without a page are only named. */
const SUBJECTS: Record<string, { word: string; href?: (id: string) => string; permission?: Permission }> = {
  account: { word: 'payment service', href: paths.account, permission: 'accounts.read' },
  audit: { word: 'audit log' },
  case: { word: 'case', href: paths.caseFile, permission: 'cases.read' },
  company: { word: 'the company’s settings', href: paths.company, permission: 'company.read' },
  customer: { word: 'customer', href: paths.customer, permission: 'customers.read' },
  deposit: { word: 'deposit', href: paths.deposit, permission: 'deposits.read' },
  import: { word: 'import', href: paths.importFile, permission: 'imports.run' },
  invoice: { word: 'invoice', href: paths.invoice, permission: 'invoices.read' },
  letter: { word: 'letter', href: paths.letter, permission: 'mailbox.read' },
  link: { word: 'payment link', href: paths.link, permission: 'links.read' },
  'link-batch': { word: 'links sent together', href: paths.linkBatch, permission: 'links.read' },
  payment: { word: 'payment of', href: paths.payment, permission: 'payments.read' },
  person: { word: '', href: paths.person, permission: 'people.manage' },
  receipt: { word: 'receipt', href: paths.receipt, permission: 'receipts.read' },
  template: { word: 'letter', href: paths.templates, permission: 'templates.read' },
};

const ACTORS = { person: 'Somebody', customer: 'The customer', gateway: 'The gateway', system: 'The portal' };

export interface AuditShown {
  role: Role;
  rows: LoggedDeed[];
  /** What subjects and customers are called. */
  names: Map<string, string>;
  /** The line after which the list goes on. */
  older: LoggedDeed | undefined;
  before: string | undefined;
  people: Array<{ id: string; name: string }>;
  groups: string[];
  typed: Record<string, string>;
  errors: FieldErrors;
  head: Head | undefined;
  anchor: Anchor | undefined;
  check: AuditCheck | undefined;
  now: Date;
}

/** Who did what, when: one page of it under a filter, with how far the log is sealed and what the last check said. */
export function auditPage(shown: AuditShown) {
  const { typed, before, older } = shown;
  return {
    view: 'audit/audit',
    layout: 'office' as const,
    title: 'Audit log',
    typed,
    errors: shown.errors,
    filtered: Object.values(typed).some(Boolean),
    who: [
      ...shown.people.map(({ id, name }) => ({ value: id, label: name })),
      ...Object.entries(OTHER_ACTORS).map(([value, label]) => ({ value, label })),
    ],
    what: shown.groups
      .map((value) => ({ value, label: groupLabel(value) }))
      .sort((a, b) => a.label.localeCompare(b.label)),
    deeds: shown.rows.map((row) => deedShown(row, shown)),
    csv: withQuery(paths.auditCsv(), typed),
    head: shown.head,
    anchor: shown.anchor,
    check: checkShown(shown.check, shown.now),
    scripts: shown.check?.state === 'running' ? ['progress.js'] : [],
    pager: {
      newer: before ? withQuery(paths.audit(), typed) : undefined,
      older: older ? withQuery(paths.audit(), { ...typed, before: `${older.at}_${older.seq}` }) : undefined,
    },
  } satisfies Page & Record<string, unknown>;
}

function deedShown(row: LoggedDeed, { role, names }: Pick<AuditShown, 'role' | 'names'>) {
  const { before, after, namesIt } = deedWords(row.action);
  const detail = JSON.parse(row.detail) as Record<string, unknown>;
  const it = namesIt ? subjectShown(row, { role, names }) : undefined;
  return {
    seq: row.seq,
    at: row.at,
    who: row.person_name ?? (row.actor_id && names.get(row.actor_id)) ?? ACTORS[row.actor_kind],
    role: row.person_role ?? (row.actor_kind === 'customer' && row.actor_id ? 'customer' : ''),
    before,
    after,
    it,
    // A payment is called by its sum already.
    notes: detailNotes(detail).filter((text) => !it?.text.endsWith(text)),
    facts: [
      { label: 'Line', value: String(row.seq) },
      { label: 'Action', value: row.action },
      { label: 'About', value: `${row.subject_kind} ${row.subject_id}` },
      { label: 'Address', value: row.ip ?? '' },
      { label: 'Request', value: row.request_id ?? '' },
      ...detailFacts(detail),
    ].filter((fact) => fact.value !== ''),
  };
}

function subjectShown(row: LoggedDeed, { role, names }: Pick<AuditShown, 'role' | 'names'>) {
  const kind = SUBJECTS[row.subject_kind];
  const word = kind?.word ?? row.subject_kind.replaceAll('-', ' ');
  const open = kind?.href && kind.permission && can(role, kind.permission);
  return {
    text: [word, names.get(row.subject_id) ?? ''].filter(Boolean).join(' ') || row.subject_id,
    href: open ? kind.href?.(row.subject_id) : undefined,
  };
}

/** The last check as a sentence, or how far the one under way is. */
function checkShown(check: AuditCheck | undefined, now: Date) {
  if (!check) return undefined;
  const brokeOff = check.state === 'failed' || (check.state === 'running' && check.claimedUntil < now.toISOString());
  const { report } = check;
  const faults = report?.faults ?? [];
  return {
    state: brokeOff ? ('failed' as const) : check.state,
    href: paths.auditCheck(check.id),
    at: report?.checkedAt ?? check.startedAt,
    done: check.doneLines,
    total: check.totalLines,
    lines: (report?.sealed ?? 0).toLocaleString('en'),
    anchors: (report?.anchors ?? 0).toLocaleString('en'),
    anchored: (report?.anchors ?? 0) > 0,
    faults: faults.map(({ kind, sentence }) => ({ word: FAULT_WORDS[kind], sentence })),
  };
}

/** What the page asks for while a check runs. */
export function checkProgress(check: AuditCheck) {
  return { state: check.state, done: check.doneLines, total: check.totalLines };
}
