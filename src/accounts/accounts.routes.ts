import { type Request, type Response, Router } from 'express';
import { z } from 'zod';
import { actorOf } from '../audit/actor.ts';
import { auditOf } from '../audit/audit.store.ts';
import { isCurrency } from '../money/currency.ts';
import { paths } from '../paths.ts';
import { may } from '../permissions.ts';
import type { Clock } from '../platform/clock.ts';
import { isId, newId } from '../platform/ids.ts';
import { type FieldErrors, Refusal } from '../platform/refusal.ts';
import { readForm } from '../platform/web/forms.ts';
import { render } from '../platform/web/render.ts';
import type { Account } from './account.ts';
import { accountPage, accountsPage, newAccountPage, type SandboxOffer } from './accounts.pages.ts';
import {
  ANY_CURRENCY,
  type GatewayAccess,
  listAccounts,
  readAccount,
  readDefaults,
  webhookSecretsOf,
} from './accounts.store.ts';
import { allowKeyedCards } from './allow-keyed-cards.ts';
import { brandFormRoutes } from './brand-form.routes.ts';
import { checkAccount } from './check-account.ts';
import { connectAccount } from './connect-account.ts';
import { endCurrencyDefault } from './end-currency-default.ts';
import { forgetOlderSecret } from './forget-older-secret.ts';
import type { OwnSandbox } from './own-sandbox.ts';
import { replaceKeys } from './replace-keys.ts';
import { setDefaultAccount } from './set-default-account.ts';
import { switchRoutes } from './switch.routes.ts';

const text = z.string().trim().max(400, 'This is too long.');
const newAccountForm = z.strictObject({
  id: z.string().refine((id) => isId(id, 'acc'), 'Please open this page again.'),
  name: text,
  kind: z.enum(['stripe', 'sandbox'], 'Choose the gateway.'),
  publishableKey: text.default(''),
  secretKey: text.default(''),
  webhookSecret: text.default(''),
  currencies: text,
  statementSuffix: text,
});
const keysForm = z.strictObject({ secretKey: text, webhookSecret: text });
const currencyForm = z.strictObject({
  currency: z
    .string()
    .transform((typed) => typed.trim().toUpperCase() || ANY_CURRENCY)
    .refine((code) => code === ANY_CURRENCY || isCurrency(code), 'Write the code of a currency, such as EUR.')
    .default(ANY_CURRENCY),
});
const keyedForm = z.strictObject({ allowed: z.enum(['yes', 'no']) });
const nothing = z.strictObject({});

interface AccountParts extends GatewayAccess {
  clock: Clock;
  config: { production: boolean; baseUrl: string; sandboxElsewhere: boolean };
  ownSandbox: OwnSandbox;
}

