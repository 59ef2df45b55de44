import { sql } from 'kysely';
import { accountLabel } from '../accounts/account.ts';
import { balanceKeys } from '../ledger/balances.store.ts';
import type { LedgerAccount } from '../ledger/chart-of-accounts.ts';
import type { Db } from '../platform/database/database.ts';
import { claimDetails } from './claim-details.store.ts';
import { disputeDetails } from './dispute-details.store.ts';
import { gatewayDetails } from './gateway-details.store.ts';
import {
  type Entry,
  isMovement,
  type Movement,
  type MovementDetails,
  type MovementLine,
  type Place,
} from './movement.ts';
import { paymentDetails } from './payment-details.store.ts';
import { refundDetails } from './refund-details.store.ts';

/** How many entries of the journal are looked at in one go: nobody waits longer than for these to be put into a file. */
export const ENTRIES_AT_ONCE = 200;

/**
 * Where more is known of a movement than its entry says: one source for each kind of subject. Each gets subjects and the
 * kinds of their entries, and gives what it knows; a subject of which nothing is known may be missing.
 */
const SOURCES: Record<string, (db: Db, entries: readonly Entry[]) => Promise<Map<string, MovementDetails>>> = {
  payment: paymentDetails,
  refund: refundDetails,
  movement: gatewayDetails,
  'dispute-movement': disputeDetails,
  dispute: claimDetails,
  allocation: claimDetails,
};

/** The next entries of the journal before a moment, in order, a bounded number. */
export async function entriesAfter(
  db: Db,
  place: Place,
  { before, most = ENTRIES_AT_ONCE }: { before: string; most?: number },
): Promise<Entry[]> {
  const rows = await db.read
    .selectFrom('journal_entry as entry')
    .leftJoin('export_batch_row as taken', 'taken.entry_id', 'entry.id')
    .select(['entry.id', 'entry.kind', 'entry.subject_kind', 'entry.about_id', 'entry.occurred_at', 'entry.memo'])
    .leftJoin('export_batch as batch', 'batch.id', 'taken.batch_id')
    .select(['taken.position', 'batch.number'])
    .where(sql<boolean>`(entry.occurred_at, entry.id) > (${place.at}, ${place.id})`)
    .where('entry.occurred_at', '<', before)
    .orderBy('entry.occurred_at')
    .orderBy('entry.id')
    .limit(most)
    .execute();
  return rows.map((row) => ({
    id: row.id,
    at: row.occurred_at,
    kind: row.kind,
    subjectKind: row.subject_kind,
    subjectId: row.about_id,
    memo: row.memo,
    batch: row.number && row.position ? { number: row.number, position: row.position } : undefined,
  }));
}

/** About how many entries there are in a stretch of time. */
export async function countEntries(db: Db, { since, until }: { since: string; until: string }): Promise<number> {
  const row = await db.read
    .selectFrom('journal_entry')
    .select(sql<number>`count(*)`.as('n'))
    .where('occurred_at', '>=', since)
    .where('occurred_at', '<', until)
    .executeTakeFirstOrThrow();
  return Number(row.n);
}

/** The entries that are movements, in the same order, with all that is known of them. */
export async function readMovements(db: Db, entries: readonly Entry[]): Promise<Movement[]> {
  const wanted = entries.filter((entry) => isMovement(entry.kind));
  if (wanted.length === 0) return [];
  const lines = await linesOf(db, wanted);
  const details = new Map<string, MovementDetails>();
  for (const [subjectKind, source] of Object.entries(SOURCES)) {
    const own = wanted.filter((entry) => entry.subjectKind === subjectKind);
    if (own.length > 0) for (const [entryId, known] of await source(db, own)) details.set(entryId, known);
  }
  const accounts = await accountNames(db);
  return wanted.map((entry) => {
    const own = lines.get(entry.id) ?? [];
    const accountId = own.find((line) => line.accountId)?.accountId ?? '';
    return {
      entryId: entry.id,
      kind: entry.kind,
      bookedAt: entry.at,
      memo: entry.memo,
      lines: own,
      ...accounts.get(accountId),
      ...details.get(entry.id),
    };
  });
}

async function linesOf(db: Db, entries: readonly Entry[]): Promise<Map<string, MovementLine[]>> {
  const rows = await db.read
    .selectFrom('journal_line')
    .selectAll()
    .where('entry_id', 'in', idsOf(entries))
    .orderBy('entry_id')
    .orderBy('position')
    .execute();
  const lines = new Map<string, MovementLine[]>();
  for (const row of rows) {
    const line = {
      ledgerAccount: row.ledger_account as LedgerAccount,
      accountId: row.account_id ?? undefined,
      currency: row.currency,
      amountMinor: row.amount_minor,
    };
    lines.set(row.entry_id, [...(lines.get(row.entry_id) ?? []), line]);
  }
  return lines;
}

async function accountNames(db: Db): Promise<Map<string, { account: string; gateway: string }>> {
  const rows = await db.read.selectFrom('account').select(['id', 'name', 'kind', 'livemode']).execute();
  return new Map(
    rows.map(({ id, name, kind, livemode }) => [
      id,
      { account: accountLabel({ name, livemode: livemode === 1 }), gateway: kind },
    ]),
  );
}

function idsOf(entries: readonly Entry[]): string[] {
  return entries.map((entry) => entry.id);
}

/** The currencies in which money was ever moved. */
export async function currenciesMoved(db: Db): Promise<string[]> {
  const places: LedgerAccount[] = ['gateway-clearing', 'undeposited-funds'];
  const keys = await Promise.all(places.map((ledgerAccount) => balanceKeys(db, { ledgerAccount })));
  return [...new Set(keys.flat().map((key) => key.currency))].sort();
}
