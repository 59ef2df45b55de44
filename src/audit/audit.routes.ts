import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { type Request, type Response, Router } from 'express';
import { z } from 'zod';
import { paths } from '../paths.ts';
import { may, type SignedIn } from '../permissions.ts';
import { nowIso, SECOND_MS } from '../platform/clock.ts';
import { PAGE_SIZE } from '../platform/keyset.ts';
import { refuseFields } from '../platform/refusal.ts';
import { dayInZone } from '../platform/show-time.ts';
import { queryText, readForm } from '../platform/web/forms.ts';
import { render, type Surroundings } from '../platform/web/render.ts';
import { actorOf } from './actor.ts';
import type { AnchorParts } from './anchor-head.ts';
import { lastAnchor } from './anchors.store.ts';
import { auditPage, checkProgress } from './audit.pages.ts';
import { latestCheck, readCheck } from './audit-check.store.ts';
import { AUDIT_FIELDS, readAuditFilter } from './audit-filter.ts';
import { type AuditKey, actionsKnown, listDeeds, listPeople } from './audit-log.store.ts';
import { readHead } from './chain.store.ts';
import { exportAudit } from './export-audit.ts';
import { runAuditCheck } from './run-audit-check.ts';
import { startAuditCheck } from './start-audit-check.ts';
import { subjectNames } from './subjects.store.ts';

/** A short log is checked before the page comes back; a longer one is watched on it. */
const PATIENCE_MS = 2 * SECOND_MS;

/** The office's page on who did what, when, and whether the log still says so. */
export function auditRoutes(parts: AnchorParts): Router {
  const { db, clock } = parts;
  const router = Router();

  router.get(paths.audit(), may('audit.read'), (req, res) => showLog(parts, req, res));

  router.get(paths.auditCsv(), may('audit.read'), async (req, res) => {
    const { filter, errors } = filterOf(req);
    if (Object.keys(errors).length > 0) throw refuseFields(errors);
    const zone = zoneOf(res);
    res.type('text/csv').attachment(`audit-log-${dayInZone(nowIso(clock), zone)}.csv`);
    await pipeline(Readable.from(exportAudit({ db }, filter, { zone })), res);
  });

  router.post(paths.auditChecks(), may('audit.read'), async (req, res) => {
    readForm(z.strictObject({}), req);
    const actor = actorOf(req, res);
    const { id, isNew } = await startAuditCheck(parts, actor);
    if (isNew) {
      const patience = new Promise((resume) => setTimeout(resume, PATIENCE_MS).unref());
      await Promise.race([runAuditCheck(parts, { id, actor }), patience]);
    }
    res.redirect(303, `${paths.audit()}#check`);
  });

  router.get(paths.auditCheck(':id'), may('audit.read'), async (req, res) => {
    res.json(checkProgress(await readCheck(db, String(req.params.id))));
  });

  return router;
}

async function showLog({ db, clock, config }: AnchorParts, req: Request, res: Response): Promise<void> {
  const { filter, typed, errors } = filterOf(req);
  const before = queryText(req, 'before');
  const [found, people, actions, head, anchor, check] = await Promise.all([
    listDeeds(db, filter, { zone: zoneOf(res), after: keyIn(before), most: PAGE_SIZE + 1 }),
    listPeople(db),
    actionsKnown(db),
    readHead(db),
    lastAnchor(config.auditAnchorFile),
    latestCheck(db),
  ]);
  const rows = found.slice(0, PAGE_SIZE);
  const names = await subjectNames(db, [
    ...rows.map((row) => ({ kind: row.subject_kind, id: row.subject_id })),
    ...rows.flatMap((row) =>
      row.actor_kind === 'customer' && row.actor_id ? [{ kind: 'customer', id: row.actor_id }] : [],
    ),
  ]);
  const { role } = res.locals.person as SignedIn;
  const groups = [...new Set(actions.map((action) => action.split('.')[0] ?? ''))];
  const older = found.length > PAGE_SIZE ? rows.at(-1) : undefined;
  const shown = { role, rows, names, older, before, people, groups, typed, errors, head, anchor, check };
  render(res, auditPage({ ...shown, now: clock.now() }), Object.keys(errors).length > 0 ? 422 : 200);
}

function filterOf(req: Request) {
  const typed = Object.fromEntries(AUDIT_FIELDS.map((name) => [name, queryText(req, name)]));
  return { typed, ...readAuditFilter(typed) };
}

/** `2026-11-30T14:05:00.000Z_1042`, the line after which a page goes on. */
function keyIn(text: string): AuditKey | undefined {
  const match = /^(\d{4}-\d\d-\d\dT[\d:.]+Z)_(\d{1,15})$/.exec(text);
  return match ? { at: match[1] as string, seq: Number(match[2]) } : undefined;
}

/** Whose days the filter means: the company's. */
function zoneOf(res: Response): string {
  return (res.locals.surroundings as Surroundings).timeZone ?? 'UTC';
}
