import Stripe from 'stripe';
import type { SandboxAccount, SandboxOptions } from '../../src/sandbox/server.ts';
import { startSandbox } from '../../src/sandbox/server.ts';
import { checkAnswer } from './valid-answers.ts';

export const ACME: SandboxAccount = {
  id: 'acct_acme',
  secretKey: 'sk_test_acme',
  publishableKey: 'pk_test_acme',
  webhookSecrets: ['whsec_acme'],
  country: 'US',
  defaultCurrency: 'usd',
  name: 'Acme',
};
export const OTHER: SandboxAccount = {
  ...ACME,
  id: 'acct_other',
  secretKey: 'sk_test_other',
  publishableKey: 'pk_test_other',
  name: 'Other',
};

/** A running sandbox with an SDK for each account; every answer is held against the SDK's typings. */
export async function playSandbox(options: Partial<SandboxOptions> = {}) {
  const accounts = options.accounts ?? [ACME, OTHER];
  const sandbox = await startSandbox({ port: 0, file: ':memory:', ...options, accounts });
  const address = { host: '127.0.0.1', port: sandbox.port, protocol: 'http' } as const;
  const sdk = (key: string) =>
    new Stripe(key, {
      ...address,
      maxNetworkRetries: 0,
      telemetry: false,
      httpClient: Stripe.createFetchHttpClient(checkedFetch as typeof fetch),
    });

  async function control<T = Record<string, unknown>>(method: string, path: string, body?: object): Promise<T> {
    const answer = await fetch(`${sandbox.apiUrl}/_control${path}`, {
      method,
      headers: { 'x-sandbox-control': '1', 'content-type': 'application/json' },
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
    const read = (await answer.json()) as T & { error?: unknown };
    if (!answer.ok) throw new Error(`control ${path}: ${JSON.stringify(read.error)}`);
    return read;
  }

  return {
    ...sandbox,
    stripe: sdk(accounts[0]!.secretKey),
    other: sdk(accounts[1]?.secretKey ?? accounts[0]!.secretKey),
    /** The SDK with its own HTTP client, which times out and reconnects as in production. */
    plainStripe: new Stripe(accounts[0]!.secretKey, {
      ...address,
      maxNetworkRetries: 0,
      telemetry: false,
      timeout: 300,
    }),
    control,
    /** As the card fields do: a token for a number that was typed. */
    async tokenFor(number: string, more: object = {}): Promise<string> {
      const { publishableKey } = accounts[0]!;
      const token = await control<{ id: string }>('POST', '/confirmation_tokens', { publishableKey, number, ...more });
      return token.id;
    },
    /** As a browser asks, with the publishable key. */
    async asBrowser(method: string, path: string, params: Record<string, string>, key = accounts[0]!.publishableKey) {
      const form = new URLSearchParams(params);
      const answer = await fetch(`${sandbox.apiUrl}${path}${method === 'GET' ? `?${form}` : ''}`, {
        method,
        headers: { authorization: `Bearer ${key}`, 'content-type': 'application/x-www-form-urlencoded' },
        ...(method === 'POST' ? { body: form.toString() } : {}),
      });
      return { status: answer.status, body: (await answer.json()) as BrowserAnswer };
    },
    /** An intent as the portal makes it. */
    newIntent(more: Partial<Stripe.PaymentIntentCreateParams> = {}) {
      return sdk(accounts[0]!.secretKey).paymentIntents.create({
        amount: 12_50,
        currency: 'usd',
        allowed_payment_method_types: ['card'],
        ...more,
      });
    },
  };
}

interface BrowserAnswer {
  error: { type: string; code?: string; message: string };
  [field: string]: unknown;
}

export type Play = Awaited<ReturnType<typeof playSandbox>>;

async function checkedFetch(input: string | URL, init?: RequestInit): Promise<Response> {
  const answer = await fetch(input, init);
  const text = await answer.text();
  checkAnswer(JSON.parse(text), `${init?.method} ${new URL(String(input)).pathname}`);
  return new Response(text, { status: answer.status, headers: answer.headers });
}

/** What the promise was rejected with, as the SDK's error. */
export async function refusal(promise: Promise<unknown>): Promise<InstanceType<typeof Stripe.errors.StripeError>> {
  const error = await promise.then(
    (value) => new Error(`Expected a refusal, got ${JSON.stringify(value)}`),
    (reason: unknown) => reason,
  );
  if (error instanceof Stripe.errors.StripeError) return error;
  throw error;
}
