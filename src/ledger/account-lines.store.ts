import { sql } from 'kysely';
import type { Db } from '../platform/database/database.ts';
import { PAGE_SIZE } from '../platform/keyset.ts';
import { type BalanceKey, balancesBefore, balanceUpTo, ofBalance } from './balances.store.ts';
import { sameKey } from './journal-list.store.ts';
import type { Place } from './place.ts';

/** One movement of a balance. Debits are positive, credits negative, in whole minor units. */
export interface AccountLine {
  place: Place;
  subjectId: string;
  memo: string;
  amountMinor: number;
  /** The balance after it. */
  balanceMinor: number;
}

export interface AccountLines {
  /** The balance before the first line of the page. */
  openingMinor: number;
  lines: AccountLine[];
  /** The balance at the end of the range. */
  closingMinor: number;
  next: Place | undefined;
}

/** The movements of one balance between two moments, oldest first, a page at a time, with its balance after each. */
export async function accountLines(
  db: Db,
  key: BalanceKey,
  { since, until, after }: { since: string; until: string; after: Place | undefined },
): Promise<AccountLines> {
  const [openingMinor, closingMinor, found] = await Promise.all([
    after ? balanceUpTo(db, key, after) : balanceBefore(db, key, since),
    balanceBefore(db, key, until),
    linesAfter(db, key, { since, until, after }),
  ]);
  let balanceMinor = openingMinor;
  const lines = found.slice(0, PAGE_SIZE).map((row) => {
    balanceMinor += row.amount_minor;
    return {
      place: { at: row.occurred_at, entryId: row.entry_id, position: row.position },
      subjectId: row.subject_id,
      memo: row.memo,
      amountMinor: row.amount_minor,
      balanceMinor,
    };
  });
  return { openingMinor, lines, closingMinor, next: found.length > PAGE_SIZE ? lines.at(-1)?.place : undefined };
}

async function balanceBefore(db: Db, key: BalanceKey, beforeIso: string): Promise<number> {
  const found = (await balancesBefore(db, beforeIso, key)).find((one) => sameKey(one, key));
  return found?.balanceMinor ?? 0;
}

interface LineColumns {
  entry_id: string;
  position: number;
  occurred_at: string;
  amount_minor: number;
  subject_id: string;
  memo: string;
}

async function linesAfter(
  db: Db,
  key: BalanceKey,
  { since, until, after }: { since: string; until: string; after: Place | undefined },
): Promise<LineColumns[]> {
  // One lower bound, as in entries.store.ts; an entry may have more lines than the one that was shown last.
  const place = after && after.at >= since ? after : undefined;
  const beyond = place
    ? sql`(line.occurred_at > ${place.at} or line.entry_id > ${place.entryId}
        or (line.entry_id = ${place.entryId} and line.position > ${place.position}))`
    : sql`true`;
  const { rows } = await sql<LineColumns>`
    select line.entry_id, line.position, line.occurred_at, line.amount_minor, entry.subject_id, entry.memo
      from journal_line line cross join journal_entry entry
     where entry.id = line.entry_id and ${ofBalance(key)}
       and line.occurred_at >= ${place?.at ?? since} and line.occurred_at < ${until} and ${beyond}
     order by line.occurred_at, line.entry_id, line.position limit ${PAGE_SIZE + 1}`.execute(db.read);
  return rows;
}
