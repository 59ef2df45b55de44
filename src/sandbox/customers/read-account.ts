import type Stripe from 'stripe';
import type { Call } from '../call.ts';
import { readParams } from '../http/read-params.ts';

/** GET /v1/account: the merchant that the key belongs to, ready to take cards. */
export function readAccount(call: Call): Stripe.Account {
  readParams(call.form, {});
  const { id, name, country, defaultCurrency } = call.account;
  return {
    id,
    object: 'account',
    business_profile: null,
    business_type: 'company',
    capabilities: { card_payments: 'active', transfers: 'active' },
    charges_enabled: true,
    controller: { type: 'account' },
    country,
    default_currency: defaultCurrency,
    details_submitted: true,
    email: null,
    groups: null,
    metadata: {},
    payouts_enabled: true,
    settings: {
      branding: { icon: null, logo: null, primary_color: null, secondary_color: null },
      card_payments: {
        statement_descriptor_prefix: null,
        statement_descriptor_prefix_kana: null,
        statement_descriptor_prefix_kanji: null,
      },
      dashboard: { display_name: name, timezone: 'Etc/UTC' },
      payments: {
        statement_descriptor: name.toUpperCase().slice(0, 22),
        statement_descriptor_kana: null,
        statement_descriptor_kanji: null,
        statement_descriptor_prefix_kana: null,
        statement_descriptor_prefix_kanji: null,
      },
    },
    type: 'standard',
  };
}
