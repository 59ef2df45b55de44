import { setImmediate as letOthersIn } from 'node:timers/promises';
import { sql } from 'kysely';
import type { Db } from '../platform/database/database.ts';
import { SPANS } from './balances.store.ts';

/** Small, so that nobody who pays waits for it on SQLite. */
const ENTRIES_AT_ONCE = 500;

/**
 * Adds entries that were booked since to the sums from which balances are read, piece by piece. A balance is right at
 * every moment, since whoever reads it adds what still waits. Gives how many entries it added.
 */
export async function sumJournal({ db }: { db: Db }): Promise<number> {
  for (let summed = 0; ; ) {
    const taken = await db.tx(() => sumPiece(db));
    summed += taken;
    if (taken < ENTRIES_AT_ONCE) return summed;
    await letOthersIn();
  }
}

async function sumPiece(db: Db): Promise<number> {
  // Whoever deletes the row adds the entry: of two processes that take the same piece, one finds nothing.
  const taken = await db.q
    .deleteFrom('ledger_unsummed')
    .where('entry_id', 'in', (query) =>
      query.selectFrom('ledger_unsummed').select('entry_id').orderBy('entry_id').limit(ENTRIES_AT_ONCE),
    )
    .returning('entry_id')
    .execute();
  if (taken.length === 0) return 0;
  const ids = sql.join(taken.map((row) => row.entry_id));
  for (const { span, length } of SPANS) {
    // In the order of the key, so that two processes never wait for each other.
    await sql`insert into ledger_sum (span, period, ledger_account, account_id, currency, debit_minor, credit_minor)
      select ${span}, substr(occurred_at, 1, ${sql.lit(length)}), ledger_account, coalesce(account_id, ''), currency,
             sum(case when amount_minor > 0 then amount_minor else 0 end),
             sum(case when amount_minor < 0 then -amount_minor else 0 end)
        from journal_line where entry_id in (${ids}) group by 2, 3, 4, 5 order by 2, 3, 4, 5
      on conflict (span, period, ledger_account, account_id, currency) do update set
        debit_minor = ledger_sum.debit_minor + excluded.debit_minor,
        credit_minor = ledger_sum.credit_minor + excluded.credit_minor`.execute(db.q);
  }
  return taken.length;
}
