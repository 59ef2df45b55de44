import express, { type Request, type Response, Router } from 'express';
import { z } from 'zod';
import { defaultAccountId, listAccounts, readAccount } from '../accounts/accounts.store.ts';
import { keyedCardsProblem } from '../accounts/keyed-cards.ts';
import { actorOf } from '../audit/actor.ts';
import { readCompany } from '../company/company.store.ts';
import { readCustomer } from '../customers/customers.store.ts';
import { issueSaveCardLink } from '../links/issue-save-card-link.ts';
import { paths } from '../paths.ts';
import { may } from '../permissions.ts';
import { nowIso } from '../platform/clock.ts';
import { type FieldErrors, notFound, Refusal, refuseFields } from '../platform/refusal.ts';
import { dayInZone } from '../platform/show-time.ts';
import { queryText, readForm } from '../platform/web/forms.ts';
import { allowGateway } from '../platform/web/headers.ts';
import { render } from '../platform/web/render.ts';
import { wordsFor } from '../words/words.ts';
import type { CardParts } from './card-parts.ts';
import type { CardSetup } from './card-setup.ts';
import { findSetupBySubmission } from './card-setups.store.ts';
import { CARD_LINK_EXPIRIES, expiringCardsPage, newCardLinkPage, newCardPage } from './cards.pages.ts';
import { expiringCards } from './cards.store.ts';
import { chooseDefaultCard } from './choose-default-card.ts';
import { monthsToList, readExpiringCursor } from './expiring.ts';
import { phoneConsent } from './phone-consent.ts';
import { removeCard } from './remove-card.ts';
import { lookAtSetup, setupAnswer } from './setup-answer.ts';
import { startSetup } from './start-setup.ts';

const submission = z.strictObject({
  submissionId: z.string().regex(/^[A-Za-z0-9-]{16,64}$/),
  confirmationToken: z.string().regex(/^[A-Za-z0-9_]{8,255}$/),
  accountId: z.string().max(40),
  consent: z.literal('yes').optional(),
});
const linkForm = z.strictObject({
  accountId: z.string().max(40),
  expiry: z.enum(CARD_LINK_EXPIRIES, 'Choose how long the link can be used.'),
});
const nothing = z.strictObject({});
const CONSENT_FAULT = 'Read the words to the customer first, and tick the box when they have agreed.';

