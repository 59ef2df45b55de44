import { type Request, type Response, Router } from 'express';
import { z } from 'zod';
import type { GatewayAccess } from '../accounts/accounts.store.ts';
import { chooseAccount } from '../accounts/choose-account.ts';
import { actorOf } from '../audit/actor.ts';
import { readCompany } from '../company/company.store.ts';
import { paths } from '../paths.ts';
import { readPayables } from '../payables/payables.store.ts';
import { may } from '../permissions.ts';
import type { Clock } from '../platform/clock.ts';
import { type FieldErrors, notFound, Refusal } from '../platform/refusal.ts';
import { readForm } from '../platform/web/forms.ts';
import { render } from '../platform/web/render.ts';
import { issueLink } from './issue-link.ts';
import { defaultExpiry, EXPIRY_CHOICES, expiresAt, expiryChoices } from './link-expiry.ts';
import { usableLinkOf } from './link-list.store.ts';
import { newLinkPage } from './links.pages.ts';
import { latestDueOn, readCustomerOf } from './links.store.ts';

const newLinkForm = z.strictObject({
  expiry: z.enum(EXPIRY_CHOICES, 'Choose how long the link can be used.'),
  accountId: z.string().max(40).optional(),
});

type NewLinkParts = GatewayAccess & { clock: Clock };

/** The office's form for a new link. */
export function newLinkRoutes(parts: NewLinkParts): Router {
  const router = Router();
  const idOf = (req: Request) => String(req.params.id);

  router.get(paths.newLink(':id'), may('links.issue'), (req, res) => showNewLink(parts, res, idOf(req)));

  router.post(paths.newLink(':id'), may('links.issue'), async (req, res) => {
    const form = readForm(newLinkForm, req);
    if (!form.ok) return showNewLink(parts, res, idOf(req), form);
    try {
      const { expiry, accountId } = form.values;
      const actor = actorOf(req, res);
      const link = await issueLink(parts, {
        payableIds: [idOf(req)],
        expiry,
        accountId: accountId || undefined,
        actor,
      });
      req.session.flash = { tone: 'ok', text: 'The link is made. Send it by e-mail, or copy it.' };
      res.redirect(303, paths.link(link.id));
    } catch (error) {
      if (!(error instanceof Refusal) || error.status === 404) throw error;
      await showNewLink(parts, res, idOf(req), { typed: form.typed, errors: { form: error.message } });
    }
  });

  return router;
}

/** The form for a new link: with what was typed, else with what is usual. */
async function showNewLink(
  { db, clock, gateways }: NewLinkParts,
  res: Response,
  payableId: string,
  given?: { typed: Record<string, string>; errors: FieldErrors },
): Promise<void> {
  const [payable] = await readPayables(db, [payableId]);
  if (!payable) throw notFound('invoice or deposit');
  const [customer, dueOn, { timeZone: zone }, accounts, usable] = await Promise.all([
    readCustomerOf(db, payable.customerId),
    latestDueOn(db, [payableId]),
    readCompany(db),
    chooseAccount({ db, gateways }, { amountMinor: payable.dueMinor, currency: payable.currency }),
    usableLinkOf(db, payableId, clock.now()),
  ]);
  const page = newLinkPage({
    payable,
    customer,
    choices: expiryChoices(dueOn).map((choice) => ({
      choice,
      endsAt: expiresAt(choice, { now: clock.now(), zone, dueOn }),
    })),
    accounts,
    usable,
    typed: given?.typed ?? { expiry: defaultExpiry(dueOn) },
    errors: given?.errors ?? {},
  });
  render(res, page, given ? 422 : 200);
}
