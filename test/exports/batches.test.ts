import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { sql } from 'kysely';
import { changeCompany } from '../../src/company/change-company.ts';
import { readCompany } from '../../src/company/company.store.ts';
import { closePeriod } from '../../src/exports/close-period.ts';
import { readExportBatch } from '../../src/exports/export-batches.store.ts';
import { bytesOf, filesOfBatch } from '../../src/exports/export-files.store.ts';
import { continueExports, fillBatch } from '../../src/exports/fill-batch.ts';
import { paths } from '../../src/paths.ts';
import { DAY_MS, MINUTE_MS } from '../../src/platform/clock.ts';
import type { Db } from '../../src/platform/database/database.ts';
import { newId } from '../../src/platform/ids.ts';
import { showDate } from '../../src/platform/show-time.ts';
import { checkExports } from '../../src/reconcile/check-exports.ts';
import { aSandboxAccount } from '../support/account-seeds.ts';
import { ENGINES, startHouse } from '../support/house.ts';
import { signIn, signInAs } from '../support/sign-in.ts';
import {
  bytesIn,
  cardPayment,
  cashPayment,
  closed,
  type Desk,
  exported,
  filesIn,
  gatewayMoves,
  handRefund,
  nextDay,
  openDesk,
  today,
} from './booked.ts';
import { readCsv } from './read-back.ts';

