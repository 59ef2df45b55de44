import type { Selectable, Updateable } from 'kysely';
import { depositBalances } from '../payables/deposit-balance.store.ts';
import type { Db } from '../platform/database/database.ts';
import type { DisputeTable } from '../platform/database/tables.ts';
import { notFound } from '../platform/refusal.ts';
import { GONE_STATES } from '../refunds/refund.ts';
import type { Dispute, Room } from './dispute.ts';

/** Errors: 404 when there is none of that id. Inside a transaction it reads what that transaction sees. */
export async function readDispute(db: Db, id: string): Promise<Dispute> {
  const row = await db.read.selectFrom('dispute').selectAll().where('id', '=', id).executeTakeFirst();
  if (!row) throw notFound('dispute');
  return disputeOf(row);
}

export async function findDisputeByRef(db: Db, accountId: string, gatewayRef: string): Promise<Dispute | undefined> {
  const row = await db.q
    .selectFrom('dispute')
    .selectAll()
    .where('account_id', '=', accountId)
    .where('gateway_ref', '=', gatewayRef)
    .executeTakeFirst();
  return row && disputeOf(row);
}

/** Writes what was learnt, unless somebody wrote a later look down meanwhile. Gives false in that case. */
export async function writeDispute(
  db: Db,
  { id, version }: Pick<Dispute, 'id' | 'version'>,
  set: Updateable<DisputeTable>,
): Promise<boolean> {
  const written = await db.q
    .updateTable('dispute')
    .set({ ...set, version: version + 1 })
    .where('id', '=', id)
    .where('version', '=', version)
    .executeTakeFirst();
  return written.numUpdatedRows === 1n;
}

/** The documents that a disputed sum concerns, in their order. */
export async function partsOfDispute(
  db: Db,
  disputeId: string,
): Promise<Array<{ payableId: string; amountMinor: number }>> {
  const rows = await db.read
    .selectFrom('dispute_part')
    .select(['payable_id', 'amount_minor'])
    .where('dispute_id', '=', disputeId)
    .orderBy('payable_id')
    .execute();
  return rows.map((row) => ({ payableId: row.payable_id, amountMinor: row.amount_minor }));
}

/** All documents that a dispute may touch, to be locked before anything of it moves: its own, and what its payment settles. */
export async function documentsOfDispute(db: Db, disputeId: string): Promise<string[]> {
  const rows = await db.q
    .selectFrom('dispute_part')
    .select('payable_id')
    .where('dispute_id', '=', disputeId)
    .union(
      db.q
        .selectFrom('allocation')
        .innerJoin('dispute', 'dispute.payment_id', 'allocation.payment_id')
        .select('allocation.payable_id')
        .where('dispute.id', '=', disputeId),
    )
    .execute();
  return rows.map((row) => row.payable_id);
}

/** Says which part of a dispute concerns which document, instead of what was said before. */
export async function writeParts(
  { q }: Db,
  disputeId: string,
  shares: ReadonlyArray<{ payableId: string; amountMinor: number }>,
): Promise<void> {
  await q.deleteFrom('dispute_part').where('dispute_id', '=', disputeId).execute();
  if (shares.length === 0) return;
  await q
    .insertInto('dispute_part')
    .values(
      shares.map((share) => ({ dispute_id: disputeId, payable_id: share.payableId, amount_minor: share.amountMinor })),
    )
    .execute();
}

/** The gateway's names of the movements that are booked. */
export async function movementRefs(db: Db, disputeId: string): Promise<string[]> {
  const rows = await db.read
    .selectFrom('dispute_movement')
    .select('gateway_ref')
    .where('dispute_id', '=', disputeId)
    .execute();
  return rows.map((row) => row.gateway_ref);
}

