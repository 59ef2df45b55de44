import { type Clock, nowIso } from '../platform/clock.ts';
import type { Db } from '../platform/database/database.ts';
import { newId } from '../platform/ids.ts';
import { assertBalanced, type JournalEntry } from './journal.ts';

/**
 * Writes one balanced entry, in the transaction of the movement it tells of.
 * Errors: an unbalanced entry, or the same movement booked before (unique index on kind and subject).
 */
export async function postJournal(parts: { db: Db; clock: Clock }, entry: JournalEntry): Promise<void> {
  await postJournals(parts, [entry]);
}

/** The same for many movements at once, such as those of a file. */
export async function postJournals(
  { db, clock }: { db: Db; clock: Clock },
  entries: readonly JournalEntry[],
): Promise<void> {
  if (entries.length === 0) return;
  for (const entry of entries) assertBalanced(entry);
  const numbered = entries.map((entry) => ({ id: newId('jrn'), ...entry }));
  const occurredAt = nowIso(clock);
  await db.q
    .insertInto('journal_entry')
    .values(
      numbered.map((entry) => ({
        id: entry.id,
        kind: entry.kind,
        subject_kind: entry.subjectKind,
        subject_id: entry.subjectId,
        occurred_at: occurredAt,
        memo: entry.memo,
      })),
    )
    .execute();
  await db.q
    .insertInto('journal_line')
    .values(
      numbered.flatMap((entry) =>
        entry.lines.map((line, position) => ({
          entry_id: entry.id,
          position,
          ledger_account: line.ledgerAccount,
          account_id: line.accountId ?? null,
          currency: line.currency,
          amount_minor: line.amountMinor,
          occurred_at: occurredAt,
        })),
      ),
    )
    .execute();
}
