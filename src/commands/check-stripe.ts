import { realpathSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { GatewayError } from '../gateway/gateway.ts';
import { createGateways } from '../gateway/gateways.ts';
import { testCardTokens } from '../gateway/stripe-test-cards.ts';
import { newId } from '../platform/ids.ts';
import { type ContractStep, gatewayContract } from './gateway-contract.ts';

const TIMEOUT_MS = 30_000;
const NO_SANDBOX = {
  sandboxApiUrl: 'http://127.0.0.1:9',
  sandboxPublicUrl: 'http://127.0.0.1:9',
  timeoutMs: TIMEOUT_MS,
};

/**
 * `npm run check-stripe`: tries everything that the portal relies on against Stripe itself, with the operator's test
 * keys. Makes a customer and a few test payments there. Gives the exit code.
 */
export async function checkStripe(env: NodeJS.ProcessEnv, say: (line: string) => void): Promise<number> {
  const secretKey = env.STRIPE_SECRET_KEY ?? '';
  const publishableKey = env.STRIPE_PUBLISHABLE_KEY ?? '';
  const refusal = refusalOf(secretKey, publishableKey);
  if (refusal) {
    say(refusal);
    return 1;
  }
  const connection = { kind: 'stripe' as const, secretKey, publishableKey };
  const steps = gatewayContract({
    gateway: createGateways(NO_SANDBOX).open(connection),
    tokenFor: testCardTokens(connection, NO_SANDBOX),
    runId: newId('req').slice('req_'.length),
  });
  return runSteps(steps, say);
}

/** Runs the steps in turn and says of each whether it held; after the first that did not, the rest means nothing. */
export async function runSteps(steps: readonly ContractStep[], say: (line: string) => void): Promise<number> {
  for (const [i, { name, run }] of steps.entries()) {
    try {
      await run();
      say(`ok      ${name}`);
    } catch (error) {
      say(`failed  ${name}: ${reasonOf(error)}`);
      say(`${i} of ${steps.length} steps held; the rest was not tried.`);
      return 1;
    }
  }
  say(`All ${steps.length} steps held.`);
  return 0;
}

function refusalOf(secretKey: string, publishableKey: string): string | undefined {
  if (!secretKey || !publishableKey) {
    return 'Set STRIPE_SECRET_KEY and STRIPE_PUBLISHABLE_KEY to the test keys of your Stripe account.';
  }
  if (secretKey.includes('_live_') || publishableKey.includes('_live_')) {
    return 'These are live keys: this check makes test payments, so give it the test keys of your account.';
  }
  if (!/^[sr]k_test_\w+$/.test(secretKey) || !/^pk_test_\w+$/.test(publishableKey)) {
    return 'These are no Stripe test keys: the secret one begins with sk_test_ or rk_test_, the other with pk_test_.';
  }
  return undefined;
}

/** The gateway's own sentence helps the operator; it holds no more of a key than its last characters. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const cause = error instanceof GatewayError && error.cause instanceof Error ? ` (${error.cause.message})` : '';
  return `${error.message}${cause}`;
}

if (process.argv[1] && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  process.exitCode = await checkStripe(process.env, (line) => process.stdout.write(`${line}\n`));
}
