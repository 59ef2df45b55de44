import type { SandboxAccount } from '../sandbox-account.ts';
import { StripeError } from '../stripe-error.ts';

/** Whose key this is. A browser may send its publishable key as a parameter. */
export function authenticate(
  accounts: SandboxAccount[],
  authorization: string | undefined,
  keyParam: unknown,
): { account: SandboxAccount; byPublishableKey: boolean } {
  const key = keyOf(authorization) ?? (typeof keyParam === 'string' ? keyParam : undefined);
  if (!key) {
    throw denied(
      "You did not provide an API key. You need to provide your API key in the Authorization header, using Bearer auth (e.g. 'Authorization: Bearer YOUR_SECRET_KEY').",
    );
  }
  for (const account of accounts) {
    if (account.secretKey === key) return { account, byPublishableKey: false };
    if (account.publishableKey === key) return { account, byPublishableKey: true };
  }
  throw denied(`Invalid API Key provided: ${key.slice(0, 8)}****`);
}

/** The 401 for an endpoint that only a secret key opens. */
export function needsSecretKey(): StripeError {
  return denied(
    'This API call cannot be made with a publishable API key. Please use a secret API key. You can find a list of your API keys at https://dashboard.stripe.com/account/apikeys.',
    'secret_key_required',
  );
}

function keyOf(authorization: string | undefined): string | undefined {
  const [scheme, value] = (authorization ?? '').split(' ');
  if (!value) return undefined;
  if (scheme?.toLowerCase() === 'bearer') return value;
  if (scheme?.toLowerCase() === 'basic') return Buffer.from(value, 'base64').toString().split(':')[0];
  return undefined;
}

function denied(message: string, code?: string): StripeError {
  return new StripeError(401, { type: 'invalid_request_error', message, ...(code ? { code } : {}) });
}
