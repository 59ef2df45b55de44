import { createElements, type Elements, type ElementsOptions } from './elements.client.ts';
import { createIntents, type Noun } from './intents.client.ts';

/** Filled in when the script is served: where this gateway is. */
declare const SANDBOX_ORIGIN: string;

type Json = Record<string, unknown>;
interface TokenOptions {
  elements: Elements;
  params?: { payment_method_data?: Json; return_url?: string; shipping?: Json; setup_future_usage?: string };
}
interface ConfirmOptions {
  elements?: Elements;
  clientSecret?: string;
  confirmParams?: Json & { return_url?: string; payment_method_data?: Json };
  redirect?: 'always' | 'if_required';
}

/** `window.Stripe` of the sandbox: the part of Stripe.js that takes cards. Card problems never reject. */
function Stripe(key: string, settings: { locale?: string; stripeAccount?: string; apiVersion?: string } = {}) {
  if (typeof key !== 'string' || key === '') throw new Error('IntegrationError: Missing value for Stripe(): apiKey.');
  if (key.includes('_live_')) throw new Error('IntegrationError: the sandbox takes no live keys.');
  const origin = SANDBOX_ORIGIN;
  const pageLocale = document.documentElement.lang || navigator.language;
  const locale = settings.locale && settings.locale !== 'auto' ? settings.locale : pageLocale;
  const intents = createIntents(origin, key);

  async function createConfirmationToken({ elements, params = {} }: TokenOptions): Promise<Json> {
    const { card, options } = elements.current();
    if (!card) return notMounted();
    const { payment_method_data, return_url, shipping } = params;
    const setup_future_usage = params.setup_future_usage ?? options.setupFutureUsage ?? undefined;
    const made = await card.make(key, '/v1/confirmation_tokens', {
      ...{ payment_method_data, return_url, shipping, setup_future_usage, use_stripe_sdk: true },
    });
    return made.error ? { error: made.error } : { confirmationToken: made.result };
  }

  async function createPaymentMethod(given: {
    elements?: Elements;
    params?: Json;
    card?: unknown;
    billing_details?: Json;
  }) {
    const card = given.elements?.current().card ?? (isCard(given.card) ? given.card : undefined);
    if (!card) return notMounted();
    const { billing_details } = given;
    const made = await card.make(key, '/v1/payment_methods', {
      ...given.params,
      ...(billing_details ? { billing_details } : {}),
    });
    return made.error ? { error: made.error } : { paymentMethod: made.result };
  }

  async function confirm(noun: Noun, given: ConfirmOptions): Promise<Json> {
    const { elements, confirmParams = {}, redirect = 'always' } = given;
    const clientSecret = given.clientSecret ?? elements?.current().options.clientSecret ?? '';
    const { payment_method_data, ...params } = confirmParams;
    if (elements) {
      const token = await createConfirmationToken({
        elements,
        params: { payment_method_data, return_url: params.return_url } as Json,
      });
      if (token.error) return token;
      params.confirmation_token = (token.confirmationToken as Json).id;
    }
    const result = await intents.confirm(noun, clientSecret, params);
    if (result.error || redirect === 'if_required' || !params.return_url) return result;
    const url = new URL(params.return_url);
    url.searchParams.set(noun, clientSecret.split('_secret_')[0]!);
    url.searchParams.set(`${noun}_client_secret`, clientSecret);
    url.searchParams.set('redirect_status', 'succeeded');
    location.assign(url);
    return new Promise(() => undefined);
  }

  return {
    elements: (options: ElementsOptions = {}) => createElements(origin, options, locale),
    createConfirmationToken,
    createPaymentMethod,
    confirmPayment: (options: ConfirmOptions) => confirm('payment_intent', options),
    confirmSetup: (options: ConfirmOptions) => confirm('setup_intent', options),
    handleNextAction: ({ clientSecret }: { clientSecret: string }) =>
      intents.handleNextAction(clientSecret.startsWith('seti_') ? 'setup_intent' : 'payment_intent', clientSecret),
    retrievePaymentIntent: (clientSecret: string) => intents.retrieve('payment_intent', clientSecret),
    retrieveSetupIntent: (clientSecret: string) => intents.retrieve('setup_intent', clientSecret),
    // Called by @stripe/stripe-js, which wants to be known.
    _registerWrapper: () => undefined,
    registerAppInfo: () => undefined,
  };
}
/** The release train that @stripe/stripe-js expects. */
Stripe.version = 'endive';

Object.assign(window, { Stripe });

function isCard(value: unknown): value is NonNullable<ReturnType<Elements['getElement']>> {
  return typeof value === 'object' && value !== null && 'make' in value;
}

function notMounted(): { error: Json } {
  return { error: { type: 'invalid_request_error', message: 'Create and mount an element first.' } };
}
