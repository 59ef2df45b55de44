import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { sql } from 'kysely';
import { accountLines } from '../../src/ledger/account-lines.store.ts';
import { type Balance, balancesBefore } from '../../src/ledger/balances.store.ts';
import type { JournalLine } from '../../src/ledger/journal.ts';
import { postJournal } from '../../src/ledger/post-journal.ts';
import { sumJournal } from '../../src/ledger/sum-journal.ts';
import { newId } from '../../src/platform/ids.ts';
import { checkLedger } from '../../src/reconcile/check-ledger.ts';
import { ENGINES, startHouse, type TestHouse } from '../support/house.ts';

/** Moments on and around the ends of hours, days, months and a year. */
const MOMENTS = [
  '2026-10-31T23:59:59.999Z',
  '2026-11-01T00:00:00.000Z',
  '2026-11-30T13:59:59.999Z',
  '2026-11-30T14:00:00.000Z',
  '2026-11-30T14:30:00.000Z',
  '2026-11-30T23:00:00.000Z',
  '2026-12-31T23:59:59.999Z',
  '2027-01-01T00:00:00.000Z',
];
const LATER = '2027-02-01T00:00:00.000Z';

describe.each(ENGINES)('balances of the books (%s)', (engine) => {
  let at: TestHouse;
  beforeAll(async () => {
    at = await startHouse({ engine });
    for (const [made, iso] of MOMENTS.entries()) await book(iso, 1000 + made);
  });
  afterAll(() => at.stop());

  const eur = (ledgerAccount: JournalLine['ledgerAccount'], amountMinor: number) => ({
    ledgerAccount,
    currency: 'EUR',
    amountMinor,
  });

  function book(iso: string, amountMinor: number) {
    const lines = [
      eur('receivables', amountMinor),
      eur('invoiced-elsewhere', -amountMinor),
      // Two lines of one balance in one entry.
      eur('receivables', -1),
      eur('suspense', 1),
    ];
    const entry = { kind: 'tried', subjectKind: 'trial', subjectId: newId('req'), memo: iso, lines };
    return postJournal({ db: at.house.db, clock: { now: () => new Date(iso) } }, entry);
  }

  /** What the lines themselves come to, read in the plainest way. */
  async function addedUp(beforeIso: string) {
    const rows = await at.house.db.read
      .selectFrom('journal_line')
      .innerJoin('journal_entry', 'journal_entry.id', 'journal_line.entry_id')
      .select(['ledger_account', 'currency'])
      .select(sql<number>`sum(amount_minor)`.as('minor'))
      .where('journal_entry.occurred_at', '<', beforeIso)
      .groupBy(['ledger_account', 'currency'])
      .orderBy('ledger_account')
      .execute();
    return rows.map((row) => [row.ledger_account, row.currency, Number(row.minor)]);
  }
  const told = (balances: Balance[]) =>
    balances.map(({ ledgerAccount, currency, balanceMinor }) => [ledgerAccount, currency, balanceMinor]);

  async function holdAtEveryMoment() {
    for (const iso of [...MOMENTS, '2026-11-30T14:30:00.001Z', LATER]) {
      expect(told(await balancesBefore(at.house.db, iso))).toEqual(await addedUp(iso));
    }
  }

  test('are right at every moment before anything was summed, when some is, and when all is', async () => {
    await holdAtEveryMoment();
    expect(await sumJournal(at.house)).toBe(MOMENTS.length);
    await holdAtEveryMoment();
    await book('2026-11-30T14:10:00.000Z', 7);
    await holdAtEveryMoment();
    expect(await checkLedger(at.house.db)).toMatchObject([{ broken: [] }]);
  });

  test('are summed once, however many sum at the same time', async () => {
    await Promise.all(Array.from({ length: 30 }, (_, made) => book('2026-12-05T08:00:00.000Z', made + 1)));
    const summed = await Promise.all([sumJournal(at.house), sumJournal(at.house), sumJournal(at.house)]);
    expect(summed.reduce((sum, one) => sum + one, 0)).toBeGreaterThanOrEqual(30);
    await holdAtEveryMoment();
    expect(await checkLedger(at.house.db)).toMatchObject([{ broken: [] }]);
  });

  test('lead through the movements of an account: what it opened with, each line, what it closed with', async () => {
    const key = { ledgerAccount: 'receivables', accountId: undefined, currency: 'EUR' } as const;
    const range = { since: '2026-11-01T00:00:00.000Z', until: LATER };
    const first = await accountLines(at.house.db, key, { ...range, after: undefined });
    expect(first.openingMinor).toBe(999);
    expect(first.lines).toHaveLength(50);
    const second = await accountLines(at.house.db, key, { ...range, after: first.next });
    expect(second.openingMinor).toBe(first.lines.at(-1)?.balanceMinor);
    expect(second.lines.at(-1)?.balanceMinor).toBe(second.closingMinor);
    expect(second.next).toBeUndefined();
    const places = [...first.lines, ...second.lines].map(({ place }) => `${place.entryId} ${place.position}`);
    expect(new Set(places).size).toBe(places.length);
    expect(places).toHaveLength(2 * (MOMENTS.length - 1 + 1 + 30));
  });

  test('are held against the journal by verify, which names a sum that is off', async () => {
    await at.house.db.q.updateTable('ledger_sum').set({ debit_minor: 5 }).where('period', '=', '2026-10').execute();
    const [{ broken = [] } = {}] = await checkLedger(at.house.db);
    expect(broken).toContainEqual(
      expect.objectContaining({ span: 'month', period: '2026-10', ledger_account: 'receivables' }),
    );
  });
});
