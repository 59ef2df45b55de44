import { setTimeout as sleep } from 'node:timers/promises';
import type { FaultRule, Faults } from '../faults.ts';
import { StripeError } from '../stripe-error.ts';
import { keyInUse } from './idempotency.ts';

/** What is to become of the connection instead of an answer. */
export type Cut = 'silence' | 'reset';

const SLOW_MS = 1_000;
const HANG_UP_MS = 10;

/** Before the deed: nothing has happened yet, and nothing will when the connection is cut here. */
export async function faultBefore(
  faults: Faults,
  rule: FaultRule | undefined,
  gone: AbortSignal,
): Promise<Cut | undefined> {
  switch (rule?.do) {
    case 'refuse':
      return 'reset';
    case 'timeout_before':
      return 'silence';
    case '429':
      throw new StripeError(429, {
        type: 'invalid_request_error',
        code: 'rate_limit',
        message: 'Request rate limit exceeded.',
      });
    case '409':
      throw keyInUse();
    case 'slow':
      await sleep(rule.delayMs ?? SLOW_MS, undefined, { signal: gone }).catch(() => undefined);
      return undefined;
    case 'hold_before':
      await faults.hold(rule.hold!, gone);
      // A client that hung up just before the release is noticed a moment later.
      await sleep(HANG_UP_MS);
      return gone.aborted ? 'silence' : undefined;
    default:
      return undefined;
  }
}

/** After the deed: it has happened, but the answer may not arrive. */
export async function faultAfter(
  faults: Faults,
  rule: FaultRule | undefined,
  gone: AbortSignal,
): Promise<Cut | undefined> {
  if (rule?.do === 'timeout_after') return 'silence';
  if (rule?.do === 'reset_after') return 'reset';
  if (rule?.do === 'hold_after' && (await faults.hold(rule.hold!, gone)) === 'gone') return 'silence';
  return undefined;
}

/** The body of a 500. */
export const INTERNAL_ERROR = {
  type: 'api_error' as const,
  message: 'An unknown error occurred. The sandbox was told to answer like this.',
};