describe.each(ENGINES)('closed periods on %s', (engine) => {
  let desk: Desk;
  beforeAll(async () => {
    desk = await openDesk(await startHouse({ engine }));
  });
  afterAll(() => desk.stop());

  const brokenNow = async () => (await checkExports(desk.house.db)).flatMap(({ broken }) => broken);
  const yesterday = () => new Date(desk.clock.now().getTime() - DAY_MS).toISOString().slice(0, 10);
  const wanted = (lastDay: string) => ({ lastDay, actor: desk.actor, submissionId: newId('req') });

  test('take each movement once, in every preset, and what comes late goes to the next batch', async () => {
    const account = await aSandboxAccount(desk.house, { name: 'Main' });
    await cardPayment(desk, { account, amountMinor: 10_000 });
    await gatewayMoves(desk, account.id, { grossMinor: -150 });
    const { deposit, refund } = await handRefund(desk);
    nextDay(desk);
    await cashPayment(desk, { amountMinor: 4_200, currency: 'GBP' });

    const first = await readExportBatch(desk.house.db, await closed(desk));
    expect(first).toMatchObject({ number: 1, state: 'closed', rowCount: 4, lastDay: yesterday() });
    expect(first.sums.map(({ type, currency, movements, netMinor }) => [type, currency, movements, netMinor])).toEqual([
      ['payment', 'EUR', 2, 15_000],
      ['fee', 'EUR', 1, -150],
      ['refund', 'EUR', 1, -2_000],
    ]);
    const files = await filesIn(desk, first.id);
    expect(Object.keys(files)).toEqual([
      'movements.csv',
      'movements.xlsx',
      'quickbooks-Main-test-EUR.csv',
      'quickbooks-undeposited-EUR.csv',
      'xero-Main-test-EUR.csv',
      'xero-undeposited-EUR.csv',
      'journal.csv',
      'journal.xlsx',
    ]);
    const { rows } = readCsv(files['movements.csv'] as Buffer);
    expect(rows.map((row) => [row.batch_no, row.document_no, row.net])).toEqual([
      ['EXP-000001', expect.stringMatching(/^INV-/), '100.00'],
      ['EXP-000001', '', '-1.50'],
      ['EXP-000001', deposit.number, '50.00'],
      ['EXP-000001', deposit.number, '-20.00'],
    ]);
    const amountsIn = (name: string) => readCsv(files[name] as Buffer).rows.map((row) => row.Amount ?? row['*Amount']);
    expect(amountsIn('quickbooks-Main-test-EUR.csv')).toEqual(['100.00', '-1.50']);
    expect(amountsIn('xero-undeposited-EUR.csv')).toEqual(['50.00', '-20.00']);
    const entries = readCsv(files['journal.csv'] as Buffer).rows;
    expect(new Set(entries.map((row) => row.entry_no))).toEqual(
      new Set([1, 2, 3, 4].map((n) => `EXP-000001-00000${n}`)),
    );

    await desk.house.db.q.updateTable('refund').set({ note: 'late' }).where('id', '=', refund.id).execute();
    nextDay(desk);
    const second = await readExportBatch(desk.house.db, await closed(desk));
    expect(second).toMatchObject({ number: 2, rowCount: 1 });
    expect(readCsv((await filesIn(desk, second.id))['movements.csv'] as Buffer).rows).toMatchObject([
      { currency: 'GBP', net: '42.00' },
    ]);
    // Files of choice tell which batch a movement is in.
    const all = readCsv((await exported(desk)).bytes).rows.map((row) => row.batch_no);
    expect(new Set(all)).toEqual(new Set(['EXP-000001', 'EXP-000002']));
    expect(await brokenNow()).toEqual([]);
  });

  test('give the same bytes for good, whatever names and states have become', async () => {
    const account = await aSandboxAccount(desk.house, { name: 'Before' });
    await cardPayment(desk, { account });
    nextDay(desk);
    const id = await closed(desk);
    const before = await filesIn(desk, id);
    await desk.house.db.q.updateTable('customer').set({ name: 'Renamed' }).execute();
    await desk.house.db.q.updateTable('account').set({ name: 'After' }).where('id', '=', account.id).execute();
    for (const file of await filesOfBatch(desk.house.db, id)) {
      const bytes = await bytesIn(desk, file.id);
      expect(bytes.equals(before[file.name.replace(/^EXP-\d+-/, '')] as Buffer)).toBe(true);
      expect(file).toMatchObject({
        byteCount: bytes.length,
        sha256: createHash('sha256').update(bytes).digest('hex'),
      });
    }
  });

  test('are closed by one of two at once, and the other is told', async () => {
    await cashPayment(desk);
    nextDay(desk);
    const both = await Promise.allSettled([
      closePeriod(desk.house, wanted(yesterday())),
      closePeriod(desk.house, wanted(yesterday())),
    ]);
    expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    const [refused] = both.filter((one) => one.status === 'rejected');
    expect(refused?.reason).toMatchObject({ fields: { lastDay: expect.stringMatching(/closed already, with EXP-/) } });
    nextDay(desk);
    await expect(closePeriod(desk.house, wanted(yesterday()))).rejects.toMatchObject({ code: 'being-closed' });

    const [{ value: id } = { value: '' }] = both.filter((one) => one.status === 'fulfilled');
    await Promise.all([fillBatch(desk.house, id), fillBatch(desk.house, id), continueExports(desk.house)]);
    await fillBatch(desk.house, id);
    expect(await readExportBatch(desk.house.db, id)).toMatchObject({ state: 'closed', rowCount: 1 });
    expect(await brokenNow()).toEqual([]);
  });

  test('the same form sent twice closes once; a day that is not over, or closed, is refused', async () => {
    const order = wanted(yesterday());
    const ids = await Promise.all([closePeriod(desk.house, order), closePeriod(desk.house, order)]);
    expect(ids[0]).toBe(ids[1]);
    await fillBatch(desk.house, ids[0]);
    expect((await readExportBatch(desk.house.db, ids[0])).state).toBe('closed');
    for (const day of [today(desk), '2020-01-01', '2026-02-30']) {
      await expect(closePeriod(desk.house, wanted(day))).rejects.toMatchObject({ status: 422 });
    }
  });

  test('go on wherever the process died, and nothing is taken or written twice', async () => {
    const account = await aSandboxAccount(desk.house, { name: 'Dying' });
    // After the taking, within a file, and when all but the closing is done.
    for (const lives of [1, 4, 20]) {
      await cardPayment(desk, { account, amountMinor: 1_000 + lives });
      nextDay(desk);
      const id = await closePeriod(desk.house, wanted(yesterday()));
      await fillBatch({ ...desk.house, db: diesAfter(desk.house.db, lives) }, id);
      expect((await readExportBatch(desk.house.db, id)).state).toBe(lives < 2 ? 'taking' : 'writing');
      desk.clock.advance(3 * MINUTE_MS);
      await continueExports(desk.house);
      expect(await readExportBatch(desk.house.db, id)).toMatchObject({ state: 'closed', rowCount: 1 });
      const files = await filesIn(desk, id);
      expect(Object.keys(files)).toHaveLength(6);
      expect(readCsv(files['movements.csv'] as Buffer).rows).toMatchObject([
        { net: `10.${String(lives).padStart(2, '0')}` },
      ]);
    }
    expect(await brokenNow()).toEqual([]);
  });

  test('are changed by nobody: the database refuses, and where somebody got round that, the check names it', async () => {
    await cashPayment(desk);
    nextDay(desk);
    const id = await closed(desk);
    const { db } = desk.house;
    const [file] = await filesOfBatch(db, id);
    const fileId = file?.id as string;
    const content = Buffer.from('forged');
    const deeds = {
      batch: () => db.q.updateTable('export_batch').set({ last_day: '2030-01-01' }).where('id', '=', id).execute(),
      'batch gone': () => db.q.deleteFrom('export_batch').where('id', '=', id).execute(),
      row: () => db.q.updateTable('export_batch_row').set({ kind: 'x' }).where('batch_id', '=', id).execute(),
      'row gone': () => db.q.deleteFrom('export_batch_row').where('batch_id', '=', id).execute(),
      page: () => db.q.updateTable('export_batch_page').set({ content }).where('batch_id', '=', id).execute(),
      'page more': () => db.q.insertInto('export_batch_page').values({ batch_id: id, position: 99, content }).execute(),
      file: () => db.q.updateTable('export_file').set({ sha256: 'x' }).where('id', '=', fileId).execute(),
      'file gone': () => db.q.deleteFrom('export_file').where('id', '=', fileId).execute(),
      piece: () => db.q.updateTable('export_piece').set({ content }).where('file_id', '=', fileId).execute(),
      'piece gone': () => db.q.deleteFrom('export_piece').where('file_id', '=', fileId).execute(),
      'piece more': () => db.q.insertInto('export_piece').values({ file_id: fileId, position: 9, content }).execute(),
    };
    for (const [deed, doIt] of Object.entries(deeds)) {
      await expect(doIt().then(() => `${deed} was changed`)).rejects.toMatchObject({
        message: expect.stringContaining('append-only'),
      });
    }
    expect(await brokenNow()).toEqual([]);

    await withoutGuards(db);
    await db.q.deleteFrom('export_piece').where('file_id', '=', fileId).execute();
    await db.q.deleteFrom('export_batch_row').where('batch_id', '=', id).execute();
    const faults = (await brokenNow()).map(({ fault }) => fault);
    expect(faults).toEqual([
      'its rows from 1 on are not its movements',
      'it has more or fewer movements than were taken',
      'its bytes are not those that were written',
    ]);
  });
});

