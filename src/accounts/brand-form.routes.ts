import { type Request, type Response, Router } from 'express';
import { z } from 'zod';
import { actorOf } from '../audit/actor.ts';
import { paths } from '../paths.ts';
import { may } from '../permissions.ts';
import type { Clock } from '../platform/clock.ts';
import type { Db } from '../platform/database/database.ts';
import type { FieldErrors } from '../platform/refusal.ts';
import { tidyLine } from '../platform/text-key.ts';
import { formTokenInUpload } from '../platform/web/csrf.ts';
import { fieldErrorsOf, readForm } from '../platform/web/forms.ts';
import { render } from '../platform/web/render.ts';
import { brandPage } from './accounts.pages.ts';
import { readAccount } from './accounts.store.ts';
import { changeBrand } from './change-brand.ts';
import { changeLogo } from './change-logo.ts';
import { readLogoUpload } from './read-logo-upload.ts';

const line = z.string().transform(tidyLine);
/** What is allowed in each field is a rule of the brand itself: see brandFaults. */
const brandForm = z.strictObject({
  tradingName: line,
  colour: line,
  supportEmail: line,
  supportPhone: line,
  statementSuffix: line,
});
const nothing = z.strictObject({});

/** How an account presents itself to customers: its texts and its picture. */
export function brandFormRoutes(parts: { db: Db; clock: Clock }): Router {
  const { db } = parts;
  const router = Router();
  const idOf = (req: Request) => String(req.params.id);

  const show = async (res: Response, id: string, given: { typed?: Record<string, string>; errors?: FieldErrors }) => {
    const account = await readAccount(db, id);
    const { logo: _, ...brand } = account.brand;
    const { typed = { ...brand, statementSuffix: account.statementSuffix }, errors = {} } = given;
    render(res, brandPage(account, { typed, errors }), Object.keys(errors).length > 0 ? 422 : 200);
  };
  const done = (req: Request, res: Response, words: string) => {
    req.session.flash = { tone: 'ok', text: words };
    res.redirect(303, paths.accountBrand(idOf(req)));
  };

  router.get(paths.accountBrand(':id'), may('accounts.manage'), (req, res) => show(res, idOf(req), {}));

  router.post(paths.accountBrand(':id'), may('accounts.manage'), async (req, res) => {
    const form = readForm(brandForm, req);
    if (!form.ok) return show(res, idOf(req), form);
    try {
      await changeBrand(parts, { accountId: idOf(req), texts: form.values, actor: actorOf(req, res) });
    } catch (error) {
      return show(res, idOf(req), { typed: form.typed, errors: fieldErrorsOf(error) });
    }
    done(req, res, 'The brand is saved. Customers see it on pages, letters and receipts from now on.');
  });

  router.post(paths.accountLogo(':id'), may('accounts.manage'), readLogoUpload, formTokenInUpload, async (req, res) => {
    readForm(nothing, req);
    if (!req.file) return show(res, idOf(req), { errors: { file: 'Choose a picture.' } });
    try {
      await changeLogo(parts, { accountId: idOf(req), bytes: req.file.buffer, actor: actorOf(req, res) });
    } catch (error) {
      return show(res, idOf(req), { errors: fieldErrorsOf(error) });
    }
    done(req, res, 'The logo is saved.');
  });

  router.post(paths.removeAccountLogo(':id'), may('accounts.manage'), async (req, res) => {
    readForm(nothing, req);
    await changeLogo(parts, { accountId: idOf(req), bytes: undefined, actor: actorOf(req, res) });
    done(req, res, 'The logo is removed.');
  });

  return router;
}
