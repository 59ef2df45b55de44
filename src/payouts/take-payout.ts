import { gatewayOf } from '../accounts/accounts.store.ts';
import { recordAudit } from '../audit/record.ts';
import type { GatewayPayout } from '../gateway/gateway.ts';
import type { PaymentParts } from '../payments/payment-parts.ts';
import { DAY_MS, HOUR_MS, laterIso, nowIso } from '../platform/clock.ts';
import { newId } from '../platform/ids.ts';
import { matchPayout } from './match-payout.ts';
import { type Payout, payoutMayBecome, settledOn } from './payout.ts';
import { findPayout, settleMovements } from './payouts.store.ts';
import { tellOfPayout } from './tell-of-payout.ts';

/** A bank sends a payout back within days, seldom weeks, of its arrival. */
const LOOK_AFTER_ARRIVAL_MS = 30 * DAY_MS;

/**
 * Takes in what the gateway says of a payout now: writes it, moves its state along the table of states, and matches it to
 * its movements once the gateway tells them. May be called by anyone, at any time, at once; what is known already changes
 * nothing. Gives its id. Errors: GatewayError when its movements cannot be read.
 */
export async function takePayout(parts: PaymentParts, accountId: string, truth: GatewayPayout): Promise<string> {
  const payout = await parts.db.tx(() => write(parts, accountId, truth));
  if (payout.matching !== 'matched' && truth.automatic && truth.saysWhatItPays) {
    const gateway = await gatewayOf(parts, accountId);
    await matchPayout(parts, payout, gateway.listMovementsOfPayout(truth.ref));
  }
  await tellOfPayout(parts, payout.id);
  return payout.id;
}

async function write(parts: PaymentParts, accountId: string, truth: GatewayPayout): Promise<Payout> {
  const { db, clock } = parts;
  const known = await findPayout(db, accountId, truth.ref);
  const payout = known ?? (await insert(parts, accountId, truth));
  const moves = payoutMayBecome(payout.state, truth.state);
  const written = await db.q
    .updateTable('payout')
    .set({
      arrival_on: truth.arrivalOn,
      trace_ref: truth.traceRef ?? null,
      read_at: nowIso(clock),
      next_look_at: nextLook(parts, truth),
      ...(moves ? { state: truth.state, failure_code: truth.failureCode ?? null } : {}),
    })
    .where('id', '=', payout.id)
    .where('state', '=', payout.state)
    .executeTakeFirst();
  const now = (await findPayout(db, accountId, truth.ref)) as Payout;
  // Whoever is second finds it moved on.
  if (written.numUpdatedRows !== 1n) return now;
  if (moves) await audit(parts, payout, truth.state);
  if (settledOn(now) !== settledOn(payout)) await settleMovements(db, now.id, settledOn(now));
  return now;
}

/** Whoever is second finds it written. */
async function insert(parts: PaymentParts, accountId: string, truth: GatewayPayout): Promise<Payout> {
  const { db, clock } = parts;
  const written = await db.q
    .insertInto('payout')
    .values({
      id: newId('pou'),
      account_id: accountId,
      gateway_ref: truth.ref,
      state: truth.state,
      automatic: truth.automatic ? 1 : 0,
      matching: truth.automatic ? 'waiting' : 'by_hand',
      currency: truth.sum.currency,
      amount_minor: truth.sum.amountMinor,
      arrival_on: truth.arrivalOn,
      trace_ref: truth.traceRef ?? null,
      failure_code: truth.failureCode ?? null,
      created_at: truth.createdAt,
      read_at: nowIso(clock),
      matched_at: null,
      next_look_at: null,
    })
    .onConflict((clash) => clash.columns(['account_id', 'gateway_ref']).doNothing())
    .returning('id')
    .executeTakeFirst();
  const payout = (await findPayout(db, accountId, truth.ref)) as Payout;
  if (written) await audit(parts, payout, truth.state);
  return payout;
}

/** Every few hours until it has arrived and is told, then once a day, until no bank sends it back any more. */
function nextLook({ clock }: PaymentParts, truth: GatewayPayout): string | null {
  const sinceArrivalMs = clock.now().getTime() - Date.parse(`${truth.arrivalOn}T00:00:00Z`);
  if (sinceArrivalMs > LOOK_AFTER_ARRIVAL_MS) return null;
  const isTold = !truth.automatic || truth.saysWhatItPays;
  if (truth.state === 'pending' || truth.state === 'in_transit' || !isTold) return laterIso(clock, 6 * HOUR_MS);
  return truth.state === 'paid' ? laterIso(clock, DAY_MS) : null;
}

async function audit(parts: PaymentParts, payout: Payout, state: Payout['state']): Promise<void> {
  await recordAudit(parts, {
    actor: { kind: 'gateway' },
    action: `payout.${state.replace('_', '-')}`,
    subjectKind: 'payout',
    subjectId: payout.id,
    detail: { gatewayRef: payout.gatewayRef, amountMinor: payout.amountMinor, currency: payout.currency },
  });
}