describe('the page of exports', () => {
  let desk: Desk;
  beforeAll(async () => {
    desk = await openDesk(await startHouse());
  });
  afterAll(() => desk.stop());

  test('says next to the field what is wrong and loses nothing typed; then a period is closed and downloaded', async () => {
    await cashPayment(desk);
    nextDay(desk);
    const { db } = desk.house;
    const person = await db.read
      .selectFrom('person')
      .selectAll()
      .where('id', '=', desk.actor.id)
      .executeTakeFirstOrThrow();
    const browser = await signInAs(desk, { ...person, role: 'accountant' } as never);
    const sendId = newId('req');
    const refused = await browser.post(paths.exports(), { preset: 'xero', format: 'csv', from: '2026-01-05', sendId });
    expect(refused.status).toBe(422);
    expect(refused.text).toContain('Choose a currency: a bank file holds one only.');
    expect(refused.text).toMatch(/value="xero"[^>]* checked/);
    expect(refused.text).toContain('value="2026-01-05"');
    const early = await browser.post(paths.exportBatches(), { lastDay: today(desk), sendId });
    expect(early.text).toContain('This day is not over yet.');

    const lastDay = new Date(desk.clock.now().getTime() - DAY_MS).toISOString().slice(0, 10);
    const answer = await browser.post(paths.exportBatches(), { lastDay, sendId });
    expect(answer.status).toBe(303);
    const id = String(answer.headers.location).split('/').at(-1) as string;
    await fillBatch(desk.house, id);
    await continueExports(desk.house);
    const [file] = await filesOfBatch(db, id);
    if (!file) throw new Error('the batch has no file');
    const page = await browser.get(paths.exportBatch(id));
    expect(page.text).toContain(file.name);
    const twice = [await browser.get(paths.exportContent(file.id)), await browser.get(paths.exportContent(file.id))];
    for (const { headers, text } of twice) {
      expect(headers['content-disposition']).toContain('EXP-000001-movements.csv');
      expect(createHash('sha256').update(text).digest('hex')).toBe(file.sha256);
    }
    for await (const piece of bytesOf(db, file.id)) expect(String(piece)).toBe(twice[0]?.text);
  });

  test('says up to which of the company’s days a file goes, where that is another than in UTC', async () => {
    const { house, clock, actor } = desk;
    await changeCompany(house, { ...(await readCompany(house.db)), timeZone: 'Pacific/Auckland' }, actor);
    const evening = new Date(`${today(desk)}T20:00:00Z`);
    clock.advance(DAY_MS + evening.getTime() - clock.now().getTime());
    const day = showDate(clock.now().toISOString(), 'Pacific/Auckland');
    const { file } = await exported(desk);
    const accountant = await signIn(desk, 'accountant');
    for (const path of [paths.exports(), paths.exportFile(file.id)]) {
      expect((await accountant.get(path)).text).toContain(`All up to ${day}`);
    }
  });
});

/** A database whose process dies at its next transaction after so many. */
function diesAfter(db: Db, transactions: number): Db {
  let left = transactions;
  const tx: Db['tx'] = async (deed) => {
    if (left-- <= 0) throw new Error('the process died');
    return db.tx(deed);
  };
  return Object.create(db, { tx: { value: tx } });
}

/** What somebody with the keys of the database could do. */
async function withoutGuards(db: Db): Promise<void> {
  if (db.dialect === 'postgres') {
    await sql`alter table export_piece disable trigger all`.execute(db.q);
    await sql`alter table export_batch_row disable trigger all`.execute(db.q);
  } else {
    await sql`drop trigger export_piece_no_delete`.execute(db.q);
    await sql`drop trigger export_batch_row_no_delete`.execute(db.q);
  }
}
