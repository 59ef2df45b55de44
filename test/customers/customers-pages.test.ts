import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { paths } from '../../src/paths.ts';
import { startHouse, type TestHouse } from '../support/house.ts';
import { aCustomer, anInvoice } from '../support/seeds.ts';
import { type SignedInBrowser, signIn } from '../support/sign-in.ts';

let at: TestHouse;
let clerk: SignedInBrowser;
const form = {
  number: 'K-7',
  name: 'Ada & Sons',
  email: 'ada@example.test',
  language: 'en',
  address: '1 Street\nTown',
};

beforeAll(async () => {
  at = await startHouse();
  clerk = await signIn(at, 'clerk');
});
afterAll(() => at.stop());

describe('a customer', () => {
  test('is created, found by words of number, name and e-mail, and changed', async () => {
    const created = await clerk.post(paths.newCustomer(), form);
    expect(created.status).toBe(303);
    const page = await clerk.get(created.headers.location as string);
    expect(page.text).toContain('Ada &amp; Sons');
    for (const search of ['k-7', 'SONS', 'ada@example', 'sons k']) {
      expect((await clerk.get(`${paths.customers()}?q=${encodeURIComponent(search)}`)).text).toContain(
        'Ada &amp; Sons',
      );
    }
    expect((await clerk.get(`${paths.customers()}?q=ada+nobody`)).text).toContain('No customer found');

    const edit = `${created.headers.location}/edit`;
    expect((await clerk.post(edit, { ...form, name: 'Lovelace Ltd' })).status).toBe(303);
    expect((await clerk.get(`${paths.customers()}?q=sons`)).text).toContain('No customer found');
    const changed = (await clerk.get(created.headers.location as string)).text;
    expect(changed).toContain('name: Ada &amp; Sons → Lovelace Ltd');
  });

  test('with a number that is taken is shown again with the error at its field and all that was typed', async () => {
    await aCustomer(at.house, { number: 'TAKEN' });
    const answer = await clerk.post(paths.newCustomer(), { ...form, number: 'taken' });
    expect(answer.status).toBe(422);
    expect(answer.text).toContain('id="number-error"');
    expect(answer.text).toContain('Another customer has the number taken.');
    expect(answer.text).toContain('value="Ada &amp; Sons"');
    expect(answer.text).toContain('1 Street\nTown');
  });

  test('cannot take the number of another one when it is changed', async () => {
    const { id } = await aCustomer(at.house);
    const answer = await clerk.post(paths.editCustomer(id), { ...form, number: 'TAKEN' });
    expect(answer.status).toBe(422);
    expect(answer.text).toContain('Another customer has the number TAKEN.');
  });

  test.each([
    'ada@example.test, eve@example.test',
    'ada@example.test\r\nBcc: eve@example.test',
    'Ada <ada@example.test>',
    '"a@b"@example.test',
    'ada@localhost',
    'ada@[127.0.0.1]',
    'ada..b@example.test',
  ])('with the address %j is refused at the e-mail field', async (email) => {
    const answer = await clerk.post(paths.newCustomer(), { ...form, number: 'MAIL', email });
    expect(answer.status).toBe(422);
    expect(answer.text).toContain('id="email-error"');
  });

  test('with a field that the page does not have is refused', async () => {
    const answer = await clerk.post(paths.newCustomer(), { ...form, number: 'X-1', role: 'admin' });
    expect(answer.status).toBe(400);
    expect(answer.text).toContain('role');
  });

  test('shows its invoices, and no form to an accountant', async () => {
    const { id } = await aCustomer(at.house);
    for (let i = 0; i < 6; i++) await anInvoice(at.house, { customerId: id, number: `OF-${i}` });
    const accountant = await signIn(at, 'accountant');
    const { text } = await accountant.get(paths.customer(id));
    expect(text).toContain('OF-5');
    expect(text).not.toContain('OF-0');
    expect(text).toContain(`/invoices?customer=${id}`);
    expect(text).not.toContain(paths.editCustomer(id));
    expect((await accountant.get(paths.newCustomer())).status).toBe(403);
  });

  test('that does not exist gives the page that says so, whatever the address', async () => {
    for (const id of ['cus_none', '%00', `cus_${'0'.repeat(26)}`]) {
      expect((await clerk.get(`/customers/${id}`)).status).toBe(404);
    }
  });
});
