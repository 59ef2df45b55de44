import { accountLabel } from '../accounts/account.ts';
import { showMoneyWithCode } from '../money/show-money.ts';
import { paths } from '../paths.ts';
import type { KeysetPage } from '../platform/keyset.ts';
import type { FieldErrors } from '../platform/refusal.ts';
import { showDate } from '../platform/show-time.ts';
import { withQuery } from '../platform/web/query.ts';
import type { Page } from '../platform/web/render.ts';
import { type BatchSum, batchNumber, type ExportBatch } from './export-batch.ts';
import type { ListedBatch } from './export-batches.store.ts';
import { DAYS_KEPT, type ExportFile, isUnderWay, NO_ACCOUNT } from './export-file.ts';
import type { ListedFile } from './export-files.store.ts';
import { MOVEMENT_TYPES, MOVES_NO_MONEY, TYPE_LABELS } from './movement.ts';
import { PRESET_NAMES, presetOf } from './presets.ts';

type Named = Array<{ id: string; name: string; livemode: boolean }>;

interface FormShown {
  typed: Record<string, string>;
  errors: FieldErrors;
}

export interface ExportsShown {
  page: KeysetPage<ListedBatch>;
  before: string | undefined;
  last: ExportBatch | undefined;
  files: ListedFile[];
  accounts: Named;
  currencies: string[];
  zone: string;
  sendId: string;
  file: FormShown;
  period: FormShown;
}

const BATCH_BADGES = {
  taking: { tone: 'info', text: 'Being closed' },
  writing: { tone: 'info', text: 'Files being written' },
  closed: { tone: 'ok', text: 'Closed' },
};

const FILE_BADGES = {
  waiting: { tone: 'info', text: 'Waiting' },
  writing: { tone: 'info', text: 'Being written' },
  done: { tone: 'ok', text: 'Ready' },
  failed: { tone: 'bad', text: 'Failed' },
};

const KINDS_OF_FILES = { csv: 'CSV', xlsx: 'Excel (XLSX)' };

/** Where files are asked for and periods are closed, and what there is of both. */
export function exportsPage({ page, before, last, files, accounts, currencies, zone, ...shown }: ExportsShown) {
  return {
    view: 'exports/exports',
    layout: 'office' as const,
    title: 'Exports',
    ...shown,
    presets: PRESET_NAMES.map((value) => ({ value, label: presetOf(value).label, hint: presetOf(value).hint })),
    formats: Object.entries(KINDS_OF_FILES).map(([value, label]) => ({ value, label })),
    types: MOVEMENT_TYPES.map((value) => ({
      value,
      label: `${TYPE_LABELS[value]}${MOVES_NO_MONEY.includes(value) ? ' (journal only)' : ''}`,
    })),
    accounts: accountOptions(accounts),
    currencies: currencies.map((code) => ({ value: code, label: code })),
    daysKept: DAYS_KEPT,
    last: last && { number: batchNumber(last.number), lastDay: last.lastDay },
    files: files.map((file) => ({
      href: paths.exportFile(file.id),
      label: presetOf(file.preset).label,
      choice: choiceShown(file, { accounts, zone }),
      createdAt: file.createdAt,
      maker: file.maker ?? '',
      badge: FILE_BADGES[file.state],
    })),
    batches: page.rows.map((batch) => ({
      href: paths.exportBatch(batch.id),
      number: batchNumber(batch.number),
      lastDay: batch.lastDay,
      movements: batch.rowCount,
      maker: batch.maker ?? '',
      createdAt: batch.createdAt,
      badge: BATCH_BADGES[batch.state],
    })),
    pager: {
      newer: before ? paths.exports() : undefined,
      older: page.olderThan ? withQuery(paths.exports(), { before: page.olderThan }) : undefined,
    },
  } satisfies Page & Record<string, unknown>;
}

function accountOptions(accounts: Named) {
  return [
    ...accounts.map((account) => ({ value: account.id, label: accountLabel(account) })),
    { value: NO_ACCOUNT, label: 'Cash, cheques and transfers' },
  ];
}

