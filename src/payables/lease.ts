import type { Db } from '../platform/database/database.ts';
import { Refusal } from '../platform/refusal.ts';
import { showDateTime } from '../platform/show-time.ts';

/** The right of one payment to be live for a payable. */
export interface Lease {
  payableId: string;
  paymentId: string;
  takenAt: string;
  channel: 'link' | 'office';
  startedBy: string | undefined;
}

/** The leases on these payables; ask inside the transaction that depends on the answer. */
export async function leasesOn(db: Db, payableIds: readonly string[]): Promise<Lease[]> {
  if (payableIds.length === 0) return [];
  const rows = await db.q
    .selectFrom('lease')
    .innerJoin('payment', 'payment.id', 'lease.payment_id')
    .leftJoin('person', 'person.id', 'payment.created_by')
    .select(['lease.payable_id', 'lease.payment_id', 'lease.taken_at', 'payment.channel', 'person.name'])
    .where('lease.payable_id', 'in', [...payableIds])
    .execute();
  return rows.map((row) => ({
    payableId: row.payable_id,
    paymentId: row.payment_id,
    takenAt: row.taken_at,
    channel: row.channel,
    startedBy: row.name ?? undefined,
  }));
}

/**
 * For every deed that lowers a balance: refuses while a card payment is live on the payable.
 * Errors: Refusal `being-paid` (409) that says since when and by whom, with the payment's id in its detail.
 */
export async function refuseWhileLeased(db: Db, payableIds: readonly string[]): Promise<void> {
  const [lease] = await leasesOn(db, payableIds);
  if (!lease) return;
  throw new Refusal(
    'being-paid',
    409,
    `${await underWay(db, lease, lease.takenAt)} Cancel it first, or wait until it is done.`,
    { detail: { paymentId: lease.paymentId, since: lease.takenAt } },
  );
}

/** Who is paying and since when, as staff read it. */
export async function underWay(db: Db, lease: Lease | undefined, since: string): Promise<string> {
  const who = lease?.channel === 'office' ? (lease.startedBy ?? 'a colleague') : 'the customer';
  const { time_zone: timeZone = 'UTC' } =
    (await db.q.selectFrom('company').select('time_zone').executeTakeFirst()) ?? {};
  return `A card payment has been under way since ${showDateTime(since, timeZone)}, started by ${who}.`;
}

/** The live payment that a refusal `being-paid` speaks of, so that a page can offer to cancel it; else undefined. */
export function paymentInTheWay(error: unknown): PaymentInTheWay | undefined {
  if (!(error instanceof Refusal) || error.code !== 'being-paid') return undefined;
  return { paymentId: String(error.detail.paymentId), sentence: error.message };
}

export interface PaymentInTheWay {
  paymentId: string;
  /** Since when and by whom. */
  sentence: string;
}
