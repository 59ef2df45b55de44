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

const BOOKED_PAYMENTS = ['processing', 'paid'] as const;
const BOOKED_REFUNDS = ['pending', 'succeeded'] as const;

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

/** Card payments and refunds to cards, which alone have an account, as one shape of row. */
function oursQuery(db: Db, kind: ObjectKind, account: Account) {
  const columns = ['id', 'gateway_ref', 'state', 'currency', 'amount_minor', 'created_at', 'account_id'] as const;
  const made =
    kind === 'payment'
      ? db.read
          .selectFrom('payment')
          .select([...columns, 'in_flight_since as under_way_since'])
          .where('method', '=', 'card')
      : db.read.selectFrom('refund').select([...columns, 'sent_at as under_way_since']);
  return db.read
    .selectFrom(made.$castTo<OurRow & { created_at: string; account_id: string }>().as('made'))
    .selectAll()
    .where('account_id', '=', account.id);
}

function bookedQuery(db: Db, kind: ObjectKind, account: Account) {
  return oursQuery(db, kind, account).where('state', 'in', kind === 'payment' ? BOOKED_PAYMENTS : BOOKED_REFUNDS);
}

function oursOf(kind: ObjectKind, account: Account, row: OurRow): Ours {
  return {
    id: row.id,
    ref: row.gateway_ref ?? undefined,
    stage: kind === 'payment' ? PAYMENT_STAGES[row.state as PaymentState] : REFUND_STAGES[row.state as RefundState],
    currency: row.currency,
    amountMinor: row.amount_minor,
    livemode: account.livemode,
    underWaySince: row.under_way_since ?? undefined,
  };
}
