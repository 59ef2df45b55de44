import { cvcDigits } from '../card-number.ts';
import { cardByAlias } from '../cards.ts';
import type { CardDetails } from '../check-card.ts';
import { checkCard } from '../check-card.ts';
import type { Read, Shape } from '../http/read-params.ts';
import { invalid, missingParam, StripeError } from '../stripe-error.ts';

const ADDRESS = {
  city: 'string',
  country: 'string',
  line1: 'string',
  line2: 'string',
  postal_code: 'string',
  state: 'string',
} as const satisfies Shape;

export const BILLING = {
  name: 'string',
  email: 'string',
  phone: 'string',
  tax_id: 'string',
  address: ADDRESS,
} as const satisfies Shape;

/** The part of `payment_method_data` and of a new payment method that the sandbox knows. */
export const METHOD_DATA = {
  type: ['card'],
  card: {
    number: 'string',
    exp_month: 'integer',
    exp_year: 'integer',
    cvc: 'string',
    token: 'string',
    networks: 'opaque',
  },
  billing_details: BILLING,
  allow_redisplay: ['always', 'limited', 'unspecified'],
  metadata: 'map',
  radar_options: 'opaque',
} as const satisfies Shape;

/** The card that the data describe. A number goes only with a publishable key: a server must never see one. */
export function cardOfData(
  data: Read<typeof METHOD_DATA>,
  options: { byPublishableKey: boolean; nowSeconds: number; prefix: string },
): CardDetails {
  const { card, type } = data;
  if (!type) throw missingParam(`${options.prefix}type`);
  if (!card) throw missingParam(`${options.prefix}card`);
  if (card.token) return cardOfAlias(card.token, options.nowSeconds);
  if (!options.byPublishableKey) {
    throw new StripeError(402, {
      type: 'invalid_request_error',
      message:
        'Sending credit card numbers directly to the Stripe API is generally unsafe. We suggest you use test tokens that map to the test card you are using, see https://stripe.com/docs/testing. To enable testing raw card data APIs, see https://support.stripe.com/questions/enabling-access-to-raw-card-data-apis.',
    });
  }
  const details: CardDetails = {
    number: (card.number ?? '').replace(/[\s-]/g, ''),
    expMonth: card.exp_month ?? 0,
    expYear: card.exp_year ?? 0,
    cvc: card.cvc,
  };
  checkCard(details, options.nowSeconds);
  return { ...details, expYear: details.expYear < 100 ? details.expYear + 2000 : details.expYear };
}

/** The card behind `pm_card_visa` or `tok_visa`, with an expiry date in the future. */
export function cardOfAlias(alias: string, nowSeconds: number): CardDetails {
  const card = cardByAlias(alias);
  if (!card) throw invalid(`No such PaymentMethod: '${alias}'`, 'resource_missing', 'payment_method');
  const expYear = new Date(nowSeconds * 1000).getUTCFullYear() + 5;
  return { number: card.number, expMonth: 12, expYear, cvc: '1234'.slice(0, cvcDigits(card.number)) };
}
