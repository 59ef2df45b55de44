import { type SelectQueryBuilder, sql } from 'kysely';
import { accountLabel } from '../accounts/account.ts';
import type { DeclineCategory } from '../gateway/gateway.ts';
import type { Money } from '../money/money.ts';
import type { Db } from '../platform/database/database.ts';
import { meets, type SearchWay, weighSearch } from '../platform/database/search-words.ts';
import type { Tables } from '../platform/database/tables.ts';
import { type KeysetPage, keysetPage, PAGE_SIZE } from '../platform/keyset.ts';
import type { AttemptState } from './attempt.ts';
import type { DisputeMark } from './disputes-of-payment.store.ts';
import type { Payment, PaymentState } from './payment.ts';
import { netsOf } from './payment-movements.store.ts';

const FOUND_BY: readonly SearchWay[] = [
  { kind: 'payment' },
  { kind: 'customer', tie: ['payment.customer_id', 'payment.id'] },
  { kind: 'invoice', tie: ['payment_payable.payable_id', 'payment_payable.payment_id'] },
  { kind: 'deposit', tie: ['payment_payable.payable_id', 'payment_payable.payment_id'] },
];

export interface PaymentFilter {
  state: PaymentState | undefined;
  accountId: string | undefined;
  customerId: string | undefined;
  /** Only payments of which a try was declined. */
  declined: boolean;
  /** Words of the customer, of a document's number or of a cheque's, or the gateway's whole reference. */
  search: string | undefined;
  /** Only payments whose money reached the bank on that day, yyyy-mm-dd. */
  settledOn: string | undefined;
  /** The id to continue after. */
  before: string | undefined;
}

export interface ListedPayment {
  id: string;
  method: Payment['method'];
  channel: Payment['channel'];
  state: PaymentState;
  amount: Money;
  /** What of it has been given back, whole minor units. */
  refundedMinor: number;
  createdAt: string;
  customer: { id: string; name: string };
  accountName: string | undefined;
  documents: string[];
  /** What of it is left after the gateway's fee, in the currency that the account is paid out in, once that is known. */
  net: Money | undefined;
  card: { brand: string; last4: string } | undefined;
  /** The latest dispute of it, where a bank contests it. */
  dispute: DisputeMark['state'] | undefined;
  /** The latest try of a card payment. */
  attempt:
    | { state: AttemptState; declineCategory: DeclineCategory | undefined; declineCode: string | undefined }
    | undefined;
}

/** What of a payment has been given back, as a column of any query that has the payment table in it. */
export const refundedOfPaymentColumn = sql<number>`(select coalesce(sum(r.amount_minor), 0) from refund r where r.payment_id = payment.id and r.state = 'succeeded')`;

/** Payments newest first with the latest try of each, a page at a time. */
export async function listPayments(db: Db, filter: PaymentFilter): Promise<KeysetPage<ListedPayment>> {
  const { query } = await narrowed(db, filter);
  const rows = await query
    .innerJoin('customer', 'customer.id', 'payment.customer_id')
    .leftJoin('account', 'account.id', 'payment.account_id')
    .leftJoin('attempt', 'attempt.id', 'payment.attempt_id')
    .select(['payment.id', 'payment.method', 'payment.channel', 'payment.state', 'payment.currency'])
    .select(['payment.amount_minor', 'payment.created_at', 'payment.customer_id', 'customer.name as customer_name'])
    .select(['account.name as account_name', 'account.livemode'])
    .select(['attempt.state as attempt_state', 'decline_category', 'decline_code'])
    .select(['payment.card_brand', 'payment.card_last4', 'attempt.card_brand as tried_brand'])
    .select(['attempt.card_last4 as tried_last4', refundedOfPaymentColumn.as('refunded_minor')])
    .select(({ selectFrom }) =>
      selectFrom('dispute')
        .select('dispute.state')
        .whereRef('dispute.payment_id', '=', 'payment.id')
        .orderBy('dispute.id', 'desc')
        .limit(1)
        .as('dispute_state'),
    )
    .orderBy('payment.id', 'desc')
    .limit(PAGE_SIZE + 1)
    .execute();
  const page = keysetPage(rows);
  const ids = page.rows.map((row) => row.id);
  const [documents, nets] = await Promise.all([documentsOf(db, ids), netsOf(db, ids)]);
  return {
    olderThan: page.olderThan,
    rows: page.rows.map((row) => {
      const [brand, last4] = [row.card_brand ?? row.tried_brand, row.card_last4 ?? row.tried_last4];
      return {
        id: row.id,
        method: row.method,
        channel: row.channel,
        state: row.state,
        amount: { amountMinor: row.amount_minor, currency: row.currency },
        refundedMinor: Number(row.refunded_minor),
        createdAt: row.created_at,
        customer: { id: row.customer_id, name: row.customer_name },
        accountName: row.account_name
          ? accountLabel({ name: row.account_name, livemode: row.livemode === 1 })
          : undefined,
        documents: documents.get(row.id) ?? [],
        net: nets.get(row.id),
        dispute: row.dispute_state ?? undefined,
        card: brand && last4 ? { brand, last4 } : undefined,
        attempt: row.attempt_state
          ? {
              state: row.attempt_state,
              declineCategory: (row.decline_category ?? undefined) as DeclineCategory | undefined,
              declineCode: row.decline_code ?? undefined,
            }
          : undefined,
      };
    }),
  };
}

