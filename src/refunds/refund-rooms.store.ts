import { sql } from 'kysely';
import { readDepositBalance } from '../payables/deposit-balance.store.ts';
import { depositBalance } from '../payables/deposit-balance.ts';
import type { Payable } from '../payables/payable.ts';
import { readPayables } from '../payables/payables.store.ts';
import { recordedLeftOfDeposit } from '../payables/recorded-left.store.ts';
import type { Db } from '../platform/database/database.ts';
import { Refusal } from '../platform/refusal.ts';
import {
  CLOSED_CARD_CODES,
  GONE_STATES,
  type RefundableCard,
  type RefundMethod,
  type RefundRoom,
  refundRoom,
  UNBOOKED_STATES,
} from './refund.ts';

/** What may still be given back of one document that a payment settled, whole minor units. */
export interface DocumentRoom {
  payable: Payable;
  /** What the payment settles of it now. */
  settledMinor: number;
  /** What of that is promised already, and not booked. */
  promisedMinor: number;
  leftMinor: number;
}

/** What may still be given back of a payment, whole minor units. */
export interface PaymentRoom {
  paymentId: string;
  method: RefundMethod;
  customerId: string;
  accountId: string | undefined;
  currency: string;
  amountMinor: number;
  /** Of all that goes or went back, also what nobody has explained yet. */
  goneMinor: number;
  leftMinor: number;
  card: { brand: string; last4: string } | undefined;
  /** The card's bank has sent a refund back because the card takes no money any more. */
  closed: boolean;
  documents: DocumentRoom[];
}

const goneOfPayment = sql<number>`(select coalesce(sum(r.amount_minor), 0) from refund r where r.payment_id = payment.id and r.state in (${sql.join(GONE_STATES)}))`;
/** What banks dispute of it, or have kept: none of that can be given back. */
const disputedOfPayment = sql<number>`(select coalesce(sum(part.amount_minor), 0) from dispute_part part join dispute on dispute.id = part.dispute_id
  where dispute.payment_id = payment.id and (dispute.holds_money = 1 or dispute.decision is not null))`;
const lostOfPayment = sql<number>`(select coalesce(sum(part.amount_minor), 0) from dispute_part part join dispute on dispute.id = part.dispute_id
  where dispute.payment_id = payment.id and dispute.decision is not null)`;
const sentBack = sql<number>`(select count(*) from refund r where r.payment_id = payment.id and r.state = 'failed' and r.failure_code in (${sql.join(CLOSED_CARD_CODES)}))`;

/**
 * What may be given back of a payment that is paid; certain while its documents are locked. Of one refund that is looked
 * at itself, `without` names it; where its money `hasGone` already, what is disputed and not decided does not stand in its
 * way. Errors: Refusal `not-paid` (409).
 */
export async function paymentRoomOf(
  db: Db,
  paymentId: string,
  without = '',
  { hasGone = false } = {},
): Promise<PaymentRoom> {
  const payment = await db.read
    .selectFrom('payment')
    .select(['id', 'method', 'customer_id', 'account_id', 'currency', 'amount_minor', 'card_brand', 'card_last4'])
    .select([goneOfPayment.as('gone_minor'), sentBack.as('sent_back')])
    .select((hasGone ? lostOfPayment : disputedOfPayment).as('disputed_minor'))
    .where('id', '=', paymentId)
    .where('state', '=', 'paid')
    .executeTakeFirst();
  if (!payment) {
    throw new Refusal(
      'not-paid',
      409,
      'This payment is not paid, or was taken back: there is nothing to give back of it.',
    );
  }
  const own = await amountOf(db, without);
  const goneMinor = payment.gone_minor - own;
  const leftMinor = payment.amount_minor - goneMinor - Number(payment.disputed_minor);
  const documents = (await documentRooms(db, payment, { without, hasGone })).map((one) => ({
    ...one,
    leftMinor: Math.max(0, Math.min(one.leftMinor, leftMinor)),
  }));
  return {
    paymentId,
    method: payment.method,
    customerId: payment.customer_id,
    accountId: payment.account_id ?? undefined,
    currency: payment.currency,
    amountMinor: payment.amount_minor,
    goneMinor,
    leftMinor: Math.max(0, Math.min(leftMinor, sumOf(documents))),
    card: payment.card_brand ? { brand: payment.card_brand, last4: payment.card_last4 ?? '' } : undefined,
    closed: Number(payment.sent_back) > 0,
    documents,
  };
}

async function amountOf(db: Db, refundId: string): Promise<number> {
  if (!refundId) return 0;
  const row = await db.read
    .selectFrom('refund')
    .select('amount_minor')
    .where('id', '=', refundId)
    .where('state', 'in', GONE_STATES)
    .executeTakeFirst();
  return row?.amount_minor ?? 0;
}

