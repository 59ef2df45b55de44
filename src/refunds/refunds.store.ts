import type { Selectable, Updateable } from 'kysely';
import { readDepositBalance } from '../payables/deposit-balance.store.ts';
import type { Db } from '../platform/database/database.ts';
import type { RefundTable } from '../platform/database/tables.ts';
import { isId } from '../platform/ids.ts';
import { notFound } from '../platform/refusal.ts';
import {
  CLOSED_CARD_CODES,
  GONE_STATES,
  type Refund,
  type RefundableCard,
  type RefundRoom,
  type RefundState,
  refundRoom,
  refundStatesBefore,
} from './refund.ts';

/** Errors: 404 when there is none of that id. Inside a transaction it reads what that transaction sees. */
export async function readRefund(db: Db, id: string): Promise<Refund> {
  const row = await db.read.selectFrom('refund').selectAll().where('id', '=', id).executeTakeFirst();
  if (!row) throw notFound('refund');
  return refundOf(row);
}

/** The refunds that one form ordered, in the order of its parts. */
export async function refundsOfForm(db: Db, submissionId: string): Promise<Refund[]> {
  const rows = await db.read
    .selectFrom('refund')
    .selectAll()
    .where('submission_id', '=', submissionId)
    .orderBy('part')
    .execute();
  return rows.map(refundOf);
}

/** The refund of this name at the gateway, or the one that it says it is; undefined when it is none of ours. */
export async function findRefund(
  db: Db,
  { accountId, gatewayRef, reference }: { accountId: string; gatewayRef: string; reference: string | undefined },
): Promise<Refund | undefined> {
  const ofAccount = db.q.selectFrom('refund').selectAll().where('account_id', '=', accountId);
  const row =
    (await ofAccount.where('gateway_ref', '=', gatewayRef).executeTakeFirst()) ??
    (isId(reference, 'ref') ? await ofAccount.where('id', '=', reference).executeTakeFirst() : undefined);
  return row && refundOf(row);
}

/**
 * Moves a refund by compare-and-set along the table of states. Gives false when somebody else was first.
 * `from` narrows what it may come from; it is always held within the table.
 */
export async function moveRefund(
  db: Db,
  id: string,
  to: RefundState,
  set: Updateable<RefundTable> = {},
  from: readonly RefundState[] = refundStatesBefore(to),
): Promise<boolean> {
  const allowed = refundStatesBefore(to).filter((state) => from.includes(state));
  const moved = await db.q
    .updateTable('refund')
    .set({ ...set, state: to })
    .where('id', '=', id)
    .where('state', 'in', allowed)
    .executeTakeFirst();
  return moved.numUpdatedRows === 1n;
}

/** What may be given back of a deposit; certain while it is locked. */
export async function refundRoomOf(db: Db, depositId: string): Promise<RefundRoom> {
  const { leftMinor } = await readDepositBalance(db, depositId);
  return refundRoom(leftMinor, await cardsOf(db, depositId));
}

async function cardsOf(db: Db, depositId: string): Promise<RefundableCard[]> {
  const rows = await db.read
    .selectFrom('payment')
    .select(['payment.id', 'payment.account_id', 'payment.card_brand', 'payment.card_last4'])
    .select(({ selectFrom }) => [
      selectFrom('allocation')
        .select(({ fn }) => fn.sum<number>('allocation.amount_minor').as('sum'))
        .whereRef('allocation.payment_id', '=', 'payment.id')
        .where('allocation.payable_id', '=', depositId)
        .as('paid_minor'),
      selectFrom('refund')
        .select(({ fn }) => fn.sum<number>('refund.amount_minor').as('sum'))
        .whereRef('refund.payment_id', '=', 'payment.id')
        .where('refund.payable_id', '=', depositId)
        .where('refund.state', 'in', GONE_STATES)
        .as('refunded_minor'),
      selectFrom('dispute_part')
        .innerJoin('dispute', 'dispute.id', 'dispute_part.dispute_id')
        .select(({ fn }) => fn.sum<number>('dispute_part.amount_minor').as('sum'))
        .whereRef('dispute.payment_id', '=', 'payment.id')
        .where('dispute_part.payable_id', '=', depositId)
        .where(({ or, eb }) => or([eb('dispute.holds_money', '=', 1), eb('dispute.decision', 'is not', null)]))
        .as('disputed_minor'),
      selectFrom('refund')
        .select(({ fn }) => fn.countAll<number>().as('count'))
        .whereRef('refund.payment_id', '=', 'payment.id')
        .where('refund.state', '=', 'failed')
        .where('refund.failure_code', 'in', CLOSED_CARD_CODES)
        .as('sent_back'),
    ])
    .where('payment.id', 'in', (eb) =>
      eb
        .selectFrom('allocation')
        .select('allocation.payment_id')
        .where('allocation.payable_id', '=', depositId)
        .where('allocation.payment_id', 'is not', null)
        .$castTo<{ payment_id: string }>(),
    )
    .where('payment.method', '=', 'card')
    .where('payment.state', '=', 'paid')
    .orderBy('payment.id')
    .execute();
  return rows
    .map((row) => ({
      paymentId: row.id,
      accountId: row.account_id ?? '',
      brand: row.card_brand ?? '',
      last4: row.card_last4 ?? '',
      roomMinor: (row.paid_minor ?? 0) - (row.refunded_minor ?? 0) - (row.disputed_minor ?? 0),
      closed: (row.sent_back ?? 0) > 0,
    }))
    .filter((card) => card.roomMinor > 0);
}

function refundOf(row: Selectable<RefundTable>): Refund {
  return {
    id: row.id,
    method: row.method,
    state: row.state,
    customerId: row.customer_id,
    payableId: row.payable_id ?? '',
    paymentId: row.payment_id ?? undefined,
    accountId: row.account_id ?? undefined,
    currency: row.currency,
    amountMinor: row.amount_minor,
    gatewayRef: row.gateway_ref ?? undefined,
    createTries: row.create_tries,
    brokeAt: row.broke_at ?? undefined,
    reference: row.reference,
    createdBy: row.created_by ?? undefined,
    createdAt: row.created_at,
  };
}
