import type { Connection } from './gateway.ts';
import { stripeClient } from './stripe-client.ts';

/** Makes what the card fields would make of a test card: its name (`pm_card_visa`) → a confirmation token. */
export type TokenMaker = (testCard: string) => Promise<string>;

/** For trying a gateway without a browser (docs.stripe.com/testing). Errors: a live key, which has no test cards. */
export function testCardTokens(
  connection: Pick<Connection, 'kind' | 'secretKey'>,
  options: { sandboxApiUrl: string; timeoutMs: number },
): TokenMaker {
  if (connection.secretKey.includes('_live_')) throw new Error('test cards need a test key');
  const stripe = stripeClient(connection, options);
  return async (testCard) => {
    const made = await stripe.testHelpers.confirmationTokens.create({ payment_method: testCard });
    return made.id;
  };
}
