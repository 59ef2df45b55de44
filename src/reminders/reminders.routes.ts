import { type Request, type Response, Router } from 'express';
import { z } from 'zod';
import { listAccounts, readAccount } from '../accounts/accounts.store.ts';
import { actorOf } from '../audit/actor.ts';
import { readCustomer } from '../customers/customers.store.ts';
import { readInvoice } from '../invoices/invoices.store.ts';
import { paths } from '../paths.ts';
import { may } from '../permissions.ts';
import type { FieldErrors } from '../platform/refusal.ts';
import { Refusal } from '../platform/refusal.ts';
import { addDays, dayInZone } from '../platform/show-time.ts';
import { fieldErrorsOf, queryText, readForm } from '../platform/web/forms.ts';
import { render } from '../platform/web/render.ts';
import { changeReminderSettings } from './change-reminder-settings.ts';
import { readClaims } from './claims.store.ts';
import { confirmBacklog } from './confirm-backlog.ts';
import { type LookParts, lookAtReminders } from './look-at-reminders.ts';
import type { Round } from './reminder.ts';
import { listBacklog, listReminders, owedInvoices, sumBacklog } from './reminder-lists.store.ts';
import { readSettings } from './reminder-settings.ts';
import { backlogPage, countOf, planPage, sentPage, settingsPage, switchPage } from './reminders.pages.ts';
import { readReminderDay, readReminderSettings, readRound, readSwitches } from './settings.store.ts';
import { switchReminders } from './switch-reminders.ts';

/** How many invoices a page of the plan looks at. */
const LOOKED_AT = 200;

const settingsForm = z.strictObject({
  on: z.literal('yes').optional(),
  steps: z.string().max(200, 'This is too long.'),
  sendHour: z.string().trim(),
  dailyCap: z.string().trim(),
});
const switchForm = z.strictObject({
  state: z.enum(['on', 'off', 'paused'], 'Choose on, off or paused.'),
  until: z.string().trim().default(''),
});
const confirmForm = z.strictObject({ seenCount: z.coerce.number().int().min(0) });

/** The office's pages about reminders. */
export function remindersRoutes(parts: LookParts): Router {
  const { db } = parts;
  const router = Router();

  router.get(paths.reminders(), may('reminders.read'), async (req, res) => {
    const round = await readRound(parts);
    const after = queryText(req, 'after');
    const dueBy = addDays(round.today, -Math.min(round.settings.steps[0] ?? 0, 0));
    const [invoices, day, waiting] = await Promise.all([
      round.settings.since ? owedInvoices(db, { dueBy, after, limit: LOOKED_AT }) : [],
      readReminderDay(db, round.today),
      round.settings.backlogConfirmedAt ? [] : sumsOf(parts, round),
    ]);
    const ids = invoices.map((invoice) => invoice.id);
    const next = invoices.length === LOOKED_AT ? ids.at(-1) : undefined;
    const claims = await readClaims(parts, ids, round);
    render(res, planPage({ claims, round, day, after, next, waiting: countOf(waiting) }));
  });

  router.get(paths.remindersSent(), may('reminders.read'), async (req, res) => {
    const before = queryText(req, 'before') || undefined;
    render(res, sentPage(await listReminders(db, before), before));
  });

  router.get(paths.reminderBacklog(), may('reminders.read'), (req, res) => showBacklog(parts, req, res));

  router.post(paths.reminderBacklog(), may('reminders.settings'), async (req, res) => {
    const form = readForm(confirmForm, req);
    try {
      await confirmBacklog(parts, { seenCount: form.values?.seenCount ?? -1, actor: actorOf(req, res) });
    } catch (error) {
      if (!(error instanceof Refusal) || error.status !== 409) throw error;
      return showBacklog(parts, req, res, error.message);
    }
    req.session.flash = { tone: 'ok', text: 'The backlog is confirmed. Its reminders begin at the next send hour.' };
    res.redirect(303, paths.reminders());
  });

  router.get(paths.reminderSettings(), may('reminders.read'), (_req, res) => showSettings(parts, res));

  router.post(paths.reminderSettings(), may('reminders.settings'), async (req, res) => {
    const form = readForm(settingsForm, req);
    if (!form.ok) return showSettings(parts, res, form);
    const { on, ...typed } = form.values;
    const { draft, faults } = readSettings({ on: on === 'yes', ...typed });
    if (Object.keys(faults).length > 0) return showSettings(parts, res, { typed: form.typed, errors: faults });
    const before = await readReminderSettings(db);
    await changeReminderSettings(parts, draft, actorOf(req, res));
    req.session.flash = { tone: 'ok', text: 'The settings are saved.' };
    res.redirect(303, draft.on && !before.since ? paths.reminderBacklog() : paths.reminderSettings());
  });

  router.post(paths.accountReminders(':id'), may('reminders.settings'), async (req, res) => {
    const { id, name } = await readAccount(db, String(req.params.id));
    const what = { title: name, href: paths.reminderSettings() };
    await saveSwitch(parts, req, res, { id, what });
  });

  router.post(paths.reminderSwitch(':id'), may('reminders.change'), async (req, res) => {
    const id = String(req.params.id);
    await saveSwitch(parts, req, res, { id, what: await subjectOf(parts, id) });
  });

  return router;
}

