import { type Selectable, sql } from 'kysely';
import type { Db } from '../platform/database/database.ts';
import type { PayoutTable } from '../platform/database/tables.ts';
import { notFound } from '../platform/refusal.ts';
import type { Payout } from './payout.ts';

/** Errors: 404 when there is none of that id. Inside a transaction it reads what that transaction sees. */
export async function readPayout(db: Db, id: string): Promise<Payout> {
  const row = await db.read.selectFrom('payout').selectAll().where('id', '=', id).executeTakeFirst();
  if (!row) throw notFound('payout');
  return payoutOf(row);
}

/** The payout of this name at the gateway; undefined when it was never read. */
export async function findPayout(db: Db, accountId: string, gatewayRef: string): Promise<Payout | undefined> {
  const row = await db.q
    .selectFrom('payout')
    .selectAll()
    .where('account_id', '=', accountId)
    .where('gateway_ref', '=', gatewayRef)
    .executeTakeFirst();
  return row && payoutOf(row);
}

export function payoutOf(row: Selectable<PayoutTable>): Payout {
  return {
    id: row.id,
    accountId: row.account_id,
    gatewayRef: row.gateway_ref,
    state: row.state,
    automatic: row.automatic === 1,
    matching: row.matching,
    currency: row.currency,
    amountMinor: row.amount_minor,
    arrivalOn: row.arrival_on,
    traceRef: row.trace_ref ?? undefined,
    failureCode: row.failure_code ?? undefined,
    movementCount: row.movement_count,
    movementsMinor: row.movements_minor,
    createdAt: row.created_at,
    readAt: row.read_at,
    matchedAt: row.matched_at ?? undefined,
  };
}

const NAMES_AT_ONCE = 500;

/** Notes of movements, by their names at the gateway, that they are paid out with this payout. */
export async function tieToPayout(
  db: Db,
  { id, accountId }: Pick<Payout, 'id' | 'accountId'>,
  gatewayRefs: readonly string[],
): Promise<void> {
  for (let from = 0; from < gatewayRefs.length; from += NAMES_AT_ONCE) {
    await db.q
      .updateTable('gateway_movement')
      .set({ payout_id: id })
      .where('account_id', '=', accountId)
      .where('gateway_ref', 'in', gatewayRefs.slice(from, from + NAMES_AT_ONCE))
      .execute();
  }
}

/** What a payout pays out as far as we know: how many movements, and their net sum in its currency's minor units. */
export async function sumOfPayout(db: Db, id: string): Promise<{ count: number; netMinor: number }> {
  const row = await db.read
    .selectFrom('gateway_movement')
    .select(({ fn }) => [fn.countAll<number>().as('count'), fn.sum<number | null>('net_minor').as('net_minor')])
    .where('payout_id', '=', id)
    .executeTakeFirstOrThrow();
  return { count: Number(row.count), netMinor: Number(row.net_minor ?? 0) };
}

/**
 * Says of all that a payout pays out on which day it reached the bank; undefined where it did not. What an earlier payout
 * that came back should have brought is brought by the one that pays out its return.
 */
export async function settleMovements(db: Db, payoutId: string, day: string | undefined): Promise<void> {
  await db.q
    .updateTable('gateway_movement')
    .set({ settled_on: day ?? null })
    .where('payout_id', '=', payoutId)
    .where(sql<boolean>`settled_on is distinct from ${day ?? null}`)
    .execute();
  const returned = await db.q
    .selectFrom('gateway_movement')
    .innerJoin('payout', (join) =>
      join
        .onRef('payout.account_id', '=', 'gateway_movement.account_id')
        .onRef('payout.gateway_ref', '=', 'gateway_movement.source_ref'),
    )
    .select('payout.id')
    .where('gateway_movement.payout_id', '=', payoutId)
    .where('gateway_movement.meaning', '=', 'payout')
    .where('gateway_movement.gross_minor', '>', 0)
    .where('payout.id', '<>', payoutId)
    .execute();
  for (const { id } of returned) await settleMovements(db, id, day);
}
