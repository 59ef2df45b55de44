import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { type Request, type Response, Router } from 'express';
import { z } from 'zod';
import { actorOf } from '../audit/actor.ts';
import { paths } from '../paths.ts';
import { may } from '../permissions.ts';
import type { Clock } from '../platform/clock.ts';
import type { Db } from '../platform/database/database.ts';
import type { Logger } from '../platform/logger.ts';
import { notFound } from '../platform/refusal.ts';
import { formTokenInUpload } from '../platform/web/csrf.ts';
import { fieldErrorsOf, queryText, readForm } from '../platform/web/forms.ts';
import { render } from '../platform/web/render.ts';
import { DELIMITERS, type Delimiter, guessDelimiter, readRecords } from './csv-file.ts';
import type { ImportFile } from './import-file.ts';
import type { Importers, ImportKind } from './importer.ts';
import { importPage, importsPage, mappingPage, previewPage, progressAnswer, uploadPage } from './imports.pages.ts';
import { listImports, readContent, readImport, refusedLines } from './imports.store.ts';
import { guessColumns, guessNotation, readMapping, typedOf } from './mapping.ts';
import { previewImport } from './preview-import.ts';
import { readUpload, uploadOf } from './read-upload.ts';
import { refusedCsv } from './refused-csv.ts';
import { runImport } from './run-import.ts';
import { startImport } from './start-import.ts';
import { uploadFile } from './upload-file.ts';

const SAMPLE_ROWS = 3;
const REFUSED_SHOWN = 20;

interface Parts {
  db: Db;
  clock: Clock;
  log: Logger;
  importers: Importers;
}

/** The office's pages of files that are imported: choose, map, look, run. */
export function importsRoutes(parts: Parts): Router {
  const { db, clock, importers } = parts;
  const router = Router();

  router.get(paths.imports(), may('imports.run'), async (req, res) => {
    const before = queryText(req, 'before') || undefined;
    render(res, importsPage(await listImports(db, before), before));
  });

  for (const kind of ['customers', 'invoices'] as const satisfies ImportKind[]) {
    router.get(paths.newImport(kind), may('imports.run'), (_req, res) => {
      render(res, uploadPage(kind, importers[kind]));
    });

    router.post(paths.newImport(kind), may('imports.run'), readUpload, formTokenInUpload, async (req, res) => {
      readForm(z.strictObject({}), req);
      const file = uploadOf(req);
      if (!file) return render(res, uploadPage(kind, importers[kind], { file: 'Choose a file.' }), 422);
      try {
        const id = await uploadFile({ db, clock }, { kind, ...file }, actorOf(req, res));
        res.redirect(303, paths.importFile(id));
      } catch (error) {
        render(res, uploadPage(kind, importers[kind], fieldErrorsOf(error)), 422);
      }
    });
  }

  router.get(paths.importFile(':id'), may('imports.run'), async (req, res) => {
    const file = await readImport(db, String(req.params.id));
    if (file.state === 'uploaded') return showMapping(parts, file, req, res);
    const refused = await refusedLines(db, file.id, { limit: REFUSED_SHOWN });
    render(res, importPage(file, importers[file.kind], refused));
  });

  router.post(paths.importRun(':id'), may('imports.run'), async (req, res) => {
    const file = await readImport(db, String(req.params.id));
    const { fields } = importers[file.kind];
    const names = ['delimiter', 'dates', 'decimals', ...fields.map(({ name }) => `column-${name}`)];
    const form = readForm(z.strictObject(Object.fromEntries(names.map((name) => [name, z.string().optional()]))), req);
    if (file.mapping) await startImport({ db, clock }, { id: file.id }, actorOf(req, res));
    else {
      const { mapping, errors } = readMapping(fields, form.typed);
      if (Object.keys({ ...errors, ...form.errors }).length > 0) return showChosen(parts, file, form.typed, res);
      await startImport({ db, clock }, { id: file.id, mapping }, actorOf(req, res));
    }
    void runImport(parts, file.id);
    res.redirect(303, paths.importFile(file.id));
  });

  router.get(paths.importProgress(':id'), may('imports.run'), async (req, res) => {
    res.json(progressAnswer(await readImport(db, String(req.params.id))));
  });

  router.get(paths.importRefusals(':id'), may('imports.run'), async (req, res) => {
    const file = await readImport(db, String(req.params.id));
    if (!file.mapping) throw notFound('import');
    res.attachment(`refused-${file.kind}.csv`).type('text/csv');
    await pipeline(Readable.from(refusedCsv(db, file)), res);
  });

  return router;
}

/** The columns as guessed or chosen; or, once "preview" is asked for, what would become of the file under them. */
async function showMapping(parts: Parts, file: ImportFile, req: Request, res: Response): Promise<void> {
  const importer = parts.importers[file.kind];
  const chosen = chosenIn(req, ['delimiter', 'dates', 'decimals', ...importer.fields.map((f) => `column-${f.name}`)]);
  if (!req.query.preview) return showChosen(parts, file, chosen, res, { guess: true });
  const { mapping, errors } = readMapping(importer.fields, chosen);
  if (Object.keys(errors).length > 0) return showChosen(parts, file, chosen, res);
  const content = await readContent(parts.db, file.id);
  const preview = await previewImport(parts, importer, { content, mapping });
  render(res, previewPage({ file, importer, typed: typedOf(mapping), preview }));
}

async function showChosen(
  { db, importers }: Parts,
  file: ImportFile,
  chosen: Record<string, string>,
  res: Response,
  { guess = false } = {},
): Promise<void> {
  const importer = importers[file.kind];
  const content = await readContent(db, file.id);
  const delimiter = Object.hasOwn(DELIMITERS, chosen.delimiter ?? '')
    ? (chosen.delimiter as Delimiter)
    : guessDelimiter(content);
  const records: string[][] = [];
  for (const record of readRecords(content, delimiter)) {
    if (records.push(record.cells) > SAMPLE_ROWS) break;
  }
  const [headers = [], ...sample] = records;
  const guessed = typedOf({
    delimiter,
    ...guessNotation(sample.flat()),
    columns: guessColumns(importer.fields, headers),
  });
  const typed = guess ? { ...guessed, ...chosen } : chosen;
  const errors = guess ? {} : readMapping(importer.fields, chosen).errors;
  render(res, mappingPage({ file, importer, headers, sample, typed, errors }), guess ? 200 : 422);
}

function chosenIn(req: Request, names: string[]): Record<string, string> {
  // Not through queryText, which would trim a tab away.
  return Object.fromEntries(
    names.flatMap((name) => (typeof req.query[name] === 'string' ? [[name, req.query[name].slice(0, 20)]] : [])),
  );
}
