import type { Account } from '../accounts/account.ts';
import { listAccounts } from '../accounts/accounts.store.ts';
import type { Db } from '../platform/database/database.ts';
import { countOpen } from './differences.store.ts';
import { type Figure, figuresOf } from './figures.store.ts';
import type { Run } from './run.ts';
import { firstFailureAfter, latestRun } from './runs.store.ts';
import type { StandingFacts } from './standing.ts';

/** One account as the desk shows it. */
export interface DeskAccount {
  account: Account;
  facts: StandingFacts;
  /** The last run that came to its end, with its figures. */
  done: Run | undefined;
  figures: Figure[];
  running: Run | undefined;
  failure: Run | undefined;
  /** What stands open in each currency. */
  byCurrency: Map<string, Pick<StandingFacts, 'open' | 'openSince' | 'explained'>>;
}

/** How every account stands, by name. */
export async function readDesk(db: Db): Promise<DeskAccount[]> {
  const [accounts, counts] = await Promise.all([listAccounts(db), countOpen(db)]);
  return Promise.all(accounts.map((account) => readDeskAccount(db, account, counts)));
}

type Counts = Awaited<ReturnType<typeof countOpen>>;

async function readDeskAccount(db: Db, account: Account, counts: Counts): Promise<DeskAccount> {
  const [done, running] = await Promise.all([latestRun(db, account.id, 'done'), latestRun(db, account.id, 'running')]);
  const failure = await firstFailureAfter(db, account.id, done?.id ?? '');
  const own = counts.filter((one) => one.accountId === account.id);
  const total = (of: 'open' | 'explained') => own.reduce((sum, one) => sum + one[of], 0);
  const isOpenSince = own.map((one) => one.since).filter(Boolean);
  return {
    account,
    done,
    running,
    failure,
    figures: done ? await figuresOf(db, done.id) : [],
    facts: {
      asOf: done?.startedAt,
      failingSince: failure?.startedAt,
      isRunning: running !== undefined,
      open: total('open'),
      openSince: isOpenSince.sort()[0] ?? '',
      explained: total('explained'),
    },
    byCurrency: new Map(
      own.map(({ currency, open, since, explained }) => [currency, { open, openSince: since, explained }]),
    ),
  };
}

/** How far the runs under way are, together; undefined when none is. */
export async function readProgress(db: Db): Promise<{ looked: number; expected: number } | undefined> {
  const rows = await db.read
    .selectFrom('reconcile_run')
    .select(['looked_count', 'expected_count'])
    .where('state', '=', 'running')
    .execute();
  if (rows.length === 0) return undefined;
  const looked = rows.reduce((sum, row) => sum + row.looked_count, 0);
  const expected = rows.reduce((sum, row) => sum + Math.max(row.expected_count, row.looked_count), 0);
  return { looked, expected };
}
