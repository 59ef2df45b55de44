import { Router } from 'express';
import { z } from 'zod';
import { actorOf } from '../audit/actor.ts';
import { paths } from '../paths.ts';
import { may } from '../permissions.ts';
import type { Clock } from '../platform/clock.ts';
import type { Db } from '../platform/database/database.ts';
import { tidyLine, tidyLines } from '../platform/text-key.ts';
import { fieldErrorsOf, readForm } from '../platform/web/forms.ts';
import { render } from '../platform/web/render.ts';
import { changeCompany } from './change-company.ts';
import { companyPage, typedOf } from './company.pages.ts';
import { readCompany } from './company.store.ts';
import { tidyRefundLimits } from './refund-limits.ts';

const line = z.string().transform(tidyLine);
const lines = z.string().transform(tidyLines);

/** What is allowed in each field is a rule of the company itself: see companyFaults. */
const companyForm = z.strictObject({
  tradingName: line,
  address: lines,
  country: line,
  taxId: line,
  website: line,
  supportEmail: line,
  supportPhone: line,
  replyTo: line,
  timeZone: line,
  refundTerms: lines,
  refundLimits: lines.transform(tidyRefundLimits),
  autoApplyDeposits: z
    .literal('yes')
    .optional()
    .transform((ticked) => ticked !== undefined),
});

/** The company's own settings. */
export function companyRoutes(parts: { db: Db; clock: Clock }): Router {
  const router = Router();

  router.get(paths.company(), may('company.read'), async (_req, res) => {
    render(res, companyPage(typedOf(await readCompany(parts.db)), {}));
  });

  router.post(paths.company(), may('company.change'), async (req, res) => {
    const form = readForm(companyForm, req);
    if (!form.ok) return render(res, companyPage(form.typed, form.errors), 422);
    try {
      await changeCompany(parts, form.values, actorOf(req, res));
    } catch (error) {
      return render(res, companyPage(form.typed, fieldErrorsOf(error)), 422);
    }
    req.session.flash = { tone: 'ok', text: 'The settings are saved.' };
    res.redirect(303, paths.company());
  });

  return router;
}