/** The office's pages on payment service accounts. Keys are written here and never shown again. */
export function accountsRoutes(parts: AccountParts): Router {
  const { db, config, ownSandbox } = parts;
  const router = Router();
  const webhookUrl = (id: string) => `${config.baseUrl}${paths.webhook(id)}`;
  const idOf = (req: Request) => String(req.params.id);
  const sandbox = (): SandboxOffer => {
    if (config.production) return 'none';
    return config.sandboxElsewhere ? 'elsewhere' : ownSandbox.learnAccounts ? 'own' : 'none';
  };

  const showForm = (
    res: Response,
    form: { id: string; kind: Account['kind']; typed: Record<string, string>; errors: FieldErrors },
  ) => {
    const keysAreMade = form.kind === 'sandbox' && sandbox() === 'own';
    const page = newAccountPage({ ...form, webhookUrl: webhookUrl(form.id), keysAreMade });
    render(res, page, Object.keys(form.errors).length > 0 ? 422 : 200);
  };
  const showAccount = async (
    res: Response,
    id: string,
    { typed = {}, errors = {} }: { typed?: Record<string, string>; errors?: FieldErrors } = {},
  ) => {
    const account = await readAccount(db, id);
    const [defaults, history, secrets] = await Promise.all([
      readDefaults(db),
      auditOf(db, id),
      webhookSecretsOf(parts, id),
    ]);
    const { secretKey: _key, webhookSecret: _secret, ...shown } = typed;
    const more = { defaults, history, secretCount: secrets.length, webhookUrl: webhookUrl(id) };
    const page = accountPage(account, { ...more, typed: shown, errors });
    render(res, page, Object.keys(errors).length > 0 ? 422 : 200);
  };
  const done = (req: Request, res: Response, words: string, tone: 'ok' | 'warn' = 'ok') => {
    req.session.flash = { tone, text: words };
    res.redirect(303, paths.account(idOf(req)));
  };

  router.get(paths.accounts(), may('accounts.read'), async (_req, res) => {
    render(res, accountsPage(await listAccounts(db), await readDefaults(db), sandbox()));
  });

  for (const kind of ['stripe', 'sandbox'] as const) {
    router.get(paths.newAccount(kind), may('accounts.manage'), (_req, res) => {
      showForm(res, { id: newId('acc'), kind, typed: {}, errors: {} });
    });
  }

  router.post(paths.accounts(), may('accounts.manage'), async (req, res) => {
    const form = readForm(newAccountForm, req);
    // What was typed is kept, but keys never travel back to the browser.
    const { secretKey: _key, webhookSecret: _secret, ...typed } = form.typed;
    const id = isId(typed.id, 'acc') ? typed.id : newId('acc');
    const kind = typed.kind === 'sandbox' ? 'sandbox' : 'stripe';
    if (!form.ok) return showForm(res, { id, kind, typed, errors: form.errors });
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
      showForm(res, { id, kind, typed, errors: errorsOf(error) });
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
    const form = readForm(currencyForm, req);
    if (!form.ok) return showAccount(res, idOf(req), form);
    const { currency } = form.values;
    try {
      await setDefaultAccount(parts, { accountId: idOf(req), currency, actor: actorOf(req, res) });
    } catch (error) {
      if (!(error instanceof Refusal) || error.code !== 'account-unfit') throw error;
      return showAccount(res, idOf(req), { typed: form.typed, errors: { currency: error.message } });
    }
    const which = currency === ANY_CURRENCY ? 'new links' : `new links in ${currency}`;
    done(req, res, `This account is the default now: ${which} go to it unless another is chosen.`);
  });

  router.post(paths.endCurrencyDefault(':id'), may('accounts.manage'), async (req, res) => {
    const form = readForm(currencyForm, req);
    if (!form.ok) return showAccount(res, idOf(req), form);
    const { currency } = form.values;
    await endCurrencyDefault(parts, { accountId: idOf(req), currency, actor: actorOf(req, res) });
    done(req, res, `New links in ${currency} go to the overall default again.`);
  });

  router.post(paths.replaceKeys(':id'), may('accounts.manage'), async (req, res) => {
    const form = readForm(keysForm, req);
    if (!form.ok) return showAccount(res, idOf(req), form);
    try {
      await replaceKeys(parts, { accountId: idOf(req), ...form.values, actor: actorOf(req, res) });
      done(req, res, 'The new keys are in use.');
    } catch (error) {
      await showAccount(res, idOf(req), { typed: form.typed, errors: errorsOf(error) });
    }
  });

  router.post(paths.forgetOlderSecret(':id'), may('accounts.manage'), async (req, res) => {
    readForm(nothing, req);
    await forgetOlderSecret(parts, { accountId: idOf(req), actor: actorOf(req, res) });
    done(req, res, 'Only the newest signing secret is valid now.');
  });

  router.post(paths.keyedCards(':id'), may('accounts.manage'), async (req, res) => {
    const form = readForm(keyedForm, req);
    if (!form.ok) throw new Refusal('bad-request', 400, 'Say whether keyed cards are allowed or not.');
    const allowed = form.values.allowed === 'yes';
    await allowKeyedCards(parts, { accountId: idOf(req), allowed, actor: actorOf(req, res) });
    done(req, res, allowed ? 'Keyed cards are switched on for this account.' : 'Keyed cards are switched off.');
  });

  router.use(switchRoutes(parts), brandFormRoutes(parts));
  return router;
}

/** A refusal as errors of the form it came from; anything else is thrown on. */
function errorsOf(error: unknown): FieldErrors {
  if (!(error instanceof Refusal) || error.status === 404) throw error;
  return Object.keys(error.fields).length > 0 ? error.fields : { form: error.message };
}
