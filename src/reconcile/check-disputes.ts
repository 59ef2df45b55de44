import { sql } from 'kysely';
import { accountLabel } from '../accounts/account.ts';
import { gatewayOf, listAccounts } from '../accounts/accounts.store.ts';
import type { GatewayDispute } from '../gateway/gateway.ts';
import type { PaymentParts } from '../payments/payment-parts.ts';
import { HOUR_MS } from '../platform/clock.ts';
import type { Db } from '../platform/database/database.ts';
import { count, rowsOf } from './check.store.ts';
import type { CheckResult } from './check.ts';

/** What must be true of disputes in our own books; reads only. */
export async function checkDisputes(db: Db): Promise<CheckResult[]> {
  return [await disputesAreBooked(db), await decisionsFit(db)];
}

/** What stands under disputes is what banks have taken and not given back, as far as nobody has decided about it. */
async function disputesAreBooked(db: Db): Promise<CheckResult> {
  const sums = await rowsOf(
    db,
    sql`select currency, sum(booked) as booked_minor, sum(out) as out_minor from (
          select currency, amount_minor as booked, 0 as out from journal_line where ledger_account = 'disputes'
          union all
          select dispute.currency, 0, -moved.amount_minor from dispute_movement moved join dispute on dispute.id = moved.dispute_id
          union all
          select line.currency, 0, line.amount_minor from journal_entry entry
            join journal_line line on line.entry_id = entry.id and line.ledger_account = 'disputes'
            where entry.kind = 'dispute-decided'
        ) movement group by currency`,
  );
  const broken = sums.filter((row) => Number(row.booked_minor) !== Number(row.out_minor));
  return {
    invariant: 1,
    promise: 'disputes in the books equal what banks took, less what they gave back and what was decided, per currency',
    looked: sums.length,
    broken,
  };
}

async function decisionsFit(db: Db): Promise<CheckResult> {
  const broken = await rowsOf(
    db,
    sql`select dispute.id, dispute.gateway_ref, 'no more is disputed than the payment was' as fault from dispute
          join payment on payment.id = dispute.payment_id
          where dispute.amount_minor > payment.amount_minor or dispute.currency <> payment.currency
        union all
        select dispute.id, dispute.gateway_ref, 'more is shared among documents than is disputed' from dispute
          join dispute_part part on part.dispute_id = dispute.id
          group by dispute.id, dispute.gateway_ref, dispute.amount_minor having sum(part.amount_minor) > dispute.amount_minor
        union all
        select dispute.id, dispute.gateway_ref, 'lost and undecided, without a case' from dispute
          left join case_file on case_file.dedupe_key = 'dispute-lost-' || dispute.id and case_file.closed_at is null
          where dispute.state = 'lost' and dispute.decision is null and case_file.id is null`,
  );
  return {
    invariant: 5,
    promise: 'no more is disputed than was paid, and a lost dispute is decided or has a case',
    looked: await count(db, 'dispute'),
    broken,
  };
}

/** Holds our disputes of every account against the gateway's, both ways; reads only. Errors: GatewayError. */
export async function checkDisputesAtGateway(parts: PaymentParts): Promise<CheckResult[]> {
  const results: CheckResult[] = [];
  for (const account of await listAccounts(parts.db)) {
    const theirs: GatewayDispute[] = [];
    const since = await connectedSince(parts.db, account.id);
    for await (const dispute of (await gatewayOf(parts, account.id)).listDisputes(since)) theirs.push(dispute);
    const ours = await ourDisputes(parts.db, account.id);
    results.push({
      invariant: 5,
      promise: `what banks took and gave back is the same here and there (${accountLabel(account)})`,
      looked: Math.max(theirs.length, ours.size),
      broken: differences(ours, theirs),
    });
  }
  return results;
}

function differences(ours: Map<string, number | null>, theirs: GatewayDispute[]): CheckResult['broken'] {
  const refs = new Set(theirs.map((one) => one.ref));
  const there = theirs.flatMap((one) => {
    const movedMinor = one.movements.reduce((sum, { amountMinor }) => sum + amountMinor, 0);
    const hereMinor = ours.get(one.ref);
    // Of a charge that is not ours nothing is booked here: it has a case, and its money stands in suspense.
    if (hereMinor === movedMinor || hereMinor === null) return [];
    const fault = hereMinor === undefined ? 'disputed there, not here' : 'moved otherwise there';
    return [{ gatewayRef: one.ref, status: one.rawStatus, movedMinor, hereMinor, fault }];
  });
  const here = [...ours]
    .filter(([ref]) => !refs.has(ref))
    .map(([gatewayRef, hereMinor]) => ({ gatewayRef, hereMinor, fault: 'disputed here, not there' }));
  return [...there, ...here];
}

/** The gateway's name of each dispute, and what its movements here come to; null where the charge is not ours. */
async function ourDisputes(db: Db, accountId: string): Promise<Map<string, number | null>> {
  const rows = await db.read
    .selectFrom('dispute')
    .leftJoin('dispute_movement', 'dispute_movement.dispute_id', 'dispute.id')
    .select([
      'dispute.gateway_ref',
      'dispute.payment_id',
      ({ fn }) => fn.sum<number | null>('dispute_movement.amount_minor').as('moved'),
    ])
    .where('dispute.account_id', '=', accountId)
    .groupBy(['dispute.id', 'dispute.gateway_ref', 'dispute.payment_id'])
    .execute();
  return new Map(rows.map((row) => [row.gateway_ref, row.payment_id === null ? null : Number(row.moved ?? 0)]));
}

async function connectedSince(db: Db, accountId: string): Promise<string> {
  const row = await db.read
    .selectFrom('account')
    .select('created_at')
    .where('id', '=', accountId)
    .executeTakeFirstOrThrow();
  return new Date(Date.parse(row.created_at) - HOUR_MS).toISOString();
}
