import type { Call } from '../call.ts';
import { need } from '../call.ts';
import { createRefund } from '../charges/create-refund.ts';
import { readBalance } from '../charges/read-balance.ts';
import { listBalanceTransactions, listCharges, listRefunds, updateRefund } from '../charges/read-charges.ts';
import {
  createCustomer,
  deleteCustomer,
  listCustomerMethods,
  listCustomers,
  updateCustomer,
} from '../customers/keep-customer.ts';
import { readAccount } from '../customers/read-account.ts';
import { answerDispute, listDisputes } from '../disputes/answer-dispute.ts';
import { closeDispute } from '../disputes/decide-dispute.ts';
import type { KindName } from '../ledger.ts';
import { cancelPaymentIntent } from '../payment-intents/cancel-payment-intent.ts';
import { capturePaymentIntent } from '../payment-intents/capture-payment-intent.ts';
import { confirmPaymentIntent } from '../payment-intents/confirm-payment-intent.ts';
import { createPaymentIntent } from '../payment-intents/create-payment-intent.ts';
import { findIntent } from '../payment-intents/find-intent.ts';
import { listPaymentIntents, searchPaymentIntents } from '../payment-intents/list-payment-intents.ts';
import { updatePaymentIntent } from '../payment-intents/update-payment-intent.ts';
import { attachPaymentMethod } from '../payment-methods/attach-payment-method.ts';
import { createConfirmationToken } from '../payment-methods/create-confirmation-token.ts';
import { createPaymentMethod } from '../payment-methods/create-payment-method.ts';
import { detachPaymentMethod } from '../payment-methods/detach-payment-method.ts';
import { updatePaymentMethod } from '../payment-methods/update-payment-method.ts';
import { cancelPayout, createPayout, listPayouts, updatePayout } from '../payouts/keep-payout.ts';
import { cancelSetupIntent } from '../setup-intents/cancel-setup-intent.ts';
import { confirmSetupIntent, findSetupIntent } from '../setup-intents/confirm-setup-intent.ts';
import { createSetupIntent } from '../setup-intents/create-setup-intent.ts';
import { createWebhookEndpoint, deleteWebhookEndpoint, listWebhookEndpoints } from '../webhooks/webhook-endpoints.ts';
import { PAGE, pageOf } from './list-page.ts';
import { readParams } from './read-params.ts';

export interface Route {
  method: string;
  pattern: string;
  answer: (call: Call) => object;
  /** A publishable key is enough. */
  browser?: boolean;
}

const browser = true;

