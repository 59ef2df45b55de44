import type Stripe from 'stripe';
import type { Call } from '../call.ts';
import { PAGE, type Page, pageOf } from '../http/list-page.ts';
import { readParams } from '../http/read-params.ts';
import { invalid, missingParam } from '../stripe-error.ts';

/** GET /v1/payment_intents */
export function listPaymentIntents(call: Call): Page<Stripe.PaymentIntent> {
  const params = readParams(call.form, { ...PAGE, customer: 'string' });
  return pageOf(call, 'payment_intent', params, { customer: params.customer });
}

/** GET /v1/payment_intents/search: by one metadata value, which is what a lookup by our own reference needs. */
export function searchPaymentIntents(call: Call) {
  const { query, limit = 10 } = readParams(call.form, { query: 'string', limit: 'integer', page: 'string' });
  if (!query) throw missingParam('query');
  const term = /^metadata\[["']([^"']+)["']\]:["']([^"']*)["']$/.exec(query.trim());
  if (!term) {
    throw invalid("The sandbox searches like this only: metadata['key']:'value'.", undefined, 'query');
  }
  const [, key, value] = term;
  const found = call.books.list('payment_intent').filter((intent) => intent.metadata[key!] === value);
  return {
    object: 'search_result',
    url: '/v1/payment_intents/search',
    has_more: found.length > limit,
    next_page: null,
    data: found.slice(0, limit),
  };
}
