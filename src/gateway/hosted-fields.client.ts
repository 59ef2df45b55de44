import type { Stripe, StripeElements } from '@stripe/stripe-js';
import { loadStripe } from '@stripe/stripe-js/pure/index.mjs';

/** What the page says about the fields to mount; all of it comes from the server. */
export interface FieldsWanted {
  kind: 'stripe' | 'sandbox';
  publishableKey: string;
  /** What is to be paid, as the gateway counts it; none where a card is only to be kept. */
  sum?: { units: number; currency: string };
  language: string;
  /** Called when somebody goes into the fields. */
  onFocus?: () => void;
}

export interface CardFields {
  stripe: Stripe;
  /** Keeps what the gateway expects in step with the box and the amount. */
  update(change: { units?: number; saveCard?: boolean }): void;
  /** What is wrong with what was typed so far, as a sentence; undefined when nothing is. */
  check(): Promise<string | undefined>;
  /** A one-time name for the typed card, or a sentence about what is wrong with it. */
  tokenize(wanted: {
    email: string;
    saveCard: boolean;
    returnUrl: string;
  }): Promise<{ token: string } | { message: string }>;
}

const READY_TIMEOUT_MS = 20_000;

/**
 * Mounts the gateway's card fields in an element; used by every screen that takes a card. The number is typed into the
 * gateway's own frame and never reaches this page. Rejects when the fields do not come up.
 */
export async function mountCardFields(place: HTMLElement, wanted: FieldsWanted): Promise<CardFields> {
  const stripe = await openGateway(wanted);
  const elements = stripe.elements({
    ...(wanted.sum
      ? { mode: 'payment' as const, amount: wanted.sum.units, currency: wanted.sum.currency }
      : { mode: 'setup' as const }),
    allowedPaymentMethodTypes: ['card'],
    locale: wanted.language as 'en',
    appearance: appearanceNow(),
  });
  await mounted(elements, place, wanted.onFocus);
  return {
    stripe,
    update({ units, saveCard }) {
      elements.update({
        ...(units === undefined ? {} : { amount: units }),
        ...(saveCard === undefined ? {} : { setupFutureUsage: saveCard ? 'off_session' : null }),
      });
    },
    async check() {
      return (await elements.submit()).error?.message;
    },
    async tokenize({ email, saveCard, returnUrl }) {
      const checked = await elements.submit();
      if (checked.error) return { message: checked.error.message ?? '' };
      const made = await stripe.createConfirmationToken({
        elements,
        params: {
          payment_method_data: {
            billing_details: email ? { email } : {},
            allow_redisplay: saveCard ? 'limited' : 'unspecified',
          },
          return_url: returnUrl,
        },
      });
      return made.error ? { message: made.error.message ?? '' } : { token: made.confirmationToken.id };
    },
  };
}

/** The sandbox's script stands on the page already and has set window.Stripe; Stripe's own is fetched from its host. */
export async function openGateway(wanted: Pick<FieldsWanted, 'publishableKey' | 'language'>): Promise<Stripe> {
  const stripe = await loadStripe(wanted.publishableKey, { locale: wanted.language as 'en' });
  if (!stripe) throw new Error('the gateway’s script did not load');
  return stripe;
}

function mounted(elements: StripeElements, place: HTMLElement, onFocus?: () => void): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error('the card fields did not come up')), READY_TIMEOUT_MS);
    const fields = elements.create('payment', { wallets: { applePay: 'never', googlePay: 'never' } });
    fields.on('ready', () => {
      clearTimeout(timer);
      resolve();
    });
    if (onFocus) fields.on('focus', onFocus);
    fields.on('loaderror', () => reject(new Error('the card fields could not be loaded')));
    place.replaceChildren();
    fields.mount(place);
  });
}

/** The fields look like the page around them, by day and by night. */
function appearanceNow() {
  const style = getComputedStyle(document.documentElement);
  const dark = matchMedia('(prefers-color-scheme: dark)').matches;
  const accent = style.getPropertyValue('--accent').trim();
  return {
    theme: dark ? ('night' as const) : ('stripe' as const),
    variables: {
      borderRadius: '8px',
      fontSizeBase: '16px',
      ...(accent.startsWith('#') ? { colorPrimary: accent } : {}),
    },
  };
}
