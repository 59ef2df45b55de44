import { sql } from 'kysely';
import type { Account } from '../accounts/account.ts';
import type { PaymentState } from '../payments/payment.ts';
import type { Db } from '../platform/database/database.ts';
import type { RefundState } from '../refunds/refund.ts';
import type { ObjectKind, Ours, Stage, Theirs } from './difference.ts';

const PAYMENT_STAGES: Record<PaymentState, Stage> = {
  ready: 'open',
  confirming: 'open',
  challenged: 'open',
  processing: 'on-its-way',
  paid: 'done',
  cancelled: 'over',
  reversed: 'over',
};

const REFUND_STAGES: Record<RefundState, Stage> = {
  waiting: 'open',
  reserved: 'open',
  sent: 'open',
  pending: 'on-its-way',
  succeeded: 'done',
  failed: 'over',
  cancelled: 'over',
  declined: 'over',
  withdrawn: 'over',
};

const BOOKED = { payment: ['processing', 'paid'], refund: ['pending', 'succeeded'] };

/** The movements of one account that gateway objects of a kind name, by their names or by our mark; and those of `ids`. */
export async function oursNamed(
  db: Db,
  kind: ObjectKind,
  account: Account,
  { refs, ids }: { refs: string[]; ids: string[] },
): Promise<Ours[]> {
  if (refs.length + ids.length === 0) return [];
  const query = oursQuery(db, kind, account).where(({ eb, or }) =>
    or([eb('gateway_ref', 'in', [...refs, '']), eb('id', 'in', [...ids, ''])]),
  );
  return (await query.execute()).map((row) => oursOf(kind, account, row));
}

/** A page of those that say that money moved, in the order of their ids, after the one given. */
export async function bookedOurs(
  db: Db,
  kind: ObjectKind,
  account: Account,
  { afterId, limit }: { afterId: string; limit: number },
): Promise<Ours[]> {
  const query = bookedQuery(db, kind, account).where('id', '>', afterId).orderBy('id').limit(limit);
  return (await query.execute()).map((row) => oursOf(kind, account, row));
}

/** The first of those made in a span of time that say that money moved, though a run has not seen them at the gateway. */
export async function unsightedOurs(
  db: Db,
  kind: ObjectKind,
  account: Account,
  { runId, since, before, limit }: { runId: string; since: string; before: string; limit: number },
): Promise<Ours[]> {
  const query = bookedQuery(db, kind, account)
    .where('created_at', '>=', since)
    .where('created_at', '<', before)
    .where(({ not, exists, selectFrom, ref }) =>
      not(
        exists(
          selectFrom('reconcile_sighting')
            .select('gateway_ref')
            .where('run_id', '=', runId)
            .where('object_kind', '=', kind)
            .where(({ eb, fn }) =>
              eb('reconcile_sighting.gateway_ref', '=', fn.coalesce(ref('made.gateway_ref'), ref('made.id'))),
            ),
        ),
      ),
    )
    .limit(limit);
  return (await query.execute()).map((row) => oursOf(kind, account, row));
}

/** How many movements of ours a run that begins then will come across. */
export async function countOurs(db: Db, accountId: string, since: string): Promise<number> {
  const counts = await Promise.all(
    (['payment', 'refund'] as const).map((table) =>
      db.read
        .selectFrom(table)
        .select((eb) => eb.fn.countAll<number>().as('n'))
        .where('account_id', '=', accountId)
        .where('created_at', '>=', since)
        .executeTakeFirstOrThrow(),
    ),
  );
  return counts.reduce((sum, { n }) => sum + Number(n), 0);
}

/** Which of these gateway objects are about payments of ours: the gateway's names of those payments. */
export async function ourPaymentsBehind(db: Db, accountId: string, theirs: readonly Theirs[]): Promise<Set<string>> {
  const refs = [...new Set(theirs.flatMap((one) => one.paymentRef ?? []))];
  if (refs.length === 0) return new Set();
  const rows = await db.read
    .selectFrom('payment')
    .select('gateway_ref')
    .where('account_id', '=', accountId)
    .where('gateway_ref', 'in', refs)
    .execute();
  return new Set(rows.map((row) => row.gateway_ref as string));
}

interface OurRow {
  id: string;
  gateway_ref: string | null;
  state: string;
  currency: string;
  amount_minor: number;
  under_way_since: string | null;
}

/** Card payments, refunds to cards and disputes, which alone have an account, as one shape of row. */
function oursQuery(db: Db, kind: ObjectKind, account: Account) {
  const made = MADE[kind](db).$castTo<OurRow & { created_at: string; account_id: string }>().as('made');
  return db.read.selectFrom(made).selectAll().where('account_id', '=', account.id);
}

const COLUMNS = ['id', 'gateway_ref', 'state', 'currency', 'amount_minor', 'created_at', 'account_id'] as const;

const MADE = {
  payment: ({ read }: Db) =>
    read
      .selectFrom('payment')
      .select([...COLUMNS, 'in_flight_since as under_way_since'])
      .where('method', '=', 'card'),
  refund: ({ read }: Db) => read.selectFrom('refund').select([...COLUMNS, 'sent_at as under_way_since']),
  dispute: ({ read }: Db) =>
    read
      .selectFrom('dispute')
      .select(['id', 'gateway_ref', 'state', 'currency', 'opened_at as created_at', 'account_id'])
      .select(({ selectFrom }) => [
        selectFrom('dispute_movement')
          .select(sql<number>`coalesce(-sum(amount_minor), 0)`.as('taken'))
          .whereRef('dispute_id', '=', 'dispute.id')
          .as('amount_minor'),
        sql<string | null>`cast(null as text)`.as('under_way_since'),
      ]),
};

function bookedQuery(db: Db, kind: ObjectKind, account: Account) {
  const query = oursQuery(db, kind, account);
  return kind === 'dispute' ? query : query.where('state', 'in', BOOKED[kind]);
}

function oursOf(kind: ObjectKind, account: Account, row: OurRow): Ours {
  return {
    id: row.id,
    ref: row.gateway_ref ?? undefined,
    stage: STAGES[kind](row.state),
    currency: row.currency,
    amountMinor: Number(row.amount_minor),
    livemode: account.livemode,
    underWaySince: row.under_way_since ?? undefined,
  };
}

/** Of a dispute only what it moved is compared; how it stands is the business of who answers it. */
const STAGES: Record<ObjectKind, (state: string) => Stage> = {
  payment: (state) => PAYMENT_STAGES[state as PaymentState],
  refund: (state) => REFUND_STAGES[state as RefundState],
  dispute: () => 'done',
};
