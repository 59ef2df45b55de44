import { type Request, Router } from 'express';
import { z } from 'zod';
import { listAccounts, readAccount } from '../accounts/accounts.store.ts';
import { auditOf } from '../audit/audit.store.ts';
import { GatewayError } from '../gateway/gateway.ts';
import { paths } from '../paths.ts';
import type { PaymentParts } from '../payments/payment-parts.ts';
import { may } from '../permissions.ts';
import { queryText, readForm } from '../platform/web/forms.ts';
import { render } from '../platform/web/render.ts';
import { hearOfPayout } from './hear-of-payout.ts';
import { MOVEMENT_STATE_WORDS, type MovementState } from './movement.ts';
import { MATCHING_WORDS, type Matching, PAYOUT_STATES, type Payout } from './payout.ts';
import {
  booksOfPayout,
  casesOfPayout,
  GROUPS,
  groupSums,
  listOpenMovements,
  movementsInGroup,
  openInPayout,
} from './payout-detail.store.ts';
import { currenciesOfPayouts, listPayouts, type PayoutFilter } from './payout-list.store.ts';
import { openMovementsPage, payoutPage, payoutsPage } from './payouts.pages.ts';
import { readPayout } from './payouts.store.ts';

const nothing = z.strictObject({});

/** The accountant's pages on what gateways paid out, and on what moved there that is not ours. */
export function payoutsRoutes(parts: PaymentParts): Router {
  const { db } = parts;
  const router = Router();
  const idOf = (req: Request) => String(req.params.id);

  router.get(paths.payouts(), may('payouts.read'), async (req, res) => {
    const filter = filterOf(req);
    const [page, accounts, currencies] = await Promise.all([
      listPayouts(db, filter),
      listAccounts(db),
      currenciesOfPayouts(db),
    ]);
    render(res, payoutsPage({ page, filter, accounts, currencies }));
  });

  router.get(paths.openMovements(), may('payouts.read'), async (req, res) => {
    const state = oneOf<MovementState>(MOVEMENT_STATE_WORDS, queryText(req, 'state'));
    const before = queryText(req, 'before') || undefined;
    render(res, openMovementsPage(await listOpenMovements(db, { state, before }), { state, before }));
  });

  router.get(paths.payout(':id'), may('payouts.read'), async (req, res) => {
    const payout = await readPayout(db, idOf(req));
    const asked = GROUPS.find((group) => group === queryText(req, 'group'));
    const narrowed = asked && { group: asked, before: queryText(req, 'before') || undefined };
    const [account, groups, open, cases, journal, history] = await Promise.all([
      readAccount(db, payout.accountId),
      groupSums(db, payout.id),
      openInPayout(db, payout.id),
      casesOfPayout(db, payout.id),
      booksOfPayout(db, payout),
      auditOf(db, payout.id),
    ]);
    const wanted = narrowed ? [narrowed] : groups.map(({ group }) => ({ group, before: undefined }));
    const shown = await Promise.all(
      wanted.map(async ({ group, before }) => ({
        group,
        page: await movementsInGroup(db, { payoutId: payout.id, group, before }),
      })),
    );
    render(res, payoutPage({ payout, account, groups, open, shown, narrowed, cases, journal, history }));
  });

  // Asking changes nothing but what is true at the gateway already, so whoever may read may ask.
  router.post(paths.refreshPayout(':id'), may('payouts.read'), async (req, res) => {
    readForm(nothing, req);
    const payout = await readPayout(db, idOf(req));
    req.session.flash = await asked(parts, payout);
    res.redirect(303, paths.payout(payout.id));
  });

  return router;
}

async function asked(parts: PaymentParts, { accountId, gatewayRef }: Payout) {
  try {
    await hearOfPayout(parts, accountId, gatewayRef);
    return { tone: 'ok' as const, text: 'The gateway was asked: this is what it says now.' };
  } catch (error) {
    if (!(error instanceof GatewayError)) throw error;
    return {
      tone: 'bad' as const,
      text: 'The gateway did not answer clearly. Nothing is lost: the portal asks again by itself; you can also try in a minute.',
    };
  }
}

function filterOf(req: Request): PayoutFilter {
  return {
    accountId: queryText(req, 'account') || undefined,
    currency: queryText(req, 'currency') || undefined,
    state: oneOf<Payout['state']>(PAYOUT_STATES, queryText(req, 'state')),
    matching: oneOf<Matching>(MATCHING_WORDS, queryText(req, 'matching')),
    before: queryText(req, 'before') || undefined,
  };
}

function oneOf<Word extends string>(words: Record<Word, unknown>, typed: string): Word | undefined {
  return Object.hasOwn(words, typed) ? (typed as Word) : undefined;
}
