import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { paths } from '../../src/paths.ts';
import { startHouse, type TestHouse } from '../support/house.ts';
import { aCustomer, aDeposit } from '../support/seeds.ts';
import { type SignedInBrowser, signIn } from '../support/sign-in.ts';

let at: TestHouse;
let clerk: SignedInBrowser;
const form = { customer: 'C-9', currency: 'kwd', total: '1.005', orderReference: 'PO 1', orderTotal: '', note: '' };

beforeAll(async () => {
  at = await startHouse();
  clerk = await signIn(at, 'clerk');
  await aCustomer(at.house, { number: 'C-9', name: 'Nine' });
});
afterAll(() => at.stop());

describe('a deposit', () => {
  test('is requested, numbered, found, and offers a payment link; nothing is booked yet', async () => {
    const answer = await clerk.post(paths.newDeposit(), form);
    expect(answer.status).toBe(303);
    const { text } = await clerk.get(answer.headers.location as string);
    expect(text).toContain('Deposit D-1001');
    expect(text).toMatch(/KWD.1\.005/);
    expect(text).toContain('Send payment link');
    expect((await clerk.get(`${paths.deposits()}?q=po+nine`)).text).toContain('D-1001');
    expect(await at.house.db.read.selectFrom('journal_entry').select('id').execute()).toEqual([]);
  });

  test('is refused with errors at their fields and keeps what was typed', async () => {
    const answer = await clerk.post(paths.newDeposit(), { ...form, total: '5.0001', orderTotal: 'much', customer: '' });
    expect(answer.status).toBe(422);
    for (const field of ['total', 'orderTotal', 'customer']) expect(answer.text).toContain(`id="${field}-error"`);
    for (const kept of ['5.0001', 'much', 'PO 1']) expect(answer.text).toContain(`value="${kept}"`);
    const less = await clerk.post(paths.newDeposit(), { ...form, orderTotal: '1.000' });
    expect(less.text).toContain('The order comes to less than the deposit.');
    expect((await clerk.post(paths.newDeposit(), { ...form, number: 'D-1' })).status).toBe(400);
  });

  test('stands in a list that is narrowed by customer, state and currency', async () => {
    const { id } = await aCustomer(at.house);
    const { number } = await aDeposit(at.house, { customerId: id, currency: 'JPY' });
    const has = async (query: string) => (await clerk.get(`${paths.deposits()}?${query}`)).text.includes(`>${number}<`);
    expect(await has(`customer=${id}`)).toBe(true);
    expect(await has('currency=JPY&state=requested')).toBe(true);
    expect(await has('currency=EUR')).toBe(false);
    expect(await has('state=held')).toBe(false);
  });

  test('cannot be requested by an accountant', async () => {
    const accountant = await signIn(at, 'accountant');
    expect((await accountant.post(paths.newDeposit(), form)).status).toBe(403);
    expect((await accountant.get(paths.deposits())).text).not.toContain('Request deposit');
  });
});