async function narrowed(
  db: Db,
  filter: PaymentFilter,
): Promise<{ query: SelectQueryBuilder<Tables, 'payment', Record<never, never>> }> {
  const { state, accountId, customerId, declined, search, settledOn, before } = filter;
  let query = db.read.selectFrom('payment');
  if (state) query = query.where('payment.state', '=', state);
  if (accountId) query = query.where('payment.account_id', '=', accountId);
  if (customerId) query = query.where('payment.customer_id', '=', customerId);
  if (before) query = query.where('payment.id', '<', before);
  if (declined) query = query.where(await wereDeclined(db));
  if (settledOn) query = query.where(wereSettled(settledOn));
  if (search) query = query.where(await matches(db, search));
  // Within an object: a query that is awaited would be carried out.
  return { query };
}

/** From the newest payment of that day's payouts on: all that came since need not be gone through. */
function wereSettled(day: string) {
  const ofDay = sql`from gateway_movement where settled_on = ${day} and payment_id is not null and meaning = 'charge'`;
  return sql<boolean>`payment.id <= (select max(payment_id) ${ofDay}) and payment.id in (select payment_id ${ofDay})`;
}

/** So many tries may be gathered before the page is looked for among their payments. */
const FEW_DECLINES = 5000;

/** Where few tries were declined, their payments are gathered; where many were, each payment of the list is asked. */
async function wereDeclined(db: Db) {
  // Literals, as the index has them.
  const few = await sql<{ n: number }>`select count(*) as n from (
    select 1 from attempt where state = 'declined' limit ${FEW_DECLINES + 1}) few`.execute(db.read);
  if (Number(few.rows[0]?.n) > FEW_DECLINES) {
    return sql<boolean>`exists (select 1 from attempt tried where tried.payment_id = payment.id and tried.state = 'declined')`;
  }
  return sql<boolean>`payment.id in (select payment_id from attempt where state = 'declined')`;
}

/** References of gateways hold underscores, which names and numbers hardly do: they are looked up whole, by their index. */
async function matches(db: Db, search: string) {
  if (/^[a-z]{2,3}_\w+$/i.test(search)) {
    return sql<boolean>`(payment.id = ${search} or (payment.gateway_ref = ${search}
      and payment.account_id in (select id from account)))`;
  }
  return meets(await weighSearch(db, search, FOUND_BY), 'payment.id');
}

/** The numbers of what each payment is for: payment id → numbers. */
export async function documentsOf(db: Db, paymentIds: string[]): Promise<Map<string, string[]>> {
  const found = new Map<string, string[]>();
  if (paymentIds.length === 0) return found;
  const rows = await db.read
    .selectFrom('payment_payable')
    .innerJoin('payable', 'payable.id', 'payment_payable.payable_id')
    .select(['payment_payable.payment_id', 'payable.number'])
    .where('payment_payable.payment_id', 'in', paymentIds)
    .orderBy('payable.id')
    .execute();
  for (const row of rows) found.set(row.payment_id, [...(found.get(row.payment_id) ?? []), row.number]);
  return found;
}

/** Whose payments a list is narrowed to; undefined when there is none of that id. */
export async function findPayer(db: Db, customerId: string): Promise<{ id: string; name: string } | undefined> {
  return db.read.selectFrom('customer').select(['id', 'name']).where('id', '=', customerId).executeTakeFirst();
}
