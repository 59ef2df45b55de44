import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { type Request, type Response, Router } from 'express';
import { z } from 'zod';
import { listAccounts } from '../accounts/accounts.store.ts';
import { actorOf } from '../audit/actor.ts';
import { readCompany } from '../company/company.store.ts';
import { paths } from '../paths.ts';
import { may } from '../permissions.ts';
import { nowIso } from '../platform/clock.ts';
import { isId, newId } from '../platform/ids.ts';
import { type FieldErrors, Refusal } from '../platform/refusal.ts';
import { dayInZone } from '../platform/show-time.ts';
import { queryText, readForm } from '../platform/web/forms.ts';
import { render } from '../platform/web/render.ts';
import { closePeriod } from './close-period.ts';
import { usualPeriod } from './export-batch.ts';
import { lastExportBatch, listExportBatches, readExportBatch } from './export-batches.store.ts';
import { bytesOf, filesOfBatch, listOwnFiles, readExportFile } from './export-files.store.ts';
import { batchPage, batchProgress, exportsPage, filePage, fileProgress } from './exports.pages.ts';
import { fillBatch } from './fill-batch.ts';
import { MOVEMENT_TYPES, type MovementType } from './movement.ts';
import { currenciesMoved } from './movements.store.ts';
import { PRESET_NAMES, type PresetName } from './presets.ts';
import { startExport } from './start-export.ts';
import { type ExportParts, writeFile } from './write-file.ts';

const sendId = z.string().refine((id) => isId(id, 'req'), 'Please open this page again.');
const fileForm = z.strictObject({
  preset: z.enum(PRESET_NAMES as [PresetName, ...PresetName[]], 'Choose what the file is for.'),
  format: z.enum(['csv', 'xlsx'], 'Choose CSV or Excel.'),
  from: z.string().max(20).default(''),
  to: z.string().max(20).default(''),
  type: z.enum(['', ...MOVEMENT_TYPES]).default(''),
  account: z.string().max(40).default(''),
  currency: z
    .string()
    .regex(/^([A-Z]{3})?$/, 'Choose a currency of the list.')
    .default(''),
  sendId,
});
const periodForm = z.strictObject({ lastDay: z.string().max(20), sendId });

/** The office's pages on exports: files by choice, and periods that are closed for good. */
export function exportsRoutes(parts: ExportParts): Router {
  const { db } = parts;
  const router = Router();
  const idOf = (req: Request) => String(req.params.id);

  router.get(paths.exports(), may('exports.make'), async (req, res) => {
    await showExports(parts, res, { before: queryText(req, 'before') || undefined });
  });

  router.post(paths.exports(), may('exports.make'), async (req, res) => {
    const form = readForm(fileForm, req);
    if (!form.ok) return showExports(parts, res, { file: form });
    const { preset, format, sendId: submissionId, from, to, type, account, currency } = form.values;
    const choice = {
      from: from || undefined,
      to: to || undefined,
      type: (type || undefined) as MovementType | undefined,
      accountId: account || undefined,
      currency: currency || undefined,
    };
    try {
      const id = await startExport(parts, { preset, format, choice, actor: actorOf(req, res), submissionId });
      void writeFile(parts, id);
      res.redirect(303, paths.exportFile(id));
    } catch (error) {
      await showExports(parts, res, { file: { typed: form.typed, errors: errorsOf(error) } }, statusOf(error));
    }
  });

  router.get(paths.exportFile(':id'), may('exports.make'), async (req, res) => {
    const file = await readExportFile(db, idOf(req));
    const [accounts, { timeZone: zone }] = await Promise.all([listAccounts(db), readCompany(db)]);
    render(res, filePage(file, { accounts, zone }));
  });

  router.get(paths.exportProgress(':id'), may('exports.make'), async (req, res) => {
    res.json(fileProgress(await readExportFile(db, idOf(req))));
  });

  router.get(paths.exportContent(':id'), may('exports.make'), async (req, res) => {
    const file = await readExportFile(db, idOf(req));
    if (file.state !== 'done') throw new Refusal('not-done', 409, 'This file is not done yet.');
    res.type(file.name.slice(file.name.lastIndexOf('.'))).attachment(file.name);
    // Who gets less than this knows that something was lost on the way.
    res.set('Content-Length', String(file.byteCount));
    await pipeline(Readable.from(bytesOf(db, file.id)), res);
  });

  router.post(paths.exportBatches(), may('exports.make'), async (req, res) => {
    const form = readForm(periodForm, req);
    if (!form.ok) return showExports(parts, res, { period: form });
    const { lastDay, sendId: submissionId } = form.values;
    try {
      const id = await closePeriod(parts, { lastDay, actor: actorOf(req, res), submissionId });
      void fillBatch(parts, id);
      res.redirect(303, paths.exportBatch(id));
    } catch (error) {
      await showExports(parts, res, { period: { typed: form.typed, errors: errorsOf(error) } }, statusOf(error));
    }
  });

  router.get(paths.exportBatch(':id'), may('exports.make'), async (req, res) => {
    const batch = await readExportBatch(db, idOf(req));
    const [files, before] = await Promise.all([filesOfBatch(db, batch.id), lastExportBatch(db, batch.number)]);
    render(res, batchPage(batch, files, before));
  });

  router.get(paths.exportBatchProgress(':id'), may('exports.make'), async (req, res) => {
    const batch = await readExportBatch(db, idOf(req));
    res.json(batchProgress(batch, await filesOfBatch(db, batch.id)));
  });

  return router;
}

interface Given {
  typed: Record<string, string>;
  errors: FieldErrors;
}

/** The page with both forms, of which one may have been refused. */
async function showExports(
  { db, clock }: ExportParts,
  res: Response,
  given: { before?: string | undefined; file?: Given; period?: Given },
  status = given.file || given.period ? 422 : 200,
): Promise<void> {
  const { timeZone: zone } = await readCompany(db);
  const today = dayInZone(nowIso(clock), zone);
  const [page, last, files, accounts, currencies] = await Promise.all([
    listExportBatches(db, given.before),
    lastExportBatch(db),
    listOwnFiles(db),
    listAccounts(db),
    currenciesMoved(db),
  ]);
  const usual = usualPeriod(today, last?.lastDay);
  const file = {
    typed: { preset: 'movements', format: 'csv', from: usual.from, to: usual.to, ...given.file?.typed },
    errors: given.file?.errors ?? {},
  };
  const period = {
    typed: { lastDay: usual.lastDay, ...given.period?.typed },
    errors: given.period?.errors ?? {},
  };
  render(
    res,
    exportsPage({
      page,
      before: given.before,
      last,
      files,
      accounts,
      currencies,
      zone,
      sendId: newId('req'),
      file,
      period,
    }),
    status,
  );
}

/** What a verb refused, as sentences for the form; other errors go on. */
function errorsOf(error: unknown): FieldErrors {
  if (!(error instanceof Refusal) || (error.status !== 422 && error.status !== 409)) throw error;
  return error.status === 422 ? error.fields : { form: error.message };
}

function statusOf(error: unknown): number {
  return error instanceof Refusal ? error.status : 500;
}
