import { plainAmount } from '../money/show-money.ts';
import type { Db } from '../platform/database/database.ts';
import { readDesk } from '../reconcile/desk.store.ts';

/** The trial balance: what stands on each ledger account, per currency, as lines of a table. Debits are positive. */
export async function trialBalance(
  db: Db,
): Promise<{ lines: string[]; offBy: Array<[currency: string, minor: number]> }> {
  const rows = await db.read
    .selectFrom('journal_line')
    .select(({ fn }) => ['ledger_account', 'currency', fn.sum<number>('amount_minor').as('sum')])
    .groupBy(['currency', 'ledger_account'])
    .orderBy('currency')
    .orderBy('ledger_account')
    .execute();
  const totals = new Map<string, number>();
  for (const row of rows) totals.set(row.currency, (totals.get(row.currency) ?? 0) + Number(row.sum));
  const line = (name: string, currency: string, amountMinor: number) =>
    `  ${name.padEnd(24)} ${currency} ${plainAmount({ amountMinor, currency }).padStart(16)}`;
  return {
    lines: [
      ...rows.map((row) => line(row.ledger_account, row.currency, Number(row.sum))),
      ...[...totals].map(([currency, minor]) => line('together', currency, minor)),
    ],
    offBy: [...totals].filter(([, minor]) => minor !== 0),
  };
}

/** What each account moved here and at its gateway, as the last look found it, as lines of a table. */
export async function accountFigures(db: Db): Promise<string[]> {
  const desk = await readDesk(db);
  return desk.flatMap(({ account, figures }) =>
    figures.map(({ figure, currency, hereMinor, thereMinor }) => {
      const here = plainAmount({ amountMinor: hereMinor, currency }).padStart(16);
      const there =
        thereMinor === undefined ? '' : ` there ${plainAmount({ amountMinor: thereMinor, currency }).padStart(16)}`;
      return `  ${account.name.padEnd(16)} ${figure.padEnd(12)} ${currency} here ${here}${there}`;
    }),
  );
}
