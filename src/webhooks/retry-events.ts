import type { PaymentParts } from '../payments/payment-parts.ts';
import { nowIso } from '../platform/clock.ts';
import { handleEvent } from './handle-event.ts';

const AT_ONCE = 50;

/** Handles messages that were filed but not handled: after a failure, or when a process died between. Gives how many. */
export async function retryEvents(parts: PaymentParts): Promise<number> {
  const due = await parts.db.q
    .selectFrom('webhook_event')
    .select('id')
    .where('state', 'in', ['filed', 'failed'])
    .where('next_try_at', '<=', nowIso(parts.clock))
    .orderBy('next_try_at')
    .limit(AT_ONCE)
    .execute();
  for (const { id } of due) await handleEvent(parts, id);
  return due.length;
}
