import type Stripe from 'stripe';
import type { Call } from '../call.ts';
import { readParams } from '../http/read-params.ts';
import { findSetupIntent, refuseUnlessOpen } from './confirm-setup-intent.ts';

/** POST /v1/setup_intents/:id/cancel */
export function cancelSetupIntent(call: Call): Stripe.SetupIntent {
  const { cancellation_reason } = readParams(call.form, {
    cancellation_reason: ['abandoned', 'duplicate', 'requested_by_customer'],
  });
  const before = findSetupIntent(call);
  refuseUnlessOpen(before, 'cancel');
  const canceled: Stripe.SetupIntent = {
    ...before,
    status: 'canceled',
    next_action: null,
    cancellation_reason: cancellation_reason || null,
  };
  call.books.put('setup_intent', canceled, {});
  call.emit('setup_intent.canceled', canceled);
  return canceled;
}
