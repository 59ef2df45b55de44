import type Stripe from 'stripe';
import type { AccountCheck } from './gateway.ts';

/** Asks the gateway who we are and whether it would charge cards for us. Errors: those of the SDK. */
export async function checkStripeAccount(stripe: Stripe): Promise<AccountCheck> {
  const account = await stripe.accounts.retrieveCurrent();
  const { livemode } = await stripe.balance.retrieve();
  const problems: string[] = [];
  if (account.charges_enabled === false) {
    problems.push(
      'The gateway does not accept charges for this account yet. Finish its set-up in the gateway’s dashboard.',
    );
  }
  if (account.capabilities?.card_payments && account.capabilities.card_payments !== 'active') {
    problems.push('Card payments are not active for this account. Switch them on in the gateway’s dashboard.');
  }
  return { accountRef: account.id, livemode, country: account.country ?? '', problems };
}
