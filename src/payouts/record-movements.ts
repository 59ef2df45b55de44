import type { GatewayMovement } from '../gateway/gateway.ts';
import { postJournals } from '../ledger/post-journal.ts';
import type { PaymentParts } from '../payments/payment-parts.ts';
import { laterIso, MINUTE_MS, nowIso } from '../platform/clock.ts';
import { newId } from '../platform/ids.ts';
import { entriesOf, type MovementState, stateOfMovement } from './movement.ts';
import { insertMovements, knownMovements, tiesOf } from './movements.store.ts';
import { tellOfMovements } from './tell-of-movements.ts';

/** So many are written in one transaction, so that payers never wait long for it. */
const AT_ONCE = 100;
const LOOK_AGAIN_MS = MINUTE_MS;

/**
 * Writes and books the movements of an account's balance that are not known yet, each once, however many do so at once:
 * its tie to a payment or a refund of ours, the gateway's fee, what was exchanged or paid out, and a case for what belongs
 * to nothing of ours. Gives how many were new.
 */
export async function recordMovements(
  parts: PaymentParts,
  accountId: string,
  movements: readonly GatewayMovement[],
): Promise<number> {
  let written = 0;
  for (let from = 0; from < movements.length; from += AT_ONCE) {
    const some = movements.slice(from, from + AT_ONCE);
    const known = await knownMovements(
      parts.db,
      accountId,
      some.map((one) => one.ref),
    );
    const unknown = some.filter((one) => !known.has(one.ref));
    if (unknown.length > 0) written += await parts.db.tx(() => write(parts, accountId, unknown));
  }
  return written;
}

async function write(parts: PaymentParts, accountId: string, movements: readonly GatewayMovement[]): Promise<number> {
  const { db, clock } = parts;
  const tieOf = await tiesOf(db, accountId, movements);
  const found = movements.map((movement) => {
    const tie = tieOf(movement);
    return { ...movement, id: newId('mov'), accountId, tie, state: stateOfMovement(movement, tie) };
  });
  const written = await insertMovements(db, found.map(rowOf));
  const fresh = found.filter((one) => written.has(one.ref));
  await postJournals(parts, fresh.flatMap(entriesOf));
  await tellOfMovements(parts, fresh);
  return fresh.length;

  function rowOf({ tie, ...one }: (typeof found)[number]) {
    return {
      id: one.id,
      account_id: accountId,
      gateway_ref: one.ref,
      type: one.type,
      reporting_category: one.category,
      meaning: one.meaning,
      state: one.state,
      source_ref: one.sourceRef ?? null,
      charge_ref: one.chargeRef ?? null,
      gateway_payment_ref: one.paymentRef ?? null,
      reference: one.reference ?? null,
      payment_id: tie.payment?.id ?? tie.refund?.paymentId ?? tie.dispute?.paymentId ?? null,
      refund_id: tie.refund?.id ?? null,
      dispute_id: tie.dispute?.id ?? null,
      payout_id: null,
      currency: one.currency,
      gross_minor: one.grossMinor,
      fee_minor: one.feeMinor,
      net_minor: one.netMinor,
      source_currency: one.exchangedFrom?.currency ?? null,
      source_minor: one.exchangedFrom?.amountMinor ?? null,
      exchange_rate: one.exchangeRate ?? null,
      description: one.description,
      created_at: one.createdAt,
      available_on: one.availableOn,
      settled_on: null,
      read_at: nowIso(clock),
      next_look_at: firstLook(one.state),
    };
  }

  function firstLook(state: MovementState): string | null {
    return state === 'waiting' ? laterIso(clock, LOOK_AGAIN_MS) : null;
  }
}
