import type { Lease } from '../payables/lease.ts';
import { type Clock, nowIso } from '../platform/clock.ts';
import type { Db } from '../platform/database/database.ts';
import { newId } from '../platform/ids.ts';
import type { PaymentPart, PaymentState } from './payment.ts';
import { movePayment, partsOf } from './payments.store.ts';

/** A payment that holds a lease on something we want to be paid. */
export interface LeasedPayment {
  id: string;
  state: PaymentState;
  accountId: string | undefined;
  inFlightSince: string | undefined;
  /** Whether it is for these payables and no others, whatever the amounts. */
  coversExactly(wanted: readonly PaymentPart[]): boolean;
}

/** What each try writes on its payment. */
export interface TryColumns {
  attempt_id: string;
  amount_minor: number;
  channel: 'link' | 'office';
  link_id: string | null;
  created_by: string | null;
  payer_email: string;
  in_flight_since: string;
  next_look_at: string;
}

/** The payments behind these leases. */
export async function leasedPayments(db: Db, leases: readonly Lease[]): Promise<LeasedPayment[]> {
  const ids = [...new Set(leases.map((lease) => lease.paymentId))].sort();
  const found: LeasedPayment[] = [];
  for (const id of ids) {
    const row = await db.q
      .selectFrom('payment')
      .select(['id', 'state', 'account_id', 'in_flight_since'])
      .where('id', '=', id)
      .executeTakeFirstOrThrow();
    const covered = (await partsOf(db, id)).map((part) => part.payableId).join();
    found.push({
      id,
      state: row.state,
      accountId: row.account_id ?? undefined,
      inFlightSince: row.in_flight_since ?? undefined,
      coversExactly: (wanted) =>
        wanted
          .map((part) => part.payableId)
          .sort()
          .join() === covered,
    });
  }
  return found;
}

/** Writes a payment that is being confirmed, with its parts and the lease of each payable, in id order. */
export async function writeFreshPayment(
  { db, clock }: { db: Db; clock: Clock },
  fresh: { customerId: string; accountId: string; currency: string; parts: PaymentPart[]; set: TryColumns },
): Promise<string> {
  const id = newId('pay');
  await db.q
    .insertInto('payment')
    .values({
      id,
      method: 'card',
      customer_id: fresh.customerId,
      account_id: fresh.accountId,
      currency: fresh.currency,
      state: 'confirming',
      gateway_ref: null,
      charge_ref: null,
      authorization_code: null,
      card_brand: null,
      card_last4: null,
      created_at: nowIso(clock),
      paid_at: null,
      cancelled_at: null,
      cancel_asked_at: null,
      cancel_asked_by: null,
      looks: 0,
      handed_until: null,
      ...fresh.set,
    })
    .execute();
  await writeParts(db, id, fresh.parts);
  for (const part of [...fresh.parts].sort((a, b) => (a.payableId < b.payableId ? -1 : 1))) {
    await db.q
      .insertInto('lease')
      .values({ payable_id: part.payableId, payment_id: id, taken_at: nowIso(clock) })
      .execute();
  }
  return id;
}

/**
 * Goes on with a live payment after a decline: the same payment at the gateway is confirmed again. Gives false, and
 * changes nothing, when it was given up in this moment.
 */
export async function reusePayment(db: Db, id: string, parts: PaymentPart[], set: TryColumns): Promise<boolean> {
  if (!(await movePayment(db, id, 'confirming', { ...set, looks: 0 }, ['ready']))) return false;
  await db.q.deleteFrom('payment_payable').where('payment_id', '=', id).execute();
  await writeParts(db, id, parts);
  return true;
}

async function writeParts(db: Db, paymentId: string, parts: PaymentPart[]): Promise<void> {
  const rows = parts.map((part) => ({
    payment_id: paymentId,
    payable_id: part.payableId,
    amount_minor: part.amountMinor,
    version: part.version,
  }));
  await db.q.insertInto('payment_payable').values(rows).execute();
}
