import type { Read, Shape } from '../http/read-params.ts';
import { METHOD_DATA } from '../payment-methods/method-data.ts';
import { invalid } from '../stripe-error.ts';

const USAGES = ['off_session', 'on_session'] as const;
const CAPTURES = ['automatic', 'automatic_async', 'manual'] as const;
export const CARD_OPTIONS = {
  card: {
    capture_method: ['manual'],
    cvc_token: 'string',
    moto: 'boolean',
    request_three_d_secure: ['automatic', 'any', 'challenge'],
    setup_future_usage: ['none', 'off_session', 'on_session'],
    setup_credential_usage: ['installment', 'recurring', 'unscheduled'],
    stored_credential_usage: ['installment', 'recurring', 'unscheduled'],
    network: 'string',
  },
} as const satisfies Shape;

/** What may be said when an intent is made or changed. */
export const INTENT = {
  amount: 'integer',
  currency: 'string',
  customer: 'string',
  description: 'string',
  metadata: 'map',
  receipt_email: 'string',
  statement_descriptor: 'string',
  statement_descriptor_suffix: 'string',
  setup_future_usage: USAGES,
  capture_method: CAPTURES,
  payment_method: 'string',
  payment_method_data: METHOD_DATA,
  payment_method_options: CARD_OPTIONS,
  payment_method_configuration: 'string',
  allowed_payment_method_types: 'strings',
  excluded_payment_method_types: 'strings',
  shipping: 'opaque',
} as const satisfies Shape;

/** What may be said when it is confirmed. */
export const CONFIRM = {
  confirmation_token: 'string',
  payment_method: 'string',
  payment_method_data: METHOD_DATA,
  payment_method_options: CARD_OPTIONS,
  allowed_payment_method_types: 'strings',
  excluded_payment_method_types: 'strings',
  setup_future_usage: USAGES,
  capture_method: CAPTURES,
  off_session: 'string',
  use_stripe_sdk: 'boolean',
  return_url: 'string',
  receipt_email: 'string',
  error_on_requires_action: 'boolean',
  mandate_data: 'opaque',
  radar_options: 'opaque',
  shipping: 'opaque',
  client_secret: 'string',
} as const satisfies Shape;

export const CREATE = {
  ...INTENT,
  ...CONFIRM,
  automatic_payment_methods: { enabled: 'boolean', allow_redirects: ['always', 'never'] },
  confirmation_method: ['automatic', 'manual'],
  confirm: 'boolean',
} as const satisfies Shape;

export type ConfirmParams = Read<typeof CONFIRM>;

type Choice = Partial<
  Pick<
    Read<typeof CREATE>,
    | 'automatic_payment_methods'
    | 'allowed_payment_method_types'
    | 'excluded_payment_method_types'
    | 'payment_method_configuration'
  >
>;

/** The ways to say which kinds of payment are taken exclude each other. */
export function checkMethodChoice(params: Choice): void {
  const allowed = params.allowed_payment_method_types;
  if (!allowed) return;
  const others = [
    'automatic_payment_methods',
    'excluded_payment_method_types',
    'payment_method_configuration',
  ] as const;
  const clash = others.find((name) => params[name] !== undefined);
  if (clash) {
    const message = `You may only specify one of these parameters: allowed_payment_method_types, ${clash}.`;
    throw invalid(message, 'parameters_exclusive', 'allowed_payment_method_types');
  }
  if (!allowed.includes('card')) {
    const message = 'None of the allowed payment method types can be used: the sandbox takes cards only.';
    throw invalid(message, 'payment_intent_invalid_parameter', 'allowed_payment_method_types');
  }
}

/** Cards take a suffix only, of at most 22 characters with a letter among them. */
export function checkDescriptor(params: { statement_descriptor?: string; statement_descriptor_suffix?: string }): void {
  if (params.statement_descriptor) {
    throw invalid(
      'The statement_descriptor parameter is not supported for the card payment method type. Use statement_descriptor_suffix instead.',
      'payment_intent_invalid_parameter',
      'statement_descriptor',
    );
  }
  const suffix = params.statement_descriptor_suffix;
  if (!suffix) return;
  const param = 'statement_descriptor_suffix';
  if (suffix.length > 22)
    throw invalid('The statement descriptor suffix must be at most 22 characters.', undefined, param);
  if (/[<>\\'"*]/.test(suffix)) {
    throw invalid('The statement descriptor suffix can’t contain any of: < > \\ \' " *', 'invalid_characters', param);
  }
  if (!/[a-z]/i.test(suffix)) throw invalid('The statement descriptor suffix must contain a letter.', undefined, param);
}