function sumOf(documents: readonly DocumentRoom[]): number {
  return documents.reduce((sum, one) => sum + one.leftMinor, 0);
}

/** Of an invoice what was refunded, or lost in a dispute, is taken off the allocations once it is booked; of a deposit it never is. */
async function documentRooms(
  db: Db,
  { id: paymentId, method }: { id: string; method: RefundMethod },
  { without, hasGone }: { without: string; hasGone: boolean },
): Promise<DocumentRoom[]> {
  const settled = await db.read
    .selectFrom('allocation')
    .select('payable_id')
    .select(({ fn }) => fn.sum<number | string>('amount_minor').as('sum'))
    .where('payment_id', '=', paymentId)
    .groupBy('payable_id')
    .execute();
  const refunded = await db.read
    .selectFrom('refund_line')
    .innerJoin('refund', 'refund.id', 'refund_line.refund_id')
    .select(['refund_line.payable_id', 'refund_line.amount_minor', 'refund.state'])
    .where('refund.payment_id', '=', paymentId)
    .where('refund.state', 'in', GONE_STATES)
    .where('refund.id', '!=', without)
    .execute();
  const disputed = await db.read
    .selectFrom('dispute_part')
    .innerJoin('dispute', 'dispute.id', 'dispute_part.dispute_id')
    .select(['dispute_part.payable_id', 'dispute_part.amount_minor', 'dispute.decision'])
    .where('dispute.payment_id', '=', paymentId)
    .where(({ or, eb }) =>
      or([eb('dispute.decision', 'is not', null), ...(hasGone ? [] : [eb('dispute.holds_money', '=', 1)])]),
    )
    .execute();
  const payables = await readPayables(
    db,
    settled.map((row) => row.payable_id),
  );
  const rooms: DocumentRoom[] = [];
  for (const payable of payables) {
    const lines = refunded.filter((line) => line.payable_id === payable.id);
    const promisedMinor = add(lines.filter((line) => (UNBOOKED_STATES as string[]).includes(line.state)));
    const settledMinor = Number(settled.find((row) => row.payable_id === payable.id)?.sum ?? 0);
    const parts = disputed.filter((part) => part.payable_id === payable.id);
    const leftMinor =
      payable.kind === 'invoice'
        ? settledMinor - promisedMinor - add(parts.filter((part) => part.decision === null))
        : Math.min(
            settledMinor - add(lines) - add(parts),
            await leftOfDeposit(db, payable.id, { without, hasGone }),
            method === 'card' ? Number.POSITIVE_INFINITY : await recordedLeftOfDeposit(db, payable.id, without),
          );
    rooms.push({ payable, settledMinor, promisedMinor, leftMinor });
  }
  return rooms;
}

function add(lines: ReadonlyArray<{ amount_minor: number }>): number {
  return lines.reduce((sum, line) => sum + line.amount_minor, 0);
}

/** What is left of a deposit, as if the refund `without` were not there, and nothing disputed where its money `hasGone`. */
export async function leftOfDeposit(
  db: Db,
  depositId: string,
  { without, hasGone = false }: { without: string; hasGone?: boolean },
): Promise<number> {
  const balance = await readDepositBalance(db, depositId);
  if (!without) return balance.leftMinor;
  const own = await db.read
    .selectFrom('refund_line')
    .innerJoin('refund', 'refund.id', 'refund_line.refund_id')
    .select('refund_line.amount_minor')
    .where('refund_id', '=', without)
    .where('payable_id', '=', depositId)
    .where('refund.state', 'in', UNBOOKED_STATES)
    .executeTakeFirst();
  // Not merely added: what is disputed is held back of what that leaves.
  return depositBalance({
    ...balance,
    refundingMinor: balance.refundingMinor - (own?.amount_minor ?? 0),
    disputedMinor: hasGone ? 0 : balance.disputedMinor,
  }).leftMinor;
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
      selectFrom('refund_line')
        .innerJoin('refund', 'refund.id', 'refund_line.refund_id')
        .select(({ fn }) => fn.sum<number>('refund_line.amount_minor').as('sum'))
        .whereRef('refund.payment_id', '=', 'payment.id')
        .where('refund_line.payable_id', '=', depositId)
        .where('refund.state', 'in', GONE_STATES)
        .as('refunded_minor'),
    ])
    .select(['payment.amount_minor', goneOfPayment.as('gone_minor'), sentBack.as('sent_back')])
    .select(disputedOfPayment.as('disputed_minor'))
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
      // What was refunded at the gateway and is not explained yet is gone too.
      roomMinor: Math.min(
        (row.paid_minor ?? 0) - (row.refunded_minor ?? 0),
        row.amount_minor - row.gone_minor - Number(row.disputed_minor),
      ),
      closed: Number(row.sent_back) > 0,
    }))
    .filter((card) => card.roomMinor > 0);
}
