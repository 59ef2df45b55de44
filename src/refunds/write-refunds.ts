import { sql } from 'kysely';
import type { Actor } from '../audit/record.ts';
import { readCompany } from '../company/company.store.ts';
import { needsSecondPerson } from '../company/refund-limits.ts';
import type { CreditReason } from '../invoices/credit-note.ts';
import type { PaymentParts } from '../payments/payment-parts.ts';
import { laterIso, MINUTE_MS, nowIso } from '../platform/clock.ts';
import type { Db } from '../platform/database/database.ts';
import { newId } from '../platform/ids.ts';
import { auditRefund } from './audit-refund.ts';
import { bookRefund } from './book-refund.ts';
import { GONE_STATES, type Refund, type RefundLine, type RefundMethod } from './refund.ts';
import { refundsOfForm } from './refunds.store.ts';

/** Whoever reserved it usually sends it at once; the sweeper sees to what was left behind. */
const FIRST_LOOK_MS = MINUTE_MS;

/** One refund of a form: one for each payment that it gives back of. */
export interface WantedRefund {
  paymentId: string | undefined;
  /** The account whose gateway sends it; undefined for what is given back by hand. */
  accountId: string | undefined;
  lines: Array<Omit<RefundLine, 'allocationId'>>;
}

/** What the refunds of one form have in common. */
export interface RefundForm {
  method: RefundMethod;
  customerId: string;
  currency: string;
  reference: string;
  reasonKind: CreditReason;
  reason: string;
  submissionId: string;
  actor: Actor;
}

/**
 * Writes the refunds of a form that was checked under lock, in the transaction one stands in. Above the sum that one
 * person may give back alone they wait; else what is given back by hand is booked at once, and what goes to a card has to
 * be sent. Gives the refunds.
 */
export async function writeRefunds(
  parts: PaymentParts,
  form: RefundForm,
  wanted: readonly WantedRefund[],
): Promise<Refund[]> {
  const { db, clock } = parts;
  const waits = await exceedsLimit(db, form, wanted);
  const { actor, method } = form;
  const rows = wanted.map((one, part) => ({
    id: newId('ref'),
    method,
    state: waits ? ('waiting' as const) : ('reserved' as const),
    customer_id: form.customerId,
    payment_id: one.paymentId ?? null,
    account_id: one.accountId ?? null,
    currency: form.currency,
    amount_minor: sumOf(one),
    reference: form.reference,
    reason_kind: form.reasonKind,
    reason: form.reason,
    note: '',
    submission_id: form.submissionId,
    part,
    created_by: actor.kind === 'person' ? (actor.id ?? null) : null,
    created_at: nowIso(clock),
    next_look_at: method === 'card' && !waits ? laterIso(clock, FIRST_LOOK_MS) : null,
  }));
  await db.q.insertInto('refund').values(rows).execute();
  const lines = rows.flatMap(({ id }, i) =>
    (wanted[i] as WantedRefund).lines.map((line) => ({
      refund_id: id,
      payable_id: line.payableId,
      amount_minor: line.amountMinor,
      outcome: line.outcome,
      allocation_id: null,
    })),
  );
  await db.q.insertInto('refund_line').values(lines).execute();
  for (const refund of await refundsOfForm(db, form.submissionId)) {
    await auditRefund(parts, refund, { deed: 'ordered', actor, more: { waits, reasonKind: form.reasonKind } });
    if (method !== 'card' && !waits) await bookRefund(parts, refund.id, { state: 'succeeded', actor });
  }
  return refundsOfForm(db, form.submissionId);
}

/**
 * A sum given back in several steps counts as one: what went back before of the same payments or documents is added,
 * also by hand of a deposit that such a payment paid into.
 */
async function exceedsLimit(db: Db, { currency }: RefundForm, wanted: readonly WantedRefund[]): Promise<boolean> {
  const { refundLimits } = await readCompany(db);
  if (!refundLimits) return false;
  // No list may be empty: PostgreSQL knows none.
  const paymentIds = ['', ...(await paymentsBehind(db, wanted))];
  const payableIds = wanted.flatMap((one) => one.lines.map((line) => line.payableId));
  const before = await db.q
    .selectFrom('refund')
    .select(({ fn }) => fn.sum<number | string>('amount_minor').as('sum'))
    .where('state', 'in', GONE_STATES)
    .where('currency', '=', currency)
    .where((where) =>
      where.or([
        where('payment_id', 'in', paymentIds),
        where('id', 'in', where.selectFrom('refund_line').select('refund_id').where('payable_id', 'in', payableIds)),
        where.and([
          // Kept from SQLite as a way to begin with all that is of no payment.
          where(sql`coalesce(payment_id, '')`, '=', ''),
          where('id', 'in', (from) =>
            from
              .selectFrom('refund_line')
              .innerJoin('allocation', 'allocation.payable_id', 'refund_line.payable_id')
              .select('refund_line.refund_id')
              .where('allocation.payment_id', 'in', paymentIds),
          ),
        ]),
      ]),
    )
    .executeTakeFirst();
  const amountMinor = wanted.reduce((sum, one) => sum + sumOf(one), Number(before?.sum ?? 0));
  return needsSecondPerson(refundLimits, { amountMinor, currency });
}

/** The payments of which it is, or which paid into the deposit that it is of. */
async function paymentsBehind(db: Db, wanted: readonly WantedRefund[]): Promise<string[]> {
  const named = wanted.flatMap((one) => one.paymentId ?? []);
  const depositIds = wanted.filter((one) => !one.paymentId).flatMap((one) => one.lines.map((line) => line.payableId));
  const paidIn = await db.q
    .selectFrom('allocation')
    .select('payment_id')
    .distinct()
    .where('payable_id', 'in', ['', ...depositIds])
    .where('payment_id', 'is not', null)
    .execute();
  return [...named, ...paidIn.flatMap((row) => row.payment_id ?? [])];
}

function sumOf({ lines }: WantedRefund): number {
  return lines.reduce((sum, line) => sum + line.amountMinor, 0);
}