async function sumsOf({ db }: LookParts, round: Round) {
  const bounds = boundsOf(round);
  return bounds ? sumBacklog(db, bounds) : [];
}

function boundsOf({ settings: { since }, zone }: Round) {
  return since ? { since, sinceDay: dayInZone(since, zone) } : undefined;
}

async function showBacklog(parts: LookParts, req: Request, res: Response, error?: string): Promise<void> {
  const { db } = parts;
  const round = await readRound(parts);
  const before = queryText(req, 'before') || undefined;
  const bounds = boundsOf(round);
  const [{ rows, olderThan }, sums] = await Promise.all([
    bounds ? listBacklog(db, bounds, before) : { rows: [], olderThan: undefined },
    sumsOf(parts, round),
  ]);
  const claims = await readClaims(
    parts,
    rows.map((row) => row.id),
    round,
  );
  const page = backlogPage({ claims: claims.toReversed(), sums, round, before, olderThan, error });
  render(res, page, error ? 409 : 200);
}

async function showSettings(
  { db }: LookParts,
  res: Response,
  form?: { typed: Record<string, string>; errors: FieldErrors },
): Promise<void> {
  const [settings, accounts] = await Promise.all([readReminderSettings(db), listAccounts(db)]);
  const switches = await readSwitches(
    db,
    accounts.map((account) => account.id),
  );
  render(res, settingsPage({ settings, accounts, switches, ...form }), form ? 422 : 200);
}

/** A customer or an invoice. Errors: 404 for anything else, accounts included: those are an administrator's. */
async function subjectOf({ db }: LookParts, id: string): Promise<{ title: string; href: string }> {
  if (id.startsWith('cus_')) return { title: (await readCustomer(db, id)).name, href: paths.customer(id) };
  const { payable } = await readInvoice(db, id);
  return { title: `Invoice ${payable.number}`, href: paths.invoice(id) };
}

/** Saves and goes back to where the form stood; what is wrong is said on a page of its own, with what was typed. */
async function saveSwitch(
  parts: LookParts,
  req: Request,
  res: Response,
  { id, what }: { id: string; what: { title: string; href: string } },
): Promise<void> {
  const form = readForm(switchForm, req);
  let errors = form.errors;
  if (form.ok) {
    try {
      await switchReminders(parts, { subjectId: id, ...form.values, actor: actorOf(req, res) });
      req.session.flash = { tone: 'ok', text: `Reminders for ${what.title} are ${STATE_WORDS[form.values.state]}.` };
      return res.redirect(303, what.href);
    } catch (error) {
      errors = fieldErrorsOf(error);
    }
  }
  const reminders = { ...(await lookAtReminders(parts, id)), action: req.path };
  render(res, switchPage({ what, reminders, typed: form.typed, errors }), 422);
}

const STATE_WORDS = { on: 'on', off: 'switched off', paused: 'paused' };
