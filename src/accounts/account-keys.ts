import type { FieldErrors } from '../platform/refusal.ts';
import type { Account } from './account.ts';

/** The keys of one payment service account, as the gateway's dashboard shows them. */
export interface AccountKeys {
  kind: Account['kind'];
  publishableKey: string;
  secretKey: string;
  webhookSecret: string;
}

const PUBLISHABLE = /^pk_(test|live)_[A-Za-z0-9_]{8,250}$/;
const SECRET = /^(?:sk|rk)_(test|live)_[A-Za-z0-9_]{8,250}$/;
const WEBHOOK_SECRET = /^whsec_[A-Za-z0-9+/=_-]{8,250}$/;
const PLACEHOLDER = /your_?(key|secret)|change_?me|replace|example|placeholder|insert|x{6}|\.\.\.|123456789|abcdefg/i;

/** What is wrong with keys, field by field; empty when nothing is. Looks only, asks nobody. */
export function keyProblems(keys: AccountKeys): FieldErrors {
  const problems: FieldErrors = {};
  const publishable = PUBLISHABLE.exec(keys.publishableKey);
  const secret = SECRET.exec(keys.secretKey);
  if (!publishable || isPlaceholder(keys.publishableKey)) {
    problems.publishableKey = 'Enter the whole publishable key. It begins with pk_test_ or pk_live_.';
  }
  if (!secret || isPlaceholder(keys.secretKey)) {
    problems.secretKey = 'Enter the whole secret key. It begins with sk_ or rk_, then test_ or live_.';
  }
  const webhookSecret = webhookSecretProblem(keys.webhookSecret);
  if (webhookSecret) problems.webhookSecret = webhookSecret;
  if (publishable && secret && publishable[1] !== secret[1]) {
    problems.secretKey ??= `One key is for ${publishable[1]} mode and the other for ${secret[1]} mode. Use two of the same mode.`;
  }
  if (keys.kind === 'sandbox' && (publishable?.[1] === 'live' || secret?.[1] === 'live')) {
    problems.secretKey = 'Live keys must never be given to the sandbox. Choose Stripe, or use test keys.';
  }
  return problems;
}

/** Why this cannot be a webhook's signing secret, as a sentence; undefined when it can. */
export function webhookSecretProblem(secret: string): string | undefined {
  if (WEBHOOK_SECRET.test(secret) && !isPlaceholder(secret)) return undefined;
  return 'Enter the signing secret of the webhook. It begins with whsec_.';
}

export function isLiveKey(key: string): boolean {
  return /^[a-z]k_live_/.test(key);
}

/** Documentation's examples, and keys that are one character over and over. */
function isPlaceholder(key: string): boolean {
  const body = key.replace(/^(?:[a-z]k_(?:test|live)|whsec)_/, '');
  return PLACEHOLDER.test(body) || new Set(body).size < 4;
}
