import { showMoneyWithCode } from '../money/show-money.ts';
import { paths } from '../paths.ts';
import type { KeysetPage } from '../platform/keyset.ts';
import type { FieldErrors } from '../platform/refusal.ts';
import { withQuery } from '../platform/web/query.ts';
import type { Page } from '../platform/web/render.ts';
import { DELIMITERS } from './csv-file.ts';
import { IMPORT_STATES, type ImportFile, type RefusedLine } from './import-file.ts';
import type { Importer, ImportKind } from './importer.ts';
import type { Taken } from './take-lines.ts';

const NAMES: Record<ImportKind, string> = { customers: 'customers', invoices: 'invoices' };

/** All imports. */
export function importsPage({ rows, olderThan }: KeysetPage<ImportFile>, before: string | undefined) {
  return {
    view: 'imports/imports',
    layout: 'office' as const,
    title: 'Imports',
    imports: rows.map((file) => ({
      href: paths.importFile(file.id),
      name: file.name,
      what: NAMES[file.kind],
      badge: badgeOf(file),
      createdAt: file.createdAt,
      lines: file.totalLines,
      ...file.counts,
    })),
    pager: {
      newer: before ? paths.imports() : undefined,
      older: olderThan ? withQuery(paths.imports(), { before: olderThan }) : undefined,
    },
  } satisfies Page & Record<string, unknown>;
}

/** Where a file is chosen. */
export function uploadPage(kind: ImportKind, importer: Importer, errors: FieldErrors = {}) {
  return {
    view: 'imports/upload',
    layout: 'office' as const,
    title: `Import ${NAMES[kind]}`,
    action: paths.newImport(kind),
    errors,
    fields: importer.fields.map(({ label, required }) => ({ label, required })),
  } satisfies Page & Record<string, unknown>;
}

/** Which column is which: our fields against the file's headers, with its first rows. */
export function mappingPage({
  file,
  importer,
  headers,
  sample,
  typed,
  errors = {},
}: {
  file: ImportFile;
  importer: Importer;
  headers: string[];
  sample: string[][];
  typed: Record<string, string>;
  errors?: FieldErrors;
}) {
  return {
    view: 'imports/mapping',
    layout: 'office' as const,
    title: `Import ${NAMES[file.kind]}`,
    action: paths.importFile(file.id),
    fileName: file.name,
    headers,
    sample,
    typed,
    errors,
    delimiters: Object.entries(DELIMITERS).map(([value, label]) => ({ value, label })),
    hasDates: importer.fields.some((field) => field.name.endsWith('On')),
    hasSums: importer.fields.some((field) => field.name === 'total'),
    columns: importer.fields.map((field) => ({
      name: `column-${field.name}`,
      label: field.label,
      required: field.required,
      optional: !field.required,
      blank: field.required ? 'Choose a column' : 'Not in this file',
      options: headers.map((header, at) => ({ value: String(at), label: header || `Column ${at + 1}` })),
    })),
  } satisfies Page & Record<string, unknown>;
}

/** What would become of the file. */
export function previewPage({
  file,
  importer,
  typed,
  preview,
}: {
  file: ImportFile;
  importer: Importer;
  typed: Record<string, string>;
  preview: Taken;
}) {
  const { counts } = preview;
  return {
    view: 'imports/preview',
    layout: 'office' as const,
    title: `Import ${NAMES[file.kind]}`,
    fileName: file.name,
    noun: importer.noun,
    counts,
    sums: Object.entries(preview.sums)
      .toSorted(([a], [b]) => a.localeCompare(b))
      .map(([currency, amountMinor]) => showMoneyWithCode({ amountMinor, currency })),
    refused: preview.refused,
    moreRefused: counts.refused - preview.refused.length,
    hidden: Object.entries(typed),
    action: paths.importRun(file.id),
    back: withQuery(paths.importFile(file.id), typed),
    changes: counts.created + counts.updated,
  } satisfies Page & Record<string, unknown>;
}

/** How far it is, or what came of it. */
export function importPage(file: ImportFile, importer: Importer, refused: RefusedLine[]) {
  const running = file.state === 'running';
  return {
    view: 'imports/import',
    layout: 'office' as const,
    title: `Import of ${file.name}`,
    ...(running ? { refresh: 2, scripts: ['progress.js'] } : {}),
    running,
    failure: file.failure,
    badge: badgeOf(file),
    what: NAMES[file.kind],
    noun: importer.noun,
    doneLines: file.doneLines,
    totalLines: file.totalLines,
    counts: file.counts,
    refused,
    moreRefused: file.counts.refused - refused.length,
    progressHref: paths.importProgress(file.id),
    runHref: paths.importRun(file.id),
    refusedHref: paths.importRefusals(file.id),
    listHref: file.kind === 'customers' ? paths.customers() : paths.invoices(),
    againHref: paths.newImport(file.kind),
  } satisfies Page & Record<string, unknown>;
}

/** The same for the script on the page. */
export function progressAnswer(file: ImportFile) {
  return { state: file.state, done: file.doneLines, total: file.totalLines, counts: file.counts };
}

function badgeOf({ state }: ImportFile) {
  return { text: IMPORT_STATES[state].label, tone: IMPORT_STATES[state].tone };
}
