import { randomBytes } from 'node:crypto';
import type Stripe from 'stripe';
import { type Call, need } from '../call.ts';
import { PAGE, pageOf } from '../http/list-page.ts';
import { readParams } from '../http/read-params.ts';
import { newId } from '../ids.ts';
import { invalid, missingParam } from '../stripe-error.ts';

/** POST /v1/webhook_endpoints. Its secret is told this once. */
export function createWebhookEndpoint(call: Call): Stripe.WebhookEndpoint {
  const params = readParams(call.form, {
    url: 'string',
    enabled_events: 'strings',
    api_version: 'string',
    description: 'string',
    metadata: 'map',
  });
  if (!params.url) throw missingParam('url');
  if (!params.enabled_events?.length) throw missingParam('enabled_events');
  if (!URL.canParse(params.url)) throw invalid('Invalid URL', 'url_invalid', 'url');
  const endpoint: Stripe.WebhookEndpoint = {
    id: newId('we'),
    object: 'webhook_endpoint',
    api_version: params.api_version || null,
    application: null,
    created: call.nowSeconds,
    description: params.description || null,
    enabled_events: params.enabled_events,
    livemode: false,
    metadata: params.metadata || {},
    status: 'enabled',
    url: params.url,
  };
  const secret = `whsec_${randomBytes(24).toString('base64url')}`;
  call.books.put('webhook_endpoint', endpoint, { secret });
  return { ...endpoint, secret };
}

/** GET /v1/webhook_endpoints */
export function listWebhookEndpoints(call: Call) {
  return pageOf(call, 'webhook_endpoint', readParams(call.form, PAGE));
}

/** DELETE /v1/webhook_endpoints/:id */
export function deleteWebhookEndpoint(call: Call) {
  const { id } = need(call, 'webhook_endpoint', call.id, 'webhook endpoint');
  call.books.remove('webhook_endpoint', id);
  return { id, object: 'webhook_endpoint', deleted: true };
}
