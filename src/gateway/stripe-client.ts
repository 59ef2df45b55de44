import Stripe from 'stripe';
import type { Connection } from './gateway.ts';

/** The SDK in the name of one account. It repeats nothing by itself: what may be repeated we decide. */
export function stripeClient(
  connection: Pick<Connection, 'kind' | 'secretKey'>,
  options: { sandboxApiUrl: string; timeoutMs: number },
): Stripe {
  return new Stripe(connection.secretKey, {
    maxNetworkRetries: 0,
    timeout: options.timeoutMs,
    telemetry: false,
    ...(connection.kind === 'sandbox' ? addressOf(options.sandboxApiUrl) : {}),
  });
}

function addressOf(apiUrl: string) {
  const { hostname, port, protocol } = new URL(apiUrl);
  const scheme = protocol === 'https:' ? 'https' : 'http';
  return { host: hostname, port: port || (scheme === 'https' ? 443 : 80), protocol: scheme } as const;
}
