import { recordAudit, SYSTEM } from '../audit/record.ts';
import type { GatewayMovement } from '../gateway/gateway.ts';
import type { PaymentParts } from '../payments/payment-parts.ts';
import { nowIso } from '../platform/clock.ts';
import { type Payout, settledOn } from './payout.ts';
import { settleMovements, sumOfPayout, tieToPayout } from './payouts.store.ts';
import { recordMovements } from './record-movements.ts';

/**
 * Ties the movements that a payout pays out to it, writing those that were not known yet, and says whether they add up to
 * it. Errors: GatewayError when they cannot be read to the end; then nothing is said.
 */
export async function matchPayout(
  parts: PaymentParts,
  payout: Payout,
  movements: AsyncIterable<GatewayMovement>,
): Promise<void> {
  const { db, clock } = parts;
  const all: GatewayMovement[] = [];
  for await (const movement of movements) all.push(movement);
  await recordMovements(parts, payout.accountId, all.toReversed());
  await db.tx(async () => {
    await tieToPayout(
      db,
      payout,
      all.map((one) => one.ref),
    );
    const { count, netMinor } = await sumOfPayout(db, payout.id);
    const matching = netMinor === payout.amountMinor ? 'matched' : 'off';
    const changed = await db.q
      .updateTable('payout')
      .set({
        matching,
        movement_count: count,
        movements_minor: netMinor,
        matched_at: matching === 'matched' ? nowIso(clock) : null,
      })
      .where('id', '=', payout.id)
      .where('matching', '<>', matching)
      .executeTakeFirst();
    await settleMovements(db, payout.id, settledOn(payout));
    if (changed.numUpdatedRows !== 1n) return;
    await recordAudit(parts, {
      actor: SYSTEM,
      action: `payout.${matching}`,
      subjectKind: 'payout',
      subjectId: payout.id,
      detail: { movements: count, netMinor, amountMinor: payout.amountMinor, currency: payout.currency },
    });
  });
}
