import type { Insertable } from 'kysely';
import type { GatewayMovement } from '../gateway/gateway.ts';
import type { PaymentState } from '../payments/payment.ts';
import type { Db } from '../platform/database/database.ts';
import type { GatewayMovementTable } from '../platform/database/tables.ts';
import { isId } from '../platform/ids.ts';
import type { Tie } from './movement.ts';

/** What leads from a movement to something of ours. */
export type Traces = Pick<GatewayMovement, 'paymentRef' | 'sourceRef' | 'reference'>;

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
 * Finds what of ours each movement of an account is of: by the gateway's name for the payment or the refund, or by our
 * mark where we have not learned that name.
 */
export async function tiesOf(db: Db, accountId: string, traces: readonly Traces[]): Promise<(traces: Traces) => Tie> {
  const refunds = await refundsOf(db, accountId, traces);
  const payments = await paymentsOf(db, accountId, traces);
  return ({ paymentRef, sourceRef, reference }) => {
    const refund = refunds.get(sourceRef ?? '') ?? refunds.get(reference ?? '');
    return { refund, payment: payments.get(paymentRef ?? '') ?? payments.get(reference ?? '') };
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

function namesIn(names: ReadonlyArray<string | undefined>): string[] {
  return [...new Set(names.filter((name) => name !== undefined))];
}
