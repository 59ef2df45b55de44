import { type Appearance, type CardElement, createCardElement } from './card-element.client.ts';

export interface ElementsOptions {
  mode?: 'payment' | 'setup' | 'subscription';
  amount?: number;
  currency?: string;
  setupFutureUsage?: string | null;
  captureMethod?: string;
  allowedPaymentMethodTypes?: string[];
  paymentMethodTypes?: unknown;
  clientSecret?: string;
  appearance?: Appearance;
  locale?: string;
}

/** A group of elements; here it has one, the card. */
export function createElements(origin: string, given: ElementsOptions, defaultLocale: string) {
  refuseOldOptions(given);
  let options = given;
  let card: CardElement | undefined;

  const elements = {
    update(change: ElementsOptions) {
      refuseOldOptions(change);
      options = { ...options, ...change };
      if (change.appearance) card?.update({ appearance: change.appearance });
    },
    async submit() {
      if (!card) return { error: { type: 'invalid_request_error', message: 'No element was created.' } };
      const { error } = await card.check();
      return error ? { error } : { selectedPaymentMethod: 'card' };
    },
    create(type: string, more: { appearance?: Appearance } = {}) {
      if (type !== 'payment' && type !== 'card') throw new Error(`The sandbox has no ${type} element.`);
      if (card) throw new Error(`Can only create one Element of type ${type} for one Elements instance.`);
      const locale = options.locale && options.locale !== 'auto' ? options.locale : defaultLocale;
      card = createCardElement(origin, type, { locale, appearance: more.appearance ?? options.appearance ?? {} });
      return card;
    },
    getElement: () => card ?? null,
    fetchUpdates: () => Promise.resolve({}),
    /** For the script itself. */
    current: () => ({ options, card }),
  };
  return elements;
}

export type Elements = ReturnType<typeof createElements>;

function refuseOldOptions(options: ElementsOptions): void {
  if ('paymentMethodTypes' in options) {
    throw new Error(
      'IntegrationError: paymentMethodTypes is no longer supported. Use allowedPaymentMethodTypes instead.',
    );
  }
  const { mode, amount, currency } = options;
  if (mode === 'payment' && (!Number.isInteger(amount) || !currency)) {
    throw new Error('IntegrationError: mode payment needs an integer amount and a currency.');
  }
}
