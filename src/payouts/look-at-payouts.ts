import type { PaymentParts } from '../payments/payment-parts.ts';
import { HOUR_MS, laterIso, nowIso } from '../platform/clock.ts';
import { hearOfPayout } from './hear-of-payout.ts';

const AT_ONCE = 20;

/** Asks again about payouts that are under way, that may come back, or that do not match yet. */
export async function lookAtPayouts(parts: PaymentParts): Promise<void> {
  const { db, clock, log } = parts;
  const due = await db.read
    .selectFrom('payout')
    .select(['id', 'account_id', 'gateway_ref'])
    .where('next_look_at', '<=', nowIso(clock))
    .orderBy('next_look_at')
    .limit(AT_ONCE)
    .execute();
  for (const row of due) {
    await hearOfPayout(parts, row.account_id, row.gateway_ref).catch(async (error) => {
      log.warn({ err: error, payoutId: row.id }, 'a payout could not be looked at; it will be again');
      // Another one shall have its turn first.
      await db.q
        .updateTable('payout')
        .set({ next_look_at: laterIso(clock, HOUR_MS) })
        .where('id', '=', row.id)
        .execute();
    });
  }
}
