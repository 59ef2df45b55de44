import { openCase } from '../cases/open-case.ts';
import type { PaymentParts } from '../payments/payment-parts.ts';
import { DAY_MS, HOUR_MS, laterIso, MINUTE_MS, nowIso } from '../platform/clock.ts';
import { isOver } from './refund.ts';
import { readRefund } from './refunds.store.ts';
import { sendRefund } from './send-refund.ts';

const AT_ONCE = 20;
/** Whatever the gateway has not said by then needs a person; what has arrived by then stays. */
const HORIZON_MS = 30 * DAY_MS;

/**
 * Looks again at every refund to a card that is due for a look: sends what was reserved and left behind, asks for what
 * is not known, and for some weeks whether what had arrived was sent back. Gives how many it looked at.
 */
export async function sweepRefunds(parts: PaymentParts): Promise<number> {
  const { db, clock, log } = parts;
  const due = await db.q
    .selectFrom('refund')
    .select(['id', 'state', 'next_look_at', 'created_at', 'decided_at', 'looks'])
    .where('next_look_at', '<=', nowIso(clock))
    .orderBy('next_look_at')
    .limit(AT_ONCE)
    .execute();
  for (const row of due) {
    // One that waited for a second person is as old as their word.
    const ageMs = clock.now().getTime() - Date.parse(row.decided_at ?? row.created_at);
    const next = row.state === 'succeeded' ? lookAfterMs(ageMs) : lookAgainMs(ageMs);
    const claimed = await db.q
      .updateTable('refund')
      .set({ next_look_at: next === undefined ? null : laterIso(clock, next), looks: row.looks + 1 })
      .where('id', '=', row.id)
      .where('next_look_at', '=', row.next_look_at)
      .executeTakeFirst();
    if (claimed.numUpdatedRows !== 1n) continue;
    await sendRefund(parts, row.id).catch((error) =>
      log.warn({ err: error, refundId: row.id }, 'a refund could not be looked at; it will be again'),
    );
    if (ageMs >= HORIZON_MS) await callAPerson(parts, row.id);
  }
  return due.length;
}

function lookAgainMs(ageMs: number): number {
  if (ageMs < HOUR_MS) return MINUTE_MS;
  return ageMs < DAY_MS ? 15 * MINUTE_MS : 6 * HOUR_MS;
}

function lookAfterMs(ageMs: number): number | undefined {
  return ageMs < HORIZON_MS ? 7 * DAY_MS : undefined;
}

async function callAPerson(parts: PaymentParts, id: string): Promise<void> {
  const refund = await readRefund(parts.db, id);
  // What is still reserved waits for a dispute, which has a case of its own: the gateway has nothing to say about it.
  if (isOver(refund.state) || ['succeeded', 'reserved'].includes(refund.state)) return;
  await openCase(parts, {
    kind: 'unresolved-refund',
    dedupeKey: `unresolved-${id}`,
    subjectKind: 'refund',
    subjectId: refund.id,
    customerId: refund.customerId,
    summary: 'The gateway has not said for 30 days what became of this refund. Ask its support.',
    detail: { refundId: id, gatewayRef: refund.gatewayRef },
  });
}
