import { booksOf, type Ledger } from '../ledger.ts';
import type { SandboxAccount } from '../sandbox-account.ts';

/** What the gateway thinks happened in one account. */
export function describeLedger(ledger: Ledger, account: SandboxAccount) {
  const books = booksOf(ledger, account.id);
  const charges = books.list('charge');
  return {
    account: account.id,
    payment_intents: books.list('payment_intent').map((intent) => ({
      id: intent.id,
      status: intent.status,
      amount: intent.amount,
      amount_received: intent.amount_received,
      currency: intent.currency,
      customer: intent.customer,
      metadata: intent.metadata,
      latest_charge: intent.latest_charge,
      canceled: intent.status === 'canceled',
      cancellation_reason: intent.cancellation_reason,
      setup_future_usage: intent.setup_future_usage,
      confirms: books.hidden('payment_intent', intent.id).confirms ?? 0,
      charges: charges.filter(({ payment_intent }) => payment_intent === intent.id).map(({ id }) => id),
    })),
    charges: charges.map(
      ({ id, status, amount, amount_captured, amount_refunded, currency, payment_intent, metadata }) => ({
        ...{ id, status, amount, amount_captured, amount_refunded, currency, payment_intent, metadata },
      }),
    ),
    refunds: books.list('refund').map(({ id, status, amount, currency, charge, payment_intent, metadata }) => ({
      ...{ id, status, amount, currency, charge, payment_intent, metadata },
    })),
    payouts: books.list('payout').map(({ id, status, amount, currency, automatic, reconciliation_status }) => ({
      ...{ id, status, amount, currency, automatic, reconciliation_status },
    })),
    balance_transactions: books.list('balance_transaction').map(({ id, type, amount, fee, net, currency, source }) => ({
      ...{ id, type, amount, fee, net, currency, source },
      payout: books.hidden('balance_transaction', id).payout ?? null,
    })),
    disputes: books
      .list('dispute')
      .map(({ id, status, amount, currency, charge, payment_intent, reason, evidence }) => ({
        ...{ id, status, amount, currency, charge, payment_intent, reason, evidence },
      })),
    setup_intents: books
      .list('setup_intent')
      .map(({ id, status, customer, metadata }) => ({ id, status, customer, metadata })),
    payment_methods: books
      .list('payment_method')
      .map(({ id, customer, allow_redisplay }) => ({ id, customer, allow_redisplay })),
    events: books.list('event').map(({ id, type, created }) => ({ id, type, created })),
  };
}