/** The office's side of saved cards. A card is typed into the gateway's own fields and never reaches us. */
export function cardsRoutes(parts: CardParts): Router {
  const { db, clock } = parts;
  const router = Router();
  const customerOf = (req: Request) => readCustomer(db, String(req.params.id));

  router.get(paths.expiringCards(), may('customers.read'), async (req, res) => {
    const { timeZone } = await readCompany(db);
    const months = monthsToList(dayInZone(nowIso(clock), timeZone));
    const after = readExpiringCursor(queryText(req, 'after'));
    render(res, expiringCardsPage(await expiringCards(db, months, after), { months, after }));
  });

  router.get(paths.newCard(':id'), may('cards.key'), async (req, res) => {
    const [customer, company, accounts, usual] = await choices(req);
    const wanted = queryText(req, 'account') || usual;
    const account = accounts.find((one) => one.id === wanted) ?? accounts[0];
    const fields = account && !keyedCardsProblem(account) ? parts.gateways.hostedFields(account) : undefined;
    if (fields) allowGateway(res, fields.origins);
    const consented = queryText(req, 'consent') === 'yes';
    render(res, newCardPage({ customer, company, accounts, account, usual, fields, consented, fault: CONSENT_FAULT }));
  });

  router.post(paths.cardSetups(':id'), may('cards.key'), express.json({ limit: '16kb' }), async (req, res) => {
    const given = submission.safeParse(req.body);
    if (!given.success) {
      throw new Refusal('bad-request', 400, 'The request could not be read. Please reload the page and try again.');
    }
    const { consent, accountId, ...press } = given.data;
    if (!consent) throw refuseFields({ consent: CONSENT_FAULT });
    const [customer, company, account] = await Promise.all([
      customerOf(req),
      readCompany(db),
      readAccount(db, accountId),
    ]);
    const actor = actorOf(req, res);
    const setup = await startSetup(parts, {
      ...press,
      from: { personId: actor.id, customerId: customer.id, accountId },
      consent: phoneConsent(company, account, customer),
      ip: req.ip ?? '',
    });
    await answer(req, res, setup);
  });

  router.post(paths.cardSetup(':id', ':submissionId'), may('cards.key'), async (req, res) => {
    const setup = await findSetupBySubmission(db, String(req.params.submissionId));
    if (!setup || setup.linkId || setup.customerId !== req.params.id) throw notFound('try to save a card');
    await answer(req, res, await lookAtSetup(parts, setup));
  });

  router.get(paths.newCardLink(':id'), may('links.issue'), async (req, res) => {
    const [, , , usual] = await choices(req);
    await showLinkForm(req, res, { accountId: queryText(req, 'account') || (usual ?? ''), expiry: '14d' });
  });

  router.post(paths.newCardLink(':id'), may('links.issue'), async (req, res) => {
    const form = readForm(linkForm, req);
    if (!form.ok) return showLinkForm(req, res, form.typed, form.errors);
    const { id: customerId } = await customerOf(req);
    try {
      const link = await issueSaveCardLink(parts, { ...form.values, customerId, actor: actorOf(req, res) });
      req.session.flash = { tone: 'ok', text: 'The link is made. Send it by e-mail, or copy it.' };
      res.redirect(303, paths.sendLink(link.id));
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      await showLinkForm(req, res, form.typed, { accountId: error.message });
    }
  });

  router.post(paths.defaultCard(':id', ':cardId'), may('cards.change'), async (req, res) => {
    readForm(nothing, req);
    await chooseDefaultCard(parts, wishOf(req, res));
    back(req, res, 'This card is offered first now.');
  });

  router.post(paths.removeCard(':id', ':cardId'), may('cards.change'), async (req, res) => {
    readForm(nothing, req);
    await removeCard(parts, wishOf(req, res));
    back(req, res, 'The card is removed. It can never be charged again.');
  });

  const wishOf = (req: Request, res: Response) => ({
    cardId: String(req.params.cardId),
    customerId: String(req.params.id),
    actor: actorOf(req, res),
  });

  function back(req: Request, res: Response, text: string): void {
    req.session.flash = { tone: 'ok', text };
    res.redirect(303, paths.customer(String(req.params.id)));
  }

  /** Whose card, and which accounts could keep it: those that are switched on, the default first. */
  async function choices(req: Request) {
    const [customer, company, all, usual] = await Promise.all([
      customerOf(req),
      readCompany(db),
      listAccounts(db),
      defaultAccountId(db),
    ]);
    const rank = (id: string) => Number(id !== usual);
    const accounts = all.filter((one) => one.active).sort((a, b) => rank(a.id) - rank(b.id));
    return [customer, company, accounts, usual] as const;
  }

  async function showLinkForm(
    req: Request,
    res: Response,
    typed: Record<string, string>,
    errors: FieldErrors = {},
  ): Promise<void> {
    const [customer, company, accounts, usual] = await choices(req);
    const from = { now: clock.now(), zone: company.timeZone, dueOn: undefined };
    const page = newCardLinkPage({ customer, accounts, usual, from, typed, errors });
    render(res, page, Object.keys(errors).length > 0 ? 422 : 200);
  }

  async function answer(req: Request, res: Response, setup: CardSetup): Promise<void> {
    const page = paths.customer(setup.customerId);
    const attempt = paths.cardSetup(setup.customerId, setup.submissionId);
    const said = await setupAnswer(parts, setup, { page, attempt, words: wordsFor('en').card });
    if (said.state === 'saved') req.session.flash = { tone: 'ok', text: 'The card is saved.' };
    if (said.state === 'waiting') {
      req.session.flash = {
        tone: 'warn',
        text: 'The gateway has not said yet whether the card is saved. It will show here.',
      };
    }
    res.json(said);
  }

  return router;
}
