import { type Request, type Response, Router } from 'express';
import { z } from 'zod';
import { actorOf } from '../audit/actor.ts';
import { readCompany } from '../company/company.store.ts';
import { readCustomer } from '../customers/customers.store.ts';
import type { QueueParts } from '../mail/queue-letter.ts';
import { paths } from '../paths.ts';
import { may } from '../permissions.ts';
import { nowIso } from '../platform/clock.ts';
import { readDayRange } from '../platform/day-range.ts';
import { isId, newId } from '../platform/ids.ts';
import { type FieldErrors, Refusal, refuseFields } from '../platform/refusal.ts';
import { addDays, dayInZone } from '../platform/show-time.ts';
import { fieldErrorsOf, queryText, readForm } from '../platform/web/forms.ts';
import { render } from '../platform/web/render.ts';
import type { LinkTokens } from '../tokens/link-token.ts';
import { sendStatement } from './send-statement.ts';
import { statementPage } from './statement.pages.ts';
import { mailedStatements, readStatement } from './statement.store.ts';
import { statementFileName, statementPdf } from './statement-pdf.ts';

/** A statement that nobody chose the days of. */
const USUAL_DAYS = 90;

const form = z.strictObject({
  from: z.string(),
  to: z.string(),
  address: z.string().max(254, 'This is too long.'),
  submissionId: z.string().refine((id) => isId(id, 'req'), 'Please open this page again.'),
});

/** A customer's statement of account, for the office. */
export function statementRoutes(parts: QueueParts & { linkTokens: LinkTokens }): Router {
  const { db, clock } = parts;
  const router = Router();

  /** The days that were typed; a range that is none is said. */
  async function rangeOf(typed: { from: string; to: string }) {
    const { timeZone } = await readCompany(db);
    const today = dayInZone(nowIso(clock), timeZone);
    const given = { from: typed.from || addDays(typed.to || today, -USUAL_DAYS), to: typed.to || today };
    const { range, errors } = readDayRange(given);
    if (range.to && range.to > today) errors.to = 'Choose a day that has begun.';
    return { range: { from: range.from ?? '', to: range.to ?? '' }, typed: given, errors };
  }

  async function show(
    req: Request,
    res: Response,
    given: { typed: Record<string, string>; errors?: FieldErrors },
  ): Promise<void> {
    const customer = await readCustomer(db, String(req.params.id));
    const { range, typed, errors } = await rangeOf({ from: given.typed.from ?? '', to: given.typed.to ?? '' });
    Object.assign(errors, given.errors);
    const content = errors.from || errors.to ? undefined : await contentOr(errors, customer.id, range);
    const mailed = await mailedStatements(db, customer.id);
    const page = statementPage({
      customer,
      range,
      content,
      mailed,
      submissionId: newId('req'),
      typed: { address: customer.email, ...given.typed, ...typed },
      errors,
    });
    render(res, page, Object.keys(errors).length > 0 ? 422 : 200);
  }

  /** The statement, or why there is none, among the errors. */
  async function contentOr(errors: FieldErrors, customerId: string, range: { from: string; to: string }) {
    try {
      return await readStatement(db, customerId, range);
    } catch (error) {
      Object.assign(errors, fieldErrorsOf(error));
      return undefined;
    }
  }

  router.get(paths.statement(':id'), may('statements.read'), async (req, res) => {
    await show(req, res, { typed: { from: queryText(req, 'from'), to: queryText(req, 'to') } });
  });

  router.get(paths.statementPdf(':id'), may('statements.read'), async (req, res) => {
    const customer = await readCustomer(db, String(req.params.id));
    const { range, errors } = await rangeOf({ from: queryText(req, 'from'), to: queryText(req, 'to') });
    // A paper of other days than those asked for would go out unnoticed.
    if (Object.keys(errors).length > 0) throw refuseFields(errors);
    const content = await readStatement(db, customer.id, range);
    res
      .type('application/pdf')
      .attachment(statementFileName(content))
      .send(await statementPdf(content));
  });

  router.post(paths.sendStatement(':id'), may('statements.send'), async (req, res) => {
    const customerId = String(req.params.id);
    const { ok, values, typed, errors } = readForm(form, req);
    if (!ok) return show(req, res, { typed, errors });
    const asked = await rangeOf(values);
    if (Object.keys(asked.errors).length > 0) return show(req, res, { typed });
    try {
      await sendStatement(parts, { customerId, ...values, ...asked.range, actor: actorOf(req, res) });
    } catch (error) {
      if (!(error instanceof Refusal) || error.status !== 422) throw error;
      return show(req, res, { typed, errors: fieldErrorsOf(error) });
    }
    req.session.flash = { tone: 'ok', text: 'The statement is on its way. What became of the letter stands below.' };
    res.redirect(303, `${paths.statement(customerId)}?${new URLSearchParams(asked.range)}`);
  });

  return router;
}
