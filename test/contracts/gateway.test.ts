import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { checkStripe, runSteps } from '../../src/commands/check-stripe.ts';
import { gatewayContract } from '../../src/commands/gateway-contract.ts';
import { createGateways, type Gateways } from '../../src/gateway/gateways.ts';
import { testCardTokens } from '../../src/gateway/stripe-test-cards.ts';
import { type Sandbox, startSandbox } from '../../src/sandbox/server.ts';

const chance = () => randomBytes(12).toString('hex');
const connection = {
  kind: 'sandbox' as const,
  secretKey: `sk_test_${chance()}`,
  publishableKey: `pk_test_${chance()}`,
};

let sandbox: Sandbox;
let gateways: Gateways;
let options: { sandboxApiUrl: string; sandboxPublicUrl: string; timeoutMs: number };
beforeAll(async () => {
  const { secretKey, publishableKey } = connection;
  sandbox = await startSandbox({
    port: 0,
    file: ':memory:',
    accounts: [
      {
        id: 'acct_contract',
        secretKey,
        publishableKey,
        webhookSecrets: [],
        country: 'DE',
        defaultCurrency: 'eur',
        name: 'Contract',
      },
    ],
  });
  options = { sandboxApiUrl: sandbox.apiUrl, sandboxPublicUrl: sandbox.publicUrl, timeoutMs: 5000 };
  gateways = createGateways(options);
});
afterAll(() => sandbox?.close());

describe('what the portal relies on, tried on the sandbox', () => {
  const parts = () => ({
    gateway: gateways.open(connection),
    tokenFor: testCardTokens(connection, options),
    runId: chance(),
  });

  test('every step holds', async () => {
    const lines: string[] = [];
    const code = await runSteps(gatewayContract(parts()), (line) => lines.push(line));
    expect(lines.filter((line) => !line.startsWith('ok '))).toEqual([`All ${lines.length - 1} steps held.`]);
    expect(code).toBe(0);
  });

  test('a second run is not disturbed by the first', async () => {
    expect(await runSteps(gatewayContract(parts()), () => undefined)).toBe(0);
  });

  test('a wrong key fails at the first step, with the reason', async () => {
    const stranger = { ...connection, secretKey: `sk_test_${chance()}` };
    const lines: string[] = [];
    const steps = gatewayContract({ ...parts(), gateway: gateways.open(stranger) });
    expect(await runSteps(steps, (line) => lines.push(line))).toBe(1);
    expect(lines).toEqual([
      expect.stringMatching(/^failed {2}the keys belong/),
      `0 of ${steps.length} steps held; the rest was not tried.`,
    ]);
  });

  test('a gateway that cannot be reached leaves the outcome unknown', async () => {
    const gateway = createGateways({ ...options, sandboxApiUrl: 'http://127.0.0.1:9' }).open(connection);
    await expect(gateway.readPayment('pi_1')).rejects.toMatchObject({ name: 'GatewayError', kind: 'unknown-outcome' });
  });
});

describe('npm run check-stripe refuses in one sentence', () => {
  test.each([
    ['no keys', {}, /^Set STRIPE_SECRET_KEY/],
    ['only one key', { STRIPE_SECRET_KEY: 'sk_test_abc' }, /^Set STRIPE_SECRET_KEY/],
    ['a live secret key', { STRIPE_SECRET_KEY: 'sk_live_abc', STRIPE_PUBLISHABLE_KEY: 'pk_test_abc' }, /live keys/],
    ['a live restricted key', { STRIPE_SECRET_KEY: 'rk_live_abc', STRIPE_PUBLISHABLE_KEY: 'pk_test_abc' }, /live keys/],
    [
      'a live publishable key',
      { STRIPE_SECRET_KEY: 'sk_test_abc', STRIPE_PUBLISHABLE_KEY: 'pk_live_abc' },
      /live keys/,
    ],
    ['keys that are none', { STRIPE_SECRET_KEY: 'hello', STRIPE_PUBLISHABLE_KEY: 'world' }, /no Stripe test keys/],
    [
      'keys the wrong way round',
      { STRIPE_SECRET_KEY: 'pk_test_a', STRIPE_PUBLISHABLE_KEY: 'sk_test_a' },
      /no Stripe test/,
    ],
  ])('%s', async (_what, env, sentence) => {
    const lines: string[] = [];
    expect(await checkStripe(env, (line) => lines.push(line))).toBe(1);
    expect(lines).toEqual([expect.stringMatching(sentence)]);
  });
});
