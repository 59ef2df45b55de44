import { type Request, type Response, Router } from 'express';
import { z } from 'zod';
import { actorOf } from '../audit/actor.ts';
import { paths } from '../paths.ts';
import { may } from '../permissions.ts';
import type { Clock } from '../platform/clock.ts';
import type { Db } from '../platform/database/database.ts';
import { type FieldErrors, Refusal } from '../platform/refusal.ts';
import { readForm } from '../platform/web/forms.ts';
import { render } from '../platform/web/render.ts';
import { readAccountUse } from './account-use.store.ts';
import { switchOffPage } from './accounts.pages.ts';
import { listAccounts, readAccount, readDefaults } from './accounts.store.ts';
import { switchAccount } from './switch-account.ts';

const switchForm = z.strictObject({ active: z.enum(['yes', 'no']), newDefaultId: z.string().max(40).optional() });

/** Switching accounts off, after a look at what goes to them, and on again. */
export function switchRoutes(parts: { db: Db; clock: Clock }): Router {
  const { db } = parts;
  const router = Router();
  const idOf = (req: Request) => String(req.params.id);

  const showSwitchOff = async (
    res: Response,
    id: string,
    given: { typed: Record<string, string>; errors: FieldErrors } = { typed: {}, errors: {} },
    status = 200,
  ) => {
    const account = await readAccount(db, id);
    if (!account.active) return res.redirect(303, paths.account(id));
    const [accounts, defaults, use] = await Promise.all([
      listAccounts(db),
      readDefaults(db),
      readAccountUse(parts, id),
    ]);
    render(res, switchOffPage(account, { accounts, defaults, use, ...given }), status);
  };

  router.get(paths.switchAccount(':id'), may('accounts.manage'), (req, res) => showSwitchOff(res, idOf(req)));

  router.post(paths.switchAccount(':id'), may('accounts.manage'), async (req, res) => {
    const form = readForm(switchForm, req);
    if (!form.ok) throw new Refusal('bad-request', 400, 'Say whether to switch the account on or off.');
    const active = form.values.active === 'yes';
    try {
      const newDefaultId = form.values.newDefaultId || undefined;
      await switchAccount(parts, { accountId: idOf(req), active, newDefaultId, actor: actorOf(req, res) });
    } catch (error) {
      if (active || !(error instanceof Refusal) || error.status === 404) throw error;
      const errors = { newDefaultId: error.message };
      return showSwitchOff(res, idOf(req), { typed: form.typed, errors }, error.status);
    }
    req.session.flash = {
      tone: 'ok',
      text: active ? 'Switched on.' : 'Switched off: no new links and payments. What is under way goes on.',
    };
    res.redirect(303, paths.account(idOf(req)));
  });

  return router;
}
