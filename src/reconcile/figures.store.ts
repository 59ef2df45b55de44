import { sql } from 'kysely';
import type { Db } from '../platform/database/database.ts';
import type { Tally } from './tally.ts';

/** Adds to the figures of a run; what only the books have has no sum there. */
export async function addSums(
  db: Db,
  runId: string,
  figure: string,
  tallies: ReadonlyArray<Omit<Tally, 'thereMinor' | 'thereCount'> & Partial<Tally>>,
): Promise<void> {
  if (tallies.length === 0) return;
  await db.q
    .insertInto('reconcile_sum')
    .values(
      tallies.map((tally) => ({
        run_id: runId,
        figure,
        currency: tally.currency,
        here_minor: tally.hereMinor,
        there_minor: tally.thereMinor ?? null,
        here_count: tally.hereCount,
        there_count: tally.thereCount ?? null,
      })),
    )
    .onConflict((clash) =>
      clash.columns(['run_id', 'figure', 'currency']).doUpdateSet((eb) => ({
        here_minor: eb('reconcile_sum.here_minor', '+', eb.ref('excluded.here_minor')),
        there_minor: eb('reconcile_sum.there_minor', '+', eb.ref('excluded.there_minor')),
        here_count: eb('reconcile_sum.here_count', '+', eb.ref('excluded.here_count')),
        there_count: eb('reconcile_sum.there_count', '+', eb.ref('excluded.there_count')),
      })),
    )
    .execute();
}

/** What the journal says that the gateway of an account holds for us, per currency. */
export async function clearingOf(
  db: Db,
  accountId: string,
): Promise<Array<{ currency: string; hereMinor: number; hereCount: number }>> {
  const rows = await db.read
    .selectFrom('journal_line')
    .select(({ fn }) => ['currency', fn.sum<number>('amount_minor').as('sum'), fn.countAll<number>().as('lines')])
    .where('ledger_account', '=', 'gateway-clearing')
    .where('account_id', '=', accountId)
    .groupBy('currency')
    .orderBy('currency')
    .execute();
  return rows.map((row) => ({ currency: row.currency, hereMinor: Number(row.sum), hereCount: Number(row.lines) }));
}

/** Which figure a kind of journal entry about a movement of the balance makes. */
const BALANCE_FIGURES = { fee: 'fees', payout: 'paid-out' } as const;

/** Fees and payouts among what moved the balance of an account since then: as booked, and as the gateway says. */
export async function balanceFigures(
  db: Db,
  accountId: string,
  since: string,
): Promise<Array<{ figure: string; tally: Tally }>> {
  const moved = () =>
    db.read
      .selectFrom('gateway_movement as moved')
      .where('moved.account_id', '=', accountId)
      .where('moved.created_at', '>=', since);
  const booked = await moved()
    .innerJoin('journal_entry as entry', 'entry.about_id', 'moved.id')
    .innerJoin('journal_line as line', 'line.entry_id', 'entry.id')
    .select(({ fn }) => ['entry.kind', 'line.currency', fn.sum<number>('line.amount_minor').as('sum')])
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .where('entry.kind', 'in', Object.keys(BALANCE_FIGURES))
    .where('line.ledger_account', '=', 'gateway-clearing')
    .groupBy(['entry.kind', 'line.currency'])
    .execute();
  const said = await moved()
    .select('moved.currency')
    .select(sql<number>`sum(case when meaning = 'fee' then -net_minor else fee_minor end)`.as('fee'))
    .select(sql<number>`sum(case when meaning = 'payout' then -gross_minor else 0 end)`.as('payout'))
    .where('moved.state', 'in', ['waiting', 'matched'])
    .groupBy('moved.currency')
    .execute();
  return (Object.keys(BALANCE_FIGURES) as Array<keyof typeof BALANCE_FIGURES>).flatMap((kind) =>
    [...new Set([...booked, ...said].map((row) => row.currency))].flatMap((currency) => {
      const here = booked.find((row) => row.kind === kind && row.currency === currency);
      const thereMinor = Number(said.find((row) => row.currency === currency)?.[kind] ?? 0);
      if (!here && thereMinor === 0) return [];
      const hereCount = Number(here?.count ?? 0);
      const tally = { currency, hereMinor: -Number(here?.sum ?? 0), thereMinor, hereCount, thereCount: hereCount };
      return [{ figure: BALANCE_FIGURES[kind], tally }];
    }),
  );
}

/** A figure of a run: what was moved here and there; nothing is known there of what only the books have. */
export interface Figure {
  figure: string;
  currency: string;
  hereMinor: number;
  thereMinor: number | undefined;
}

export async function figuresOf(db: Db, runId: string): Promise<Figure[]> {
  const rows = await db.read
    .selectFrom('reconcile_sum')
    .selectAll()
    .where('run_id', '=', runId)
    .orderBy('currency')
    .execute();
  return rows.map((row) => ({
    figure: row.figure,
    currency: row.currency,
    hereMinor: row.here_minor,
    thereMinor: row.there_minor ?? undefined,
  }));
}