/** Every request that the gateway understands. */
export const ROUTES: readonly Route[] = [
  { method: 'GET', pattern: '/v1/account', answer: readAccount },
  { method: 'GET', pattern: '/v1/balance', answer: readBalance },
  { method: 'GET', pattern: '/v1/balance_transactions', answer: listBalanceTransactions },
  { method: 'GET', pattern: '/v1/balance_transactions/:id', answer: one('balance_transaction') },

  { method: 'POST', pattern: '/v1/customers', answer: createCustomer },
  { method: 'GET', pattern: '/v1/customers', answer: listCustomers },
  { method: 'GET', pattern: '/v1/customers/:id', answer: one('customer') },
  { method: 'POST', pattern: '/v1/customers/:id', answer: updateCustomer },
  { method: 'DELETE', pattern: '/v1/customers/:id', answer: deleteCustomer },
  { method: 'GET', pattern: '/v1/customers/:id/payment_methods', answer: listCustomerMethods },

  { method: 'POST', pattern: '/v1/payment_intents', answer: createPaymentIntent },
  { method: 'GET', pattern: '/v1/payment_intents', answer: listPaymentIntents },
  { method: 'GET', pattern: '/v1/payment_intents/search', answer: searchPaymentIntents },
  { method: 'GET', pattern: '/v1/payment_intents/:id', answer: retrieve(findIntent), browser },
  { method: 'POST', pattern: '/v1/payment_intents/:id', answer: updatePaymentIntent },
  { method: 'POST', pattern: '/v1/payment_intents/:id/confirm', answer: confirmPaymentIntent, browser },
  { method: 'POST', pattern: '/v1/payment_intents/:id/capture', answer: capturePaymentIntent },
  { method: 'POST', pattern: '/v1/payment_intents/:id/cancel', answer: cancelPaymentIntent },

  { method: 'POST', pattern: '/v1/setup_intents', answer: createSetupIntent },
  { method: 'GET', pattern: '/v1/setup_intents/:id', answer: retrieve(findSetupIntent), browser },
  { method: 'POST', pattern: '/v1/setup_intents/:id/confirm', answer: confirmSetupIntent, browser },
  { method: 'POST', pattern: '/v1/setup_intents/:id/cancel', answer: cancelSetupIntent },

  { method: 'POST', pattern: '/v1/payment_methods', answer: createPaymentMethod, browser },
  { method: 'GET', pattern: '/v1/payment_methods/:id', answer: one('payment_method') },
  { method: 'POST', pattern: '/v1/payment_methods/:id', answer: updatePaymentMethod },
  { method: 'POST', pattern: '/v1/payment_methods/:id/attach', answer: attachPaymentMethod },
  { method: 'POST', pattern: '/v1/payment_methods/:id/detach', answer: detachPaymentMethod },

  { method: 'POST', pattern: '/v1/confirmation_tokens', answer: createConfirmationToken, browser },
  { method: 'GET', pattern: '/v1/confirmation_tokens/:id', answer: one('confirmation_token') },
  { method: 'POST', pattern: '/v1/test_helpers/confirmation_tokens', answer: createConfirmationToken },

  { method: 'GET', pattern: '/v1/charges', answer: listCharges },
  { method: 'GET', pattern: '/v1/charges/:id', answer: one('charge') },
  { method: 'POST', pattern: '/v1/refunds', answer: createRefund },
  { method: 'GET', pattern: '/v1/refunds', answer: listRefunds },
  { method: 'GET', pattern: '/v1/refunds/:id', answer: one('refund') },
  { method: 'POST', pattern: '/v1/refunds/:id', answer: updateRefund },

  { method: 'POST', pattern: '/v1/payouts', answer: createPayout },
  { method: 'GET', pattern: '/v1/payouts', answer: listPayouts },
  { method: 'GET', pattern: '/v1/payouts/:id', answer: one('payout') },
  { method: 'POST', pattern: '/v1/payouts/:id', answer: updatePayout },
  { method: 'POST', pattern: '/v1/payouts/:id/cancel', answer: cancelPayout },
  { method: 'GET', pattern: '/v1/disputes', answer: listDisputes },
  { method: 'GET', pattern: '/v1/disputes/:id', answer: one('dispute') },
  { method: 'POST', pattern: '/v1/disputes/:id', answer: answerDispute },
  { method: 'POST', pattern: '/v1/disputes/:id/close', answer: closeDispute },

  { method: 'GET', pattern: '/v1/events', answer: listEvents },
  { method: 'GET', pattern: '/v1/events/:id', answer: one('event') },
  { method: 'POST', pattern: '/v1/webhook_endpoints', answer: createWebhookEndpoint },
  { method: 'GET', pattern: '/v1/webhook_endpoints', answer: listWebhookEndpoints },
  { method: 'GET', pattern: '/v1/webhook_endpoints/:id', answer: one('webhook_endpoint') },
  { method: 'DELETE', pattern: '/v1/webhook_endpoints/:id', answer: deleteWebhookEndpoint },
];

/** The route and what its `:id` is. */
export function findRoute(method: string, path: string): { route: Route; id: string } | undefined {
  for (const route of ROUTES) {
    if (route.method !== method) continue;
    const pattern = new RegExp(`^${route.pattern.replace(':id', '([^/]+)')}$`);
    const match = pattern.exec(path);
    if (match) return { route, id: match[1] ?? '' };
  }
  return undefined;
}

function one(kind: KindName) {
  return (call: Call) => {
    readParams(call.form, {});
    return need(call, kind, call.id);
  };
}

function retrieve(find: (call: Call) => object) {
  return (call: Call) => {
    readParams(call.form, { client_secret: 'string' });
    return find(call);
  };
}

function listEvents(call: Call) {
  const params = readParams(call.form, { ...PAGE, type: 'string', types: 'strings' });
  return pageOf(call, 'event', params, { type: params.type });
}
