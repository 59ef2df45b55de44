import { type Request, type Response, Router } from 'express';
import { z } from 'zod';
import type { GatewayAccess } from '../accounts/accounts.store.ts';
import { chooseAccount } from '../accounts/choose-account.ts';
import { actorOf } from '../audit/actor.ts';
import { readCompany } from '../company/company.store.ts';
import { paths } from '../paths.ts';
import { owedBy, readPayables } from '../payables/payables.store.ts';
import { may } from '../permissions.ts';
import type { Clock } from '../platform/clock.ts';
import { type FieldErrors, notFound, Refusal, refuseFields } from '../platform/refusal.ts';
import { queryText, readForm } from '../platform/web/forms.ts';
import { render } from '../platform/web/render.ts';
import { returnPath } from '../staff/return-path.ts';
import { issueLink } from './issue-link.ts';
import { dueOn, MOST_DOCUMENTS, mixtureOf } from './link.ts';
import { defaultExpiry, EXPIRY_CHOICES, expiresAt, expiryChoices } from './link-expiry.ts';
import { latestDueOn, longestDueFirst, readCustomerOf } from './links.store.ts';
import { newLinkPage } from './new-link.pages.ts';
import { readSelection } from './selection.ts';
import { usableLinksOn } from './usable-links.store.ts';
import { readTerms, WANTED_TERMS } from './wanted-terms.ts';

const newLinkForm = z.strictObject({
  expiry: z.enum(EXPIRY_CHOICES, 'Choose how long the link can be used.'),
  accountId: z.string().max(40).optional(),
  terms: z.enum(WANTED_TERMS, 'Choose what the link asks for.').default('full'),
  part: z.string().max(40, 'This is too long.').default(''),
  least: z.string().max(40, 'This is too long.').default(''),
  payable: z.union([z.string(), z.array(z.string())]).optional(),
  listed: z.string().max(20_000).optional(),
});

type NewLinkParts = GatewayAccess & { clock: Clock };

/** Which documents the form is about. */
interface Chosen {
  /** The one on whose page it was begun: always part of the link. */
  mainId: string | undefined;
  /** What is ticked. */
  payableIds: string[];
  /** What stood on the page to be ticked; undefined when it is drawn for the first time. */
  listedIds?: string[];
}

/** The office's form for a new link. */
export function newLinkRoutes(parts: NewLinkParts): Router {
  const router = Router();
  const chosenIn = (req: Request, given: { payable?: unknown; listed?: unknown } | undefined): Chosen => {
    const mainId = req.params.id === undefined ? undefined : String(req.params.id);
    const listedIds = given?.listed === undefined ? {} : { listedIds: readSelection(given.listed) };
    return { mainId, payableIds: [...new Set([mainId ?? [], readSelection(given?.payable)].flat())], ...listedIds };
  };

  for (const path of [paths.newLinkForSelected(), paths.newLink(':id')]) {
    router.get(path, may('links.issue'), async (req, res) => {
      const chosen = chosenIn(req, req.query);
      if (chosen.payableIds.length > 0) return showNewLink(parts, res, chosen);
      req.session.flash = { tone: 'warn', text: 'Tick the invoices and deposits that the link is for.' };
      res.redirect(303, returnPath(queryText(req, 'from') || paths.invoices()));
    });

    router.post(path, may('links.issue'), async (req, res) => {
      const form = readForm(newLinkForm, req);
      const chosen = chosenIn(req, req.body);
      if (!form.ok) return showNewLink(parts, res, chosen, form);
      try {
        const { expiry, accountId, ...typed } = form.values;
        if (chosen.payableIds.length === 0) throw refuseFields({ form: 'Tick at least one invoice or deposit.' });
        const payableIds = await longestDueFirst(parts.db, chosen.payableIds);
        if (payableIds.length < chosen.payableIds.length) throw notFound('invoice or deposit');
        const link = await issueLink(parts, {
          payableIds,
          expiry,
          accountId: accountId || undefined,
          terms: await termsTyped(parts, payableIds, typed),
          actor: actorOf(req, res),
        });
        req.session.flash = { tone: 'ok', text: 'The link is made. Send it by e-mail, or copy it.' };
        res.redirect(303, paths.link(link.id));
      } catch (error) {
        if (!(error instanceof Refusal) || error.status === 404) throw error;
        const errors = error.status === 422 ? error.fields : { form: error.message };
        await showNewLink(parts, res, chosen, { typed: form.typed, errors });
      }
    });
  }

  return router;
}

/** Errors: `fields-invalid` (422) for a sum that cannot be read. */
async function termsTyped(
  { db }: NewLinkParts,
  payableIds: string[],
  typed: { terms: (typeof WANTED_TERMS)[number]; part: string; least: string },
) {
  const payables = await readPayables(db, payableIds);
  const { wanted, errors } = readTerms(typed, {
    currency: payables[0]?.currency ?? '',
    dueMinor: dueOn(payables),
  });
  if (Object.keys(errors).length > 0) throw refuseFields(errors);
  return wanted;
}

/** The form for a new link: with what was typed, else with what is usual. */
async function showNewLink(
  { db, clock, gateways }: NewLinkParts,
  res: Response,
  { mainId, payableIds, listedIds }: Chosen,
  given?: { typed: Record<string, string>; errors: FieldErrors },
): Promise<void> {
  const known = await readPayables(db, [...new Set([...payableIds, ...(listedIds ?? [])])]);
  const ticked = (await longestDueFirst(db, payableIds)).flatMap(
    (id) => known.find((payable) => payable.id === id) ?? [],
  );
  const [first] = [...ticked, ...known];
  if (!first || ticked.length < payableIds.length) throw notFound('invoice or deposit');
  const others = listedIds ? known : await owedBy(db, first, MOST_DOCUMENTS);
  const listed = [...ticked, ...others.filter(({ id }) => !payableIds.includes(id))].filter(({ id }) => id !== mainId);
  const listedOnly = listed.filter(({ id }) => !payableIds.includes(id)).map(({ id }) => id);
  const [customer, dueDay, { timeZone: zone }, accounts, usable, beside] = await Promise.all([
    readCustomerOf(db, first.customerId),
    latestDueOn(db, payableIds),
    readCompany(db),
    chooseAccount({ db, gateways }, { amountMinor: dueOn(ticked), currency: first.currency }),
    usableLinksOn(db, payableIds, clock.now()),
    usableLinksOn(db, listedOnly, clock.now()),
  ]);
  const mixed = mixtureOf(ticked);
  const errors = given?.errors ?? (mixed ? { form: mixed } : {});
  const page = newLinkPage({
    main: known.find(({ id }) => id === mainId),
    ticked,
    listed,
    customer,
    choices: expiryChoices(dueDay).map((choice) => ({
      choice,
      endsAt: expiresAt(choice, { now: clock.now(), zone, dueOn: dueDay }),
    })),
    accounts,
    usable,
    askedForElsewhere: beside.flatMap(({ link }) => link.payableIds),
    typed: { terms: 'full', expiry: defaultExpiry(dueDay), ...given?.typed },
    errors,
  });
  render(res, page, Object.keys(errors).length > 0 ? 422 : 200);
}
