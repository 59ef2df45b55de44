import { type SelectQueryBuilder, sql } from 'kysely';
import { accountLabel } from '../accounts/account.ts';
import type { DeclineCategory } from '../gateway/gateway.ts';
import type { Money } from '../money/money.ts';
import type { Db } from '../platform/database/database.ts';
import { foundBy } from '../platform/database/search-words.ts';
import type { Tables } from '../platform/database/tables.ts';
import { type KeysetPage, keysetPage, PAGE_SIZE } from '../platform/keyset.ts';
import type { AttemptState } from './attempt.ts';
import type { DisputeMark } from './disputes-of-payment.store.ts';
import type { Payment, PaymentState } from './payment.ts';

export interface PaymentFilter {
  state: PaymentState | undefined;
  accountId: string | undefined;
  customerId: string | undefined;
  /** Only payments of which a try was declined. */
  declined: boolean;
  /** Words of the customer, of a document's number or of a cheque's, or the gateway's whole reference. */
  search: string | undefined;
  /** The id to continue after. */
  before: string | undefined;
}

export interface ListedPayment {
  id: string;
  method: Payment['method'];
  channel: Payment['channel'];
  state: PaymentState;
  amount: Money;
  createdAt: string;
  customer: { id: string; name: string };
  accountName: string | undefined;
  documents: string[];
  card: { brand: string; last4: string } | undefined;
  /** The latest dispute of it, where a bank contests it. */
  dispute: DisputeMark['state'] | undefined;
  /** The latest try of a card payment. */
  attempt:
    | { state: AttemptState; declineCategory: DeclineCategory | undefined; declineCode: string | undefined }
    | undefined;
}

/** Payments newest first with the latest try of each, a page at a time. */
export async function listPayments(db: Db, filter: PaymentFilter): Promise<KeysetPage<ListedPayment>> {
  const rows = await narrowed(db, filter)
    .innerJoin('customer', 'customer.id', 'payment.customer_id')
    .leftJoin('account', 'account.id', 'payment.account_id')
    .leftJoin('attempt', 'attempt.id', 'payment.attempt_id')
    .select(['payment.id', 'payment.method', 'payment.channel', 'payment.state', 'payment.currency'])
    .select(['payment.amount_minor', 'payment.created_at', 'payment.customer_id', 'customer.name as customer_name'])
    .select(['account.name as account_name', 'account.livemode'])
    .select(['attempt.state as attempt_state', 'decline_category', 'decline_code'])
    .select(['payment.card_brand', 'payment.card_last4', 'attempt.card_brand as tried_brand'])
    .select('attempt.card_last4 as tried_last4')
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
  const documents = await documentsOf(
    db,
    page.rows.map((row) => row.id),
  );
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
        createdAt: row.created_at,
        customer: { id: row.customer_id, name: row.customer_name },
        accountName: row.account_name
          ? accountLabel({ name: row.account_name, livemode: row.livemode === 1 })
          : undefined,
        documents: documents.get(row.id) ?? [],
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

function narrowed(db: Db, filter: PaymentFilter): SelectQueryBuilder<Tables, 'payment', Record<never, never>> {
  const { state, accountId, customerId, declined, search, before } = filter;
  let query = db.read.selectFrom('payment');
  if (state) query = query.where('payment.state', '=', state);
  if (accountId) query = query.where('payment.account_id', '=', accountId);
  if (customerId) query = query.where('payment.customer_id', '=', customerId);
  if (before) query = query.where('payment.id', '<', before);
  if (declined) {
    query = query.where((where) =>
      where.exists(
        where
          .selectFrom('attempt as tried')
          .select(sql<number>`1`.as('one'))
          .whereRef('tried.payment_id', '=', 'payment.id')
          .where('tried.state', '=', 'declined'),
      ),
    );
  }
  if (search) query = query.where(matches(search));
  return query;
}

/** References of gateways hold underscores, which names and numbers hardly do: they are looked up whole, by their index. */
function matches(search: string) {
  if (/^[a-z]{2,3}_\w+$/i.test(search)) {
    return sql<boolean>`(payment.id = ${search} or (payment.gateway_ref = ${search}
      and payment.account_id in (select id from account)))`;
  }
  return sql<boolean>`exists (select 1 from payment_payable where payment_payable.payment_id = payment.id and ${foundBy(
    search,
    [
      ['customer', 'payment.customer_id'],
      ['invoice', 'payment_payable.payable_id'],
      ['deposit', 'payment_payable.payable_id'],
      ['payment', 'payment.id'],
    ],
  )})`;
}

/** The numbers of what each payment is for: payment id → numbers. */
async function documentsOf(db: Db, paymentIds: string[]): Promise<Map<string, string[]>> {
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
