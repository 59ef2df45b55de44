import type { Insertable } from 'kysely';
import type { GatewayMovement } from '../gateway/gateway.ts';
import type { PaymentState } from '../payments/payment.ts';
import type { Db } from '../platform/database/database.ts';
import type { GatewayMovementTable } from '../platform/database/tables.ts';
import { isId } from '../platform/ids.ts';
import type { Tie } from './movement.ts';

/** What leads from a movement to something of ours. */
export type Traces = Pick<GatewayMovement, 'ref' | 'paymentRef' | 'sourceRef' | 'reference'>;

/** Which of these movements are known already: their names at the gateway. */
export async function knownMovements(db: Db, accountId: string, refs: readonly string[]): Promise<Set<string>> {
  if (refs.length === 0) return new Set();
  const rows = await db.read
    .selectFrom('gateway_movement')
    .select('gateway_ref')
    .where('account_id', '=', accountId)
    .where('gateway_ref', 'in', refs)
    .execute();
  return new Set(rows.map((row) => row.gateway_ref));
}

/** Writes those that nobody has written yet; gives the names at the gateway of those that it wrote. */
export async function insertMovements(
  db: Db,
  rows: ReadonlyArray<Insertable<GatewayMovementTable>>,
): Promise<Set<string>> {
  const written = await db.q
    .insertInto('gateway_movement')
    .values(rows)
    .onConflict((clash) => clash.columns(['account_id', 'gateway_ref']).doNothing())
    .returning('gateway_ref')
    .execute();
  return new Set(written.map((row) => row.gateway_ref));
}

/**
 * Finds what of ours each movement of an account is of: by the gateway's name for the payment, the refund or the dispute,
 * or by our mark where we have not learned that name.
 */
export async function tiesOf(db: Db, accountId: string, traces: readonly Traces[]): Promise<(traces: Traces) => Tie> {
  const refunds = await refundsOf(db, accountId, traces);
  const payments = await paymentsOf(db, accountId, traces);
  const disputes = await disputesOf(db, accountId, traces);
  return ({ ref, paymentRef, sourceRef, reference }) => {
    const dispute = disputes.get(sourceRef ?? '');
    const refund = refunds.get(sourceRef ?? '') ?? refunds.get(reference ?? '');
    return {
      refund,
      dispute: dispute && { ...dispute, booked: dispute.booked.has(ref) },
      payment: payments.get(paymentRef ?? '') ?? payments.get(reference ?? ''),
    };
  };
}

interface Found {
  id: string;
  gateway_ref: string | null;
}

/** By their own ids and by the gateway's names for them. */
function byNames<Row extends Found, Value>(rows: readonly Row[], seen: (row: Row) => Value): Map<string, Value> {
  return new Map(rows.flatMap((row) => [row.id, row.gateway_ref ?? row.id].map((name) => [name, seen(row)])));
}

async function paymentsOf(db: Db, accountId: string, traces: readonly Traces[]) {
  const refs = namesIn(traces.map((one) => one.paymentRef));
  const ids = namesIn(traces.map((one) => one.reference)).filter((id) => isId(id, 'pay'));
  if (refs.length + ids.length === 0) return new Map<string, { id: string; state: PaymentState }>();
  const of = () =>
    db.read.selectFrom('payment').select(['id', 'gateway_ref', 'state']).where('account_id', '=', accountId);
  const named = refs.length > 0 ? await of().where('gateway_ref', 'in', refs).execute() : [];
  const marked = ids.length > 0 ? await of().where('id', 'in', ids).execute() : [];
  return byNames([...marked, ...named], ({ id, state }) => ({ id, state: state as PaymentState }));
}

async function refundsOf(db: Db, accountId: string, traces: readonly Traces[]) {
  const refs = namesIn(traces.map((one) => one.sourceRef));
  const ids = namesIn(traces.map((one) => one.reference)).filter((id) => isId(id, 'ref'));
  const of = () =>
    db.read
      .selectFrom('refund')
      .select(['id', 'gateway_ref', 'state', 'payment_id'])
      .where('account_id', '=', accountId);
  const named = refs.length > 0 ? await of().where('gateway_ref', 'in', refs).execute() : [];
  const marked = ids.length > 0 ? await of().where('id', 'in', ids).execute() : [];
  return byNames([...marked, ...named], ({ id, state, payment_id }) => ({
    id,
    state,
    paymentId: payment_id ?? undefined,
  }));
}

interface FoundDispute {
  id: string;
  paymentId: string | undefined;
  /** The names at the gateway of the movements of its money that are booked. */
  booked: Set<string>;
}

async function disputesOf(db: Db, accountId: string, traces: readonly Traces[]): Promise<Map<string, FoundDispute>> {
  const refs = namesIn(traces.map((one) => one.sourceRef));
  const found = new Map<string, FoundDispute>();
  if (refs.length === 0) return found;
  const rows = await db.read
    .selectFrom('dispute')
    .leftJoin('dispute_movement', 'dispute_movement.dispute_id', 'dispute.id')
    .select(['dispute.id', 'dispute.gateway_ref', 'dispute.payment_id', 'dispute_movement.gateway_ref as moved'])
    .where('dispute.account_id', '=', accountId)
    .where('dispute.gateway_ref', 'in', refs)
    .execute();
  for (const row of rows) {
    const known = found.get(row.gateway_ref) ?? {
      id: row.id,
      paymentId: row.payment_id ?? undefined,
      booked: new Set(),
    };
    if (row.moved) known.booked.add(row.moved);
    found.set(row.gateway_ref, known);
  }
  return found;
}

function namesIn(names: ReadonlyArray<string | undefined>): string[] {
  return [...new Set(names.filter((name) => name !== undefined))];
}
