import type { Selectable, Updateable } from 'kysely';
import type { CreditReason } from '../invoices/credit-note.ts';
import type { Db } from '../platform/database/database.ts';
import type { RefundTable } from '../platform/database/tables.ts';
import { isId } from '../platform/ids.ts';
import { notFound } from '../platform/refusal.ts';
import { type Refund, type RefundLine, type RefundState, refundStatesBefore } from './refund.ts';

/** Errors: 404 when there is none of that id. Inside a transaction it reads what that transaction sees. */
export async function readRefund(db: Db, id: string): Promise<Refund> {
  const row = await db.read.selectFrom('refund').selectAll().where('id', '=', id).executeTakeFirst();
  const [refund] = row ? await refundsOf(db, [row]) : [];
  if (!refund) throw notFound('refund');
  return refund;
}

/** The refunds that one form ordered, in the order of its parts. */
export async function refundsOfForm(db: Db, submissionId: string): Promise<Refund[]> {
  const rows = await db.read
    .selectFrom('refund')
    .selectAll()
    .where('submission_id', '=', submissionId)
    .orderBy('part')
    .execute();
  return refundsOf(db, rows);
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
  return row && (await refundsOf(db, [row]))[0];
}

/**
 * All that a refund touches, to be locked before anything of it moves: the documents that it is of, and those that its
 * payment settled.
 */
export async function documentsOfRefund(db: Db, { id, paymentId }: { id: string; paymentId?: string | undefined }) {
  const ofLines = db.q.selectFrom('refund_line').select('payable_id').where('refund_id', '=', id);
  const rows = await (paymentId
    ? ofLines.union(db.q.selectFrom('allocation').select('payable_id').where('payment_id', '=', paymentId))
    : ofLines
  ).execute();
  return rows.map((row) => row.payable_id);
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

async function refundsOf(db: Db, rows: ReadonlyArray<Selectable<RefundTable>>): Promise<Refund[]> {
  if (rows.length === 0) return [];
  const lines = await db.read
    .selectFrom('refund_line')
    .selectAll()
    .where(
      'refund_id',
      'in',
      rows.map((row) => row.id),
    )
    .orderBy('payable_id')
    .execute();
  return rows.map((row) =>
    refundOf(
      row,
      lines
        .filter((line) => line.refund_id === row.id)
        .map((line) => ({
          payableId: line.payable_id,
          amountMinor: line.amount_minor,
          outcome: line.outcome,
          allocationId: line.allocation_id ?? undefined,
        })),
    ),
  );
}

function refundOf(row: Selectable<RefundTable>, lines: RefundLine[]): Refund {
  return {
    id: row.id,
    method: row.method,
    state: row.state,
    origin: row.origin,
    customerId: row.customer_id,
    lines,
    paymentId: row.payment_id ?? undefined,
    accountId: row.account_id ?? undefined,
    currency: row.currency,
    amountMinor: row.amount_minor,
    gatewayRef: row.gateway_ref ?? undefined,
    createTries: row.create_tries,
    brokeAt: row.broke_at ?? undefined,
    reference: row.reference,
    submissionId: row.submission_id,
    reasonKind: row.reason_kind as CreditReason,
    reason: row.reason,
    createdBy: row.created_by ?? undefined,
    createdAt: row.created_at,
    sentAt: row.sent_at ?? undefined,
    settledAt: row.settled_at ?? undefined,
    endedAt: row.ended_at ?? undefined,
    failure: row.failure ?? undefined,
    failureCode: row.failure_code ?? undefined,
    decision: row.decided_at
      ? { by: row.decided_by ?? '', at: row.decided_at, reason: row.decision_reason ?? '' }
      : undefined,
  };
}
