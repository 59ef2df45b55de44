import type Stripe from 'stripe';
import type { Call } from '../call.ts';
import { readParams } from '../http/read-params.ts';

/** GET /v1/balance */
export function readBalance(call: Call): Stripe.Balance {
  readParams(call.form, {});
  const available = new Map<string, number>([[call.account.defaultCurrency, 0]]);
  const pending = new Map<string, number>([[call.account.defaultCurrency, 0]]);
  for (const { available_on, currency, net } of call.books.list('balance_transaction')) {
    const sums = available_on <= call.nowSeconds ? available : pending;
    sums.set(currency, (sums.get(currency) ?? 0) + net);
  }
  const shown = (sums: Map<string, number>) =>
    [...sums].map(([currency, amount]) => ({ amount, currency, source_types: { card: amount } }));
  return { object: 'balance', available: shown(available), livemode: false, pending: shown(pending) };
}
