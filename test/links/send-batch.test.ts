import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { SYSTEM } from '../../src/audit/record.ts';
import { countsOf, itemsOf, readBatch } from '../../src/links/batches.store.ts';
import { readCandidates } from '../../src/links/candidates.store.ts';
import { issueLink } from '../../src/links/issue-link.ts';
import { type BatchParts, continueBatches, sendBatch } from '../../src/links/send-batch.ts';
import { sendLink } from '../../src/links/send-link.ts';
import { type NewBatch, startBatch } from '../../src/links/start-batch.ts';
import { type Db, insideTransaction } from '../../src/platform/database/database.ts';
import { newId } from '../../src/platform/ids.ts';
import { aSandboxAccount } from '../support/account-seeds.ts';
import { ENGINES, startHouse, type TestHouse } from '../support/house.ts';
import { aCustomer, aDeposit, anInvoice } from '../support/seeds.ts';

describe.each(ENGINES)('links sent together (%s)', (engine) => {
  let at: TestHouse;
  beforeAll(async () => {
    at = await startHouse({ engine });
    await aSandboxAccount(at.house, { currencies: ['EUR', 'USD'] });
  });
  afterAll(() => at.stop());

  const start = (payableIds: string[], over: Partial<NewBatch> = {}) =>
    startBatch(at.house, {
      payableIds,
      per: 'document',
      expiry: '30d',
      note: '',
      actor: SYSTEM,
      sendId: newId('req'),
      ...over,
    });
  const invoices = async (count: number, over: Parameters<typeof anInvoice>[1] = {}) => {
    const ids: string[] = [];
    for (let i = 0; i < count; i++) ids.push((await anInvoice(at.house, over)).id);
    return ids;
  };
  const makeVoid = (id: string) =>
    at.house.db.q.updateTable('payable').set({ state: 'void' }).where('id', '=', id).execute();
  /** How many letters went out about each of these documents. */
  const lettersFor = async (payableIds: string[]) => {
    const rows = await at.house.db.read
      .selectFrom('letter')
      .innerJoin('link_payable', 'link_payable.link_id', 'letter.link_id')
      .select('payable_id')
      .where('payable_id', 'in', payableIds)
      .execute();
    return payableIds.map((id) => rows.filter((row) => row.payable_id === id).length);
  };

  test('two processes at it at once send each letter once', async () => {
    const ids = await invoices(8);
    const id = await start(ids);
    await Promise.all([sendBatch(at.house, id), sendBatch(at.house, id), continueBatches(at.house)]);
    expect(await lettersFor(ids)).toEqual(ids.map(() => 1));
    expect(await countsOf(at.house.db, id)).toEqual({ sent: 8, failed: 0 });
    expect((await readBatch(at.house.db, id)).state).toBe('done');
  });

  test('a process that dies in the middle leaves whole links behind, and the next goes on where it was', async () => {
    const ids = await invoices(5);
    const id = await start(ids);
    await sendBatch(dyingAfter(2, at.house), id);
    expect(await countsOf(at.house.db, id)).toEqual({ sent: 2, failed: 0 });
    expect(await lettersFor(ids)).toEqual([1, 1, 0, 0, 0]);
    const links = await at.house.db.read
      .selectFrom('link_payable')
      .select('link_id')
      .where('payable_id', 'in', ids)
      .execute();
    expect(links).toHaveLength(2);

    await continueBatches(at.house);
    expect(await lettersFor(ids)).toEqual([1, 1, 1, 1, 1]);
    expect((await readBatch(at.house.db, id)).state).toBe('done');
  });

  test('the same form sent twice is one batch', async () => {
    const ids = await invoices(1);
    const sendId = newId('req');
    const made = await Promise.all([start(ids, { sendId }), start(ids, { sendId })]);
    expect(made[0]).toBe(made[1]);
  });

  test('one link for each customer and currency, with all that was chosen of theirs', async () => {
    const { id: customerId } = await aCustomer(at.house);
    const euros = await invoices(2, { customerId });
    const dollars = await invoices(1, { customerId, currency: 'USD' });
    const [other] = await invoices(1);
    const deposit = (await aDeposit(at.house, { customerId })).id;
    const id = await start([euros[0], dollars[0], other, euros[1], deposit] as string[], { per: 'customer' });
    await sendBatch(at.house, id);
    const items = await itemsOf(at.house.db, id);
    expect(items.map((item) => item.payableIds)).toEqual([[deposit, euros[0], euros[1]], dollars, [other]]);
    expect(await lettersFor([...euros, deposit, ...dollars, other as string])).toEqual([1, 1, 1, 1, 1]);
  });

  test('a usable link that asks for the same is sent once more; one with other terms is replaced', async () => {
    const [same, part] = (await invoices(2)) as [string, string];
    const issue = (payableId: string, terms?: Parameters<typeof issueLink>[1]['terms']) =>
      issueLink(at.house, { payableIds: [payableId], terms, expiry: '14d', actor: SYSTEM });
    const [there, other] = [await issue(same), await issue(part, { terms: 'part', partMinor: 1_000 })];
    const id = await start([same, part]);
    await sendBatch(at.house, id);
    const [again, fresh] = await itemsOf(at.house.db, id);
    expect(again).toMatchObject({ state: 'sent', linkId: there.id, isNewLink: false });
    expect(fresh).toMatchObject({ state: 'sent', isNewLink: true });
    expect(fresh?.linkId).not.toBe(other.id);
  });

  test('what cannot be sent says why, and holds up no other; what was paid meanwhile is left out', async () => {
    const silent = await aCustomer(at.house, { email: '' });
    const [good] = await invoices(1);
    const [nowhere] = await invoices(1, { customerId: silent.id });
    const [pounds] = await invoices(1, { currency: 'GBP' });
    const gone = await invoices(1);
    const { id: customerId } = await aCustomer(at.house);
    const two = (await invoices(2, { customerId })) as [string, string];
    const id = await start([nowhere, pounds, gone[0], good, ...two] as string[], { per: 'customer' });
    await makeVoid(gone[0] as string);
    await makeVoid(two[0]);
    await sendBatch(at.house, id);
    const items = await itemsOf(at.house.db, id);
    const cameOf = (of: string) => items.find((item) => item.payableIds.includes(of));
    expect(items.filter((item) => item.state === 'failed')).toHaveLength(3);
    expect(cameOf(nowhere as string)?.reason).toBe('The customer has no e-mail address.');
    expect(cameOf(pounds as string)?.reason).toContain('does not take GBP');
    expect(cameOf(gone[0] as string)?.reason).toContain('is void');
    expect(cameOf(good as string)?.state).toBe('sent');
    expect(await lettersFor(two)).toEqual([0, 1]);
  });

  test('beforehand it is said what speaks against a document', async () => {
    const silent = await aCustomer(at.house, { email: '' });
    const [good] = await invoices(1);
    const [nowhere] = await invoices(1, { customerId: silent.id });
    const [pounds] = await invoices(1, { currency: 'GBP' });
    const [small] = await invoices(1, { amountMinor: 49 });
    const [gone, told] = (await invoices(2)) as [string, string];
    await makeVoid(gone);
    const link = await issueLink(at.house, { payableIds: [told], expiry: '14d', actor: SYSTEM });
    await sendLink(at.house, {
      linkId: link.id,
      to: ['a@example.test'],
      cc: [],
      note: '',
      actor: SYSTEM,
      sendId: newId('req'),
    });
    const ids = [good, nowhere, pounds, small, gone, told] as string[];
    const said = (await readCandidates(at.house, ids)).map(({ problem, isOut }) => [problem, isOut]);
    expect(said).toEqual([
      [undefined, false],
      ['The customer has no e-mail address.', true],
      [expect.stringContaining('does not take GBP'), true],
      [expect.stringContaining('0.50 EUR'), false],
      ['It is void.', true],
      ['A usable link was sent in the last 24 hours.', false],
    ]);
    at.clock.advance(25 * 3_600_000);
    expect((await readCandidates(at.house, [told]))[0]?.problem).toBeUndefined();
    at.clock.advance(-25 * 3_600_000);
  });
});

/** The parts of a process that is killed after so many transactions, just before it commits the next. */
function dyingAfter(commits: number, house: BatchParts): BatchParts {
  let done = 0;
  const live = () => {
    if (done > commits && !insideTransaction()) throw new Error('killed');
    return house.db;
  };
  const tx: Db['tx'] = (deed) => {
    if (insideTransaction()) return house.db.tx(deed);
    return live().tx(async () => {
      const result = await deed();
      done += 1;
      if (done > commits) throw new Error('killed');
      return result;
    });
  };
  return { ...house, db: Object.create(house.db, { tx: { value: tx }, q: { get: () => live().q } }) as Db };
}