/** Which movements a file is about, in words: "1 Oct 2026 to 31 Oct 2026, Refunds, EUR". */
function choiceShown({ choice, createdAt }: ExportFile, { accounts, zone }: { accounts: Named; zone: string }): string {
  const { from, to, type, accountId, currency } = choice;
  const day = (on: string) => showDate(on, 'UTC');
  const until = to ? day(to) : showDate(createdAt, zone);
  return [
    from ? `${day(from)} to ${until}` : `All up to ${until}`,
    type && TYPE_LABELS[type],
    accountId && accountOptions(accounts).find(({ value }) => value === accountId)?.label,
    currency,
  ]
    .filter(Boolean)
    .join(', ');
}

/** How far a file is, or the file itself. */
export function filePage(file: ExportFile, whose: { accounts: Named; zone: string }) {
  const running = isUnderWay(file);
  return {
    view: 'exports/file',
    layout: 'office' as const,
    title: presetOf(file.preset).label,
    ...(running ? { refresh: 2, scripts: ['progress.js'] } : {}),
    running,
    state: file.state,
    badge: FILE_BADGES[file.state],
    choice: choiceShown(file, whose),
    format: KINDS_OF_FILES[file.format],
    mostRows: presetOf(file.preset).statement?.mostRows,
    progress: { ...fileProgress(file), href: paths.exportProgress(file.id) },
    daysKept: DAYS_KEPT,
    file: fileShown(file),
  } satisfies Page & Record<string, unknown>;
}

/** The same for the script on the page. */
export function fileProgress(file: ExportFile) {
  return {
    state: isUnderWay(file) ? 'running' : 'done',
    done: file.lookedAt,
    total: Math.max(file.lookEstimate, file.lookedAt, 1),
  };
}

/** How far the closing of a period is, or the batch: what it holds and its files. */
export function batchPage(batch: ListedBatch, files: ListedFile[], before: ExportBatch | undefined) {
  const running = batch.state !== 'closed';
  return {
    view: 'exports/batch',
    layout: 'office' as const,
    title: batchNumber(batch.number),
    ...(running ? { refresh: 2, scripts: ['progress.js'] } : {}),
    running,
    badge: BATCH_BADGES[batch.state],
    lastDay: batch.lastDay,
    before: before && { number: batchNumber(before.number), lastDay: before.lastDay },
    zone: batch.timeZone,
    movements: batch.rowCount,
    seal: batch.seal,
    maker: batch.maker ?? 'The portal',
    createdAt: batch.createdAt,
    closedAt: batch.closedAt,
    progress: { ...batchProgress(batch, files), href: paths.exportBatchProgress(batch.id) },
    sums: batch.sums.map(sumShown),
    files: files.map((file) => ({ ...fileShown(file), label: presetOf(file.preset).label })),
  } satisfies Page & Record<string, unknown>;
}

export function batchProgress(batch: ExportBatch, files: readonly ExportFile[]) {
  const state = batch.state === 'closed' ? 'done' : 'running';
  if (batch.state === 'taking') {
    return {
      state,
      step: 'movements taken',
      done: batch.rowCount,
      total: Math.max(batch.rowEstimate, batch.rowCount, 1),
    };
  }
  return { state, step: 'files written', done: files.filter((file) => !isUnderWay(file)).length, total: files.length };
}

function sumShown({ type, currency, movements, grossMinor, feeMinor, netMinor }: BatchSum) {
  const show = (amountMinor: number) => (currency ? showMoneyWithCode({ amountMinor, currency }) : '');
  return {
    type: TYPE_LABELS[type],
    movements,
    gross: show(grossMinor),
    fee: show(feeMinor),
    net: show(netMinor),
  };
}

const SIZES = ['bytes', 'kB', 'MB', 'GB'];

/** 1536 → "1.5 kB". */
function showSize(bytes: number): string {
  const power = Math.min(Math.floor(Math.log10(Math.max(bytes, 1)) / 3), SIZES.length - 1);
  return `${Number((bytes / 1000 ** power).toPrecision(3)).toLocaleString('en')} ${SIZES[power]}`;
}

function fileShown(file: ExportFile) {
  return {
    name: file.name,
    href: file.state === 'done' ? paths.exportContent(file.id) : undefined,
    badge: FILE_BADGES[file.state],
    rows: file.rowCount,
    size: showSize(file.byteCount),
    sha256: file.sha256,
    createdAt: file.createdAt,
    doneAt: file.doneAt,
  };
}
