import { type Request, type Response, Router } from 'express';
import { z } from 'zod';
import { actorOf } from '../audit/actor.ts';
import { auditOf } from '../audit/audit.store.ts';
import { paths } from '../paths.ts';
import { may } from '../permissions.ts';
import type { Clock } from '../platform/clock.ts';
import { isId, newId } from '../platform/ids.ts';
import { type FieldErrors, Refusal } from '../platform/refusal.ts';
import { readForm } from '../platform/web/forms.ts';
import { render } from '../platform/web/render.ts';
import { accountPage, accountsPage, newAccountPage } from './accounts.pages.ts';
import { defaultAccountId, type GatewayAccess, listAccounts, readAccount } from './accounts.store.ts';
import { checkAccount } from './check-account.ts';
import { connectAccount } from './connect-account.ts';
import { replaceKeys } from './replace-keys.ts';
import { setDefaultAccount } from './set-default-account.ts';
import { switchAccount } from './switch-account.ts';

const text = z.string().trim().max(400, 'This is too long.');
const newAccountForm = z.strictObject({
  id: z.string().refine((id) => isId(id, 'acc'), 'Please open this page again.'),
  name: text,
  kind: z.enum(['stripe', 'sandbox'], 'Choose the gateway.'),
  publishableKey: text,
  secretKey: text,
  webhookSecret: text,
  currencies: text,
  statementSuffix: text,
});
const keysForm = z.strictObject({ secretKey: text, webhookSecret: text });
const nothing = z.strictObject({});

interface AccountParts extends GatewayAccess {
  clock: Clock;
  config: { production: boolean; baseUrl: string };
}

/** The office's pages on payment service accounts. Keys are written here and never shown again. */
export function accountsRoutes(parts: AccountParts): Router {
  const { db, config } = parts;
  const router = Router();
  const webhookUrl = (id: string) => `${config.baseUrl}${paths.webhook(id)}`;
  const idOf = (req: Request) => String(req.params.id);

  const showForm = (res: Response, form: { id: string; typed: Record<string, string>; errors: FieldErrors }) => {
    const page = newAccountPage({ ...form, webhookUrl: webhookUrl(form.id), sandboxOffered: !config.production });
    render(res, page, Object.keys(form.errors).length > 0 ? 422 : 200);
  };
  const showAccount = async (res: Response, id: string, errors: FieldErrors = {}) => {
    const account = await readAccount(db, id);
    const [defaultId, history] = await Promise.all([defaultAccountId(db), auditOf(db, id)]);
    const page = accountPage(account, { defaultId, history, errors, webhookUrl: webhookUrl(id) });
    render(res, page, Object.keys(errors).length > 0 ? 422 : 200);
  };
  const done = (req: Request, res: Response, words: string, tone: 'ok' | 'warn' = 'ok') => {
    req.session.flash = { tone, text: words };
    res.redirect(303, paths.account(idOf(req)));
  };

  router.get(paths.accounts(), may('accounts.read'), async (_req, res) => {
    render(res, accountsPage(await listAccounts(db), await defaultAccountId(db)));
  });

  router.get(paths.newAccount(), may('accounts.manage'), (_req, res) => {
    showForm(res, { id: newId('acc'), typed: { kind: 'stripe' }, errors: {} });
  });

  router.post(paths.accounts(), may('accounts.manage'), async (req, res) => {
    const form = readForm(newAccountForm, req);
    // What was typed is kept, but keys never travel back to the browser.
    const { secretKey: _key, webhookSecret: _secret, ...typed } = form.typed;
    const id = isId(typed.id, 'acc') ? typed.id : newId('acc');
    if (!form.ok) return showForm(res, { id, typed, errors: form.errors });
    try {
      const account = await connectAccount(parts, {
        ...form.values,
        currencies: form.values.currencies
          .toUpperCase()
          .split(/[\s,;]+/)
          .filter(Boolean),
        actor: actorOf(req, res),
      });
      req.session.flash = account.active
        ? { tone: 'ok', text: `${account.name} is connected.` }
        : { tone: 'warn', text: `${account.name} is connected but switched off: the gateway found something wrong.` };
      res.redirect(303, paths.account(account.id));
    } catch (error) {
      showForm(res, { id, typed, errors: errorsOf(error) });
    }
  });

  router.get(paths.account(':id'), may('accounts.read'), (req, res) => showAccount(res, idOf(req)));

  router.post(paths.checkAccount(':id'), may('accounts.manage'), async (req, res) => {
    readForm(nothing, req);
    const account = await checkAccount(parts, { accountId: idOf(req), actor: actorOf(req, res) });
    if (account.problems.length > 0)
      return done(req, res, 'The check found something wrong. It is named below.', 'warn');
    done(req, res, account.active ? 'All is well.' : 'All is well. The account can be switched on now.');
  });

  router.post(paths.defaultAccount(':id'), may('accounts.manage'), async (req, res) => {
    readForm(nothing, req);
    await setDefaultAccount(parts, { accountId: idOf(req), actor: actorOf(req, res) });
    done(req, res, 'This account is the default now: new links go to it unless another is chosen.');
  });

  router.post(paths.switchAccount(':id'), may('accounts.manage'), async (req, res) => {
    const form = readForm(z.strictObject({ active: z.enum(['yes', 'no']) }), req);
    if (!form.ok) throw new Refusal('bad-request', 400, 'Say whether to switch the account on or off.');
    const active = form.values.active === 'yes';
    await switchAccount(parts, { accountId: idOf(req), active, actor: actorOf(req, res) });
    done(req, res, active ? 'Switched on.' : 'Switched off: no new links and payments. What is under way goes on.');
  });

  router.post(paths.replaceKeys(':id'), may('accounts.manage'), async (req, res) => {
    const form = readForm(keysForm, req);
    if (!form.ok) return showAccount(res, idOf(req), form.errors);
    try {
      await replaceKeys(parts, { accountId: idOf(req), ...form.values, actor: actorOf(req, res) });
      done(req, res, 'The new keys are in use.');
    } catch (error) {
      await showAccount(res, idOf(req), errorsOf(error));
    }
  });

  return router;
}

/** A refusal as errors of the form it came from; anything else is thrown on. */
function errorsOf(error: unknown): FieldErrors {
  if (!(error instanceof Refusal) || error.status === 404) throw error;
  return Object.keys(error.fields).length > 0 ? error.fields : { form: error.message };
}
