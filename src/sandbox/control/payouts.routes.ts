import { Router } from 'express';
import { postBalance } from '../charges/post-balance.ts';
import { newId } from '../ids.ts';
import { makeCall } from '../make-call.ts';
import { movePayout, reconcilePayout } from '../payouts/move-payout.ts';
import { payOutAll, sendPayout } from '../payouts/pay-out.ts';
import { runTasks } from '../run-tasks.ts';
import type { SandboxParts } from '../sandbox.ts';
import { ownerOf } from './owner-of.ts';

const WAY = ['in_transit', 'paid'] as const;
type Status = 'pending' | 'in_transit' | 'paid' | 'failed' | 'canceled';

interface PayoutOrder {
  account?: string;
  currency?: string;
  /** Also what is not available yet. */
  pending?: boolean;
  /** Made by hand, of this sum: the gateway does not say which movements it pays out. */
  byHand?: number;
  /** How far it has come when the answer is given; paid, without it. */
  status?: Status;
  /** False leaves open which movements it pays out. */
  reconcile?: boolean;
  differBy?: number;
}

/** The director's side of the balance: pays out at once, and moves the balance for no reason that a portal knows. */
export function payoutControlRoutes(sandbox: SandboxParts): Router {
  const router = Router();
  const inBooksOf = <T>(accountId: string | undefined, deed: (call: ReturnType<typeof makeCall>) => T): T => {
    const account = sandbox.accounts.find(({ id }) => id === accountId) ?? sandbox.accounts[0]!;
    const done = sandbox.ledger.transaction(() => deed(makeCall(sandbox, { account })))();
    sandbox.deliverer.wake();
    return done;
  };

  router.post('/payouts', (request, response) => {
    const order = request.body as PayoutOrder;
    // A gateway books before it pays out.
    runTasks(sandbox, Number.MAX_SAFE_INTEGER);
    const payout = inBooksOf(order.account, (call) => {
      const currency = order.currency ?? call.account.settlement?.currency ?? call.account.defaultCurrency;
      const made = order.byHand
        ? sendPayout(call, { currency, automatic: false, amount: order.byHand })
        : payOutAll(call, { currency, pending: order.pending ?? false, differBy: order.differBy ?? 0 });
      const { status = 'paid', reconcile = true } = order;
      for (const step of stepsTo(status)) movePayout(call, made.id, step);
      if (reconcile) reconcilePayout(call, made.id);
      return call.books.get('payout', made.id)!;
    });
    response.json(payout);
  });

  router.post('/payouts/:id', (request, response) => {
    const { status, reconcile } = request.body as { status?: Exclude<Status, 'pending'>; reconcile?: boolean };
    const { id } = request.params;
    const payout = inBooksOf(ownerOf(sandbox, id).id, (call) => {
      if (status) movePayout(call, id, status);
      if (reconcile) reconcilePayout(call, id);
      return call.books.get('payout', id)!;
    });
    response.json(payout);
  });

  router.post('/balance', (request, response) => {
    const { account, amount, currency, type = 'adjustment', reportingCategory, description } = request.body;
    const transaction = inBooksOf(account, (call) =>
      postBalance(call, {
        amount,
        fee: 0,
        currency: currency ?? call.account.defaultCurrency,
        type,
        reportingCategory: reportingCategory ?? (type === 'stripe_fee' ? 'fee' : 'other_adjustment'),
        source: newId('adj'),
        description: description ?? null,
        atOnce: true,
        exchanged: false,
      }),
    );
    response.json(transaction);
  });

  router.post('/settlement', (request, response) => {
    const { account, currency, rates } = request.body;
    const found = sandbox.accounts.find(({ id }) => id === account) ?? sandbox.accounts[0]!;
    found.settlement = currency ? { currency, rates: rates ?? {} } : undefined;
    response.json({ account: found.id, settlement: found.settlement ?? null });
  });

  return router;
}

function stepsTo(status: Status): Exclude<Status, 'pending'>[] {
  if (status === 'pending') return [];
  if (status === 'canceled') return ['canceled'];
  return status === 'failed' ? [...WAY, 'failed'] : WAY.slice(0, WAY.indexOf(status) + 1);
}
