export type ErrorType = 'api_error' | 'card_error' | 'idempotency_error' | 'invalid_request_error';

/** The `error` of an answer, as Stripe spells it. */
export interface ErrorBody {
  type: ErrorType;
  message: string;
  code?: string;
  param?: string;
  decline_code?: string;
  [field: string]: unknown;
}

/** An answer that is not 200. */
export class StripeError extends Error {
  readonly status: number;
  readonly body: ErrorBody;
  /** A decline is an error to the caller, but what it did stays done. */
  readonly keepsEffects: boolean;

  constructor(status: number, body: ErrorBody, options: { keepsEffects?: boolean } = {}) {
    super(body.message);
    this.status = status;
    this.body = body;
    this.keepsEffects = options.keepsEffects ?? false;
  }
}

/** 400 with a code and, where one is to blame, the parameter. */
export function invalid(message: string, code?: string, param?: string): StripeError {
  return new StripeError(400, {
    type: 'invalid_request_error',
    message,
    ...(code ? { code, doc_url: `https://stripe.com/docs/error-codes/${code.replaceAll('_', '-')}` } : {}),
    ...(param ? { param } : {}),
  });
}

/** 404 as Stripe words it. */
export function missing(noun: string, id: string, param = 'id'): StripeError {
  const message = `No such ${noun}: '${id}'`;
  return new StripeError(404, { type: 'invalid_request_error', code: 'resource_missing', message, param });
}

/** 400 parameter_missing. */
export function missingParam(param: string): StripeError {
  return invalid(`Missing required param: ${param}.`, 'parameter_missing', param);
}
