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