/** What the bank has of it now, by the movements that are booked: whole minor units, more than nothing while it is out. */
export async function takenMinor(db: Db, disputeId: string): Promise<number> {
  const row = await db.read
    .selectFrom('dispute_movement')
    .select(({ fn }) => fn.sum<number | null>('amount_minor').as('moved'))
    .where('dispute_id', '=', disputeId)
    .executeTakeFirst();
  return 0 - Number(row?.moved ?? 0);
}

/**
 * What a payment still settles of each of its documents and no other dispute claims, in the order of their ids. What was
 * refunded of a deposit is no longer there.
 */
export async function roomsOfPayment(db: Db, paymentId: string, disputeId: string): Promise<Room[]> {
  const rows = await db.q
    .selectFrom('allocation')
    .innerJoin('payable', 'payable.id', 'allocation.payable_id')
    .select(['allocation.payable_id', ({ fn }) => fn.sum<number>('allocation.amount_minor').as('settled')])
    .select(({ selectFrom }) => [
      selectFrom('refund_line')
        .innerJoin('refund', 'refund.id', 'refund_line.refund_id')
        .select(({ fn }) => fn.sum<number | null>('refund_line.amount_minor').as('sum'))
        .whereRef('refund_line.payable_id', '=', 'allocation.payable_id')
        .where('refund.payment_id', '=', paymentId)
        .where('refund.state', 'in', GONE_STATES)
        .as('refunded'),
      selectFrom('dispute_part')
        .innerJoin('dispute', 'dispute.id', 'dispute_part.dispute_id')
        .select(({ fn }) => fn.sum<number | null>('dispute_part.amount_minor').as('sum'))
        .whereRef('dispute_part.payable_id', '=', 'allocation.payable_id')
        .where('dispute.payment_id', '=', paymentId)
        .where('dispute.id', '!=', disputeId)
        .where(({ and, or, eb }) =>
          or([
            and([eb('dispute.holds_money', '=', 1), eb('dispute.decision', 'is', null)]),
            and([eb('dispute.decision', 'is not', null), eb('payable.kind', '=', 'deposit')]),
          ]),
        )
        .as('claimed'),
    ])
    .select('payable.kind')
    .where('allocation.payment_id', '=', paymentId)
    .groupBy(['allocation.payable_id', 'payable.kind'])
    .orderBy('allocation.payable_id')
    .execute();
  const deposits = await depositBalances(
    db,
    rows.filter((row) => row.kind === 'deposit').map((row) => row.payable_id),
  );
  return rows.map(({ payable_id, settled, refunded, claimed }) => {
    const deposit = deposits.get(payable_id);
    const roomMinor = Number(settled) - (deposit ? Number(refunded ?? 0) : 0) - Number(claimed ?? 0);
    // What was given back by hand is of no payment.
    const thereMinor = deposit && deposit.heldMinor + deposit.appliedMinor;
    return { payableId: payable_id, roomMinor: Math.min(roomMinor, thereMinor ?? roomMinor) };
  });
}

export function disputeOf(row: Selectable<DisputeTable>): Dispute {
  return {
    id: row.id,
    accountId: row.account_id,
    gatewayRef: row.gateway_ref,
    paymentId: row.payment_id ?? undefined,
    customerId: row.customer_id ?? undefined,
    chargeRef: row.charge_ref,
    paymentRef: row.payment_ref ?? undefined,
    state: row.state,
    reason: row.reason,
    networkReason: row.network_reason ?? undefined,
    currency: row.currency,
    amountMinor: row.amount_minor,
    dueBy: row.due_by ?? undefined,
    submissions: row.submissions,
    openedAt: row.opened_at,
    heardAt: row.heard_at,
    closedAt: row.closed_at ?? undefined,
    version: row.version,
    decision:
      row.decision && row.decided_at
        ? { outcome: row.decision, at: row.decided_at, reason: row.decision_reason ?? '' }
        : undefined,
    answer:
      row.answer && row.answer_id && row.answered_at
        ? { id: row.answer_id, content: row.answer, at: row.answered_at }
        : undefined,
  };
}
