import { sql } from 'kysely';
import { SPANS } from '../ledger/balances.store.ts';
import type { Db } from '../platform/database/database.ts';
import { count, rowsOf } from './check.store.ts';
import type { CheckResult } from './check.ts';

/** What must be true of the sums from which balances are read: they are the journal's. */
export async function checkLedger(db: Db): Promise<CheckResult[]> {
  return [await sumsEqualTheJournal(db)];
}

/** In one statement for each span, so that the job which sums never comes in between. */
async function sumsEqualTheJournal(db: Db): Promise<CheckResult> {
  const broken: CheckResult['broken'] = [];
  for (const { span, length } of SPANS) {
    const rows = await rowsOf(
      db,
      sql`select cast(${span} as text) as span, period, ledger_account, account_id, currency,
             sum(booked_debit) as booked_debit, sum(summed_debit) as summed_debit,
             sum(booked_credit) as booked_credit, sum(summed_credit) as summed_credit
            from (
              select substr(entry.occurred_at, 1, ${sql.lit(length)}) as period, line.ledger_account,
                     coalesce(line.account_id, '') as account_id, line.currency,
                     case when line.amount_minor > 0 then line.amount_minor else 0 end as booked_debit, 0 as summed_debit,
                     case when line.amount_minor < 0 then -line.amount_minor else 0 end as booked_credit, 0 as summed_credit
                from journal_line line join journal_entry entry on entry.id = line.entry_id
               where not exists (select 1 from ledger_unsummed waiting where waiting.entry_id = entry.id)
              union all
              select period, ledger_account, account_id, currency, 0, debit_minor, 0, credit_minor
                from ledger_sum where span = ${span}
            ) movement group by period, ledger_account, account_id, currency
          having sum(booked_debit) <> sum(summed_debit) or sum(booked_credit) <> sum(summed_credit)`,
    );
    broken.push(...rows);
  }
  const misplaced = await rowsOf(
    db,
    sql`select line.entry_id, line.position, line.occurred_at, 'a line booked at another time than its entry' as fault
          from journal_line line join journal_entry entry on entry.id = line.entry_id
         where line.occurred_at <> entry.occurred_at`,
  );
  return {
    invariant: 1,
    promise: 'the sums from which balances are read equal the journal, per month, day and hour',
    looked: await count(db, 'journal_entry'),
    broken: [...broken, ...misplaced],
  };
}
