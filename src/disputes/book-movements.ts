import type { GatewayDispute } from '../gateway/gateway.ts';
import { postJournal } from '../ledger/post-journal.ts';
import { type Clock, nowIso } from '../platform/clock.ts';
import type { Db } from '../platform/database/database.ts';
import { newId } from '../platform/ids.ts';
import type { Dispute } from './dispute.ts';

/**
 * Books each movement of a dispute's money once, in the transaction that one stands in: what the bank took is a debit of
 * disputes and a credit of the gateway's clearing, what it gave back the opposite. Fees belong to the payouts.
 */
export async function bookMovements(
  parts: { db: Db; clock: Clock },
  dispute: Dispute,
  movements: GatewayDispute['movements'],
): Promise<void> {
  const { db, clock } = parts;
  for (const { ref, amountMinor } of movements) {
    if (amountMinor === 0) continue;
    const id = newId('dmv');
    const fresh = await db.q
      .insertInto('dispute_movement')
      .values({
        id,
        dispute_id: dispute.id,
        gateway_ref: ref,
        amount_minor: amountMinor,
        booked_at: nowIso(clock),
      })
      .onConflict((clash) => clash.columns(['dispute_id', 'gateway_ref']).doNothing())
      .returning('id')
      .executeTakeFirst();
    if (!fresh) continue;
    const { accountId, currency } = dispute;
    await postJournal(parts, {
      kind: amountMinor < 0 ? 'dispute-withdrawn' : 'dispute-reinstated',
      subjectKind: 'dispute-movement',
      subjectId: id,
      memo: `Dispute ${dispute.gatewayRef}: ${amountMinor < 0 ? 'taken by the bank' : 'given back by the bank'}`,
      lines: [
        { ledgerAccount: 'disputes', currency, amountMinor: -amountMinor },
        { ledgerAccount: 'gateway-clearing', accountId, currency, amountMinor },
      ],
    });
  }
}
