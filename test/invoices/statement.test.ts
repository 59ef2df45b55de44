import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { SYSTEM } from '../../src/audit/record.ts';
import { changeCompany } from '../../src/company/change-company.ts';
import { UNNAMED_COMPANY } from '../../src/company/company.ts';
import type { Customer } from '../../src/customers/customer.ts';
import { applyDeposit } from '../../src/deposits/apply-deposit.ts';
import { readStatement } from '../../src/invoices/statement.store.ts';
import { ageOf } from '../../src/invoices/statement.ts';
import { voidInvoice } from '../../src/invoices/void-invoice.ts';
import { endSettledLinks } from '../../src/links/end-settled-links.ts';
import { paths } from '../../src/paths.ts';
import { recordPayment } from '../../src/payments/record-payment.ts';
import { startPayment } from '../../src/payments/start-payment.ts';
import { DAY_MS } from '../../src/platform/clock.ts';
import { newId } from '../../src/platform/ids.ts';
import { addDays, dayInZone } from '../../src/platform/show-time.ts';
import { withQuery } from '../../src/platform/web/query.ts';
import { checkBooks } from '../../src/reconcile/check-books.ts';
import { refundDeposit } from '../../src/refunds/refund-deposit.ts';
import { ENGINES } from '../support/house.ts';
import { pdfText } from '../support/pdf.ts';
import { aCustomer, aDeposit, anInvoice } from '../support/seeds.ts';
import { hirePerson, type SignedInBrowser, signIn } from '../support/sign-in.ts';
import { openTill, type Till } from '../support/till.ts';

const HOSTILE = '=HYPERLINK("x") <script>alert(1)</script> שלום';
const ZONE = 'Pacific/Auckland';

describe.each(ENGINES)('a customer’s statement (%s)', (engine) => {
  let till: Till;
  let clerk: SignedInBrowser;
  let customer: Customer;
  /** The day on which it begins, where the company is. */
  let first: string;
  const range = (from: number, to: number) => ({ from: addDays(first, from), to: addDays(first, to) });

  beforeAll(async () => {
    till = await openTill({ engine });
    const { house, clock } = till;
    await changeCompany(house, { ...UNNAMED_COMPANY, tradingName: 'Harbour & Sons', timeZone: ZONE }, SYSTEM);
    customer = await aCustomer(house, { name: HOSTILE, email: 'books@example.test' });
    const of = { customerId: customer.id };
    first = dayInZone(clock.now().toISOString(), ZONE);
    const invoice = await anInvoice(house, { ...of, number: 'S-1', dueOn: first });
    const deposit = await aDeposit(house, of);
    await startPayment(house, await till.press(await till.aLink(deposit.id)));

    clock.advance(10 * DAY_MS);
    await anInvoice(house, { ...of, number: 'S-2', amountMinor: 8_000, dueOn: addDays(first, 100) });
    const mistaken = await anInvoice(house, { ...of, number: 'S-3', amountMinor: 900 });
    await voidInvoice({ ...house, endSettledLinks }, { id: mistaken.id, reason: 'Written twice', actor: SYSTEM });
    await applyDeposit(house, {
      ...{ depositId: deposit.id, invoiceId: invoice.id, amountMinor: 2_000 },
      ...{ submissionId: newId('req'), actor: SYSTEM },
    });
    const { version } = await house.db.read
      .selectFrom('payable')
      .select('version')
      .where('id', '=', invoice.id)
      .executeTakeFirstOrThrow();
    const person = await hirePerson(till, 'clerk');
    await recordPayment(house, {
      ...{ method: 'cheque', amountMinor: 5_000, receivedOn: first, reference: '004711', note: '' },
      ...{ payableId: invoice.id, version, submissionId: newId('req'), sendReceipt: false },
      actor: { kind: 'person', id: person.id },
    });
    clock.advance(10 * DAY_MS);
    await refundDeposit(house, {
      ...{ depositId: deposit.id, amountMinor: 1_000, method: 'card', reference: '', reason: '' },
      ...{ submissionId: newId('req'), actor: SYSTEM },
    });
    clock.advance(20 * DAY_MS);
    // Somebody else's, and another currency.
    await anInvoice(house, { amountMinor: 77_700 });
    await anInvoice(house, { ...of, number: 'S-4', currency: 'JPY', amountMinor: 500, dueOn: addDays(first, 41) });
    clerk = await signIn(till, 'clerk');
  });
  afterAll(() => till.stop());

  test('opens with what came before, goes through what moved, and closes with what is open by age', async () => {
    const { sections } = await readStatement(till.house.db, customer.id, range(5, 40));
    const eur = sections.find((section) => section.currency === 'EUR');
    expect(eur).toMatchObject({ openingMinor: 7_500, closingMinor: 11_500, heldMinor: 2_000 });
    expect(
      eur?.movements.map(({ kind, numbers, amountMinor, movedMinor }) => [
        kind,
        numbers.length,
        amountMinor,
        movedMinor,
      ]),
    ).toEqual([
      ['invoice', 1, 8_000, 0],
      ['invoice', 1, 900, 0],
      ['invoiceVoided', 1, -900, 0],
      ['depositApplied', 2, 0, 2_000],
      ['payment', 1, -5_000, 0],
      ['refund', 1, 1_000, 0],
    ]);
    expect(eur?.openItems.map((item) => [item.number, item.openMinor, ageOf(item.daysOverdue)])).toEqual([
      ['S-1', 5_500, 'days60'],
      ['S-2', 8_000, 'current'],
    ]);
    expect(sections.map((section) => section.currency)).toEqual(['EUR', 'JPY']);
  });

  test('of an earlier day says what was open on that day, whatever happened since', async () => {
    const { sections } = await readStatement(till.house.db, customer.id, range(0, 0));
    expect(sections).toHaveLength(1);
    expect(sections[0]).toMatchObject({ openingMinor: 0, closingMinor: 7_500, heldMinor: 5_000 });
    expect(sections[0]?.openItems).toMatchObject([{ number: 'S-1', openMinor: 12_500, daysOverdue: 0 }]);
    expect(sections[0]?.movements[1]).toMatchObject({ kind: 'payment', receipt: expect.any(Number) });
  });

  test('is a page and a PDF that take no name for anything but a name; the same bytes each time', async () => {
    const page = await clerk.get(withQuery(paths.statement(customer.id), range(5, 40)));
    expect(page.status).toBe(200);
    for (const words of ['€75.00', '€115.00', 'Invoice S-2', 'Deposit set against invoice', '31–60 days overdue']) {
      expect(page.text).toContain(words);
    }
    expect(page.text).not.toContain('<script>alert');
    // What is drawn hangs on no database.
    if (engine !== 'sqlite') return;
    const pdf = () => clerk.agent.get(withQuery(paths.statementPdf(customer.id), range(5, 40))).buffer(true);
    const [one, two] = [(await pdf()).body as Buffer, (await pdf()).body as Buffer];
    expect(one.equals(two)).toBe(true);
    expect(pdfText(one)).toContain('Closing balance');
    expect(pdfText(one)).toContain('€115.00');
  });

  test.each([
    [{ from: '2026-13-01', to: '' }, 'from', 'Enter a day'],
    [{ from: '2020-01-02', to: '2020-01-01' }, 'to', 'before the first'],
    [{ from: '', to: '2999-01-01' }, 'to', 'that has begun'],
  ])('of days that are none is refused at the field: %j', async (days, field, sentence) => {
    const answer = await clerk.get(withQuery(paths.statement(customer.id), days));
    expect(answer.status).toBe(422);
    expect(answer.text).toContain(`id="${field}-error"`);
    expect(answer.text).toContain(sentence);
    expect((await clerk.get(withQuery(paths.statementPdf(customer.id), days))).status).toBe(422);
  });

  test('is mailed once for one form; what the customer opens stays as it was, for 90 days', async () => {
    const { house, clock, url } = till;
    const form = { ...range(5, 40), address: 'books@example.test', submissionId: newId('req') };
    const send = (over = {}) => clerk.post(paths.sendStatement(customer.id), { ...form, ...over });
    const refused = await send({ address: 'nobody' });
    expect([refused.status, refused.text.includes('id="address-error"')]).toEqual([422, true]);
    await Promise.all([send(), send()]);
    const letters = await house.db.read.selectFrom('letter').selectAll().where('kind', '=', 'statement').execute();
    expect(letters).toHaveLength(1);
    expect(letters[0]?.html).not.toContain('<script>');
    const address = /https?:\S+\/s\/\S+/.exec(letters[0]?.body_text ?? '')?.[0] ?? '';
    const before = await (await fetch(address)).text();
    expect(before).toContain('€115.00');
    expect(before).not.toContain('<script>alert');

    await anInvoice(house, { customerId: customer.id, number: `S-${randomUUID().slice(0, 8)}` });
    expect(await (await fetch(address)).text()).toBe(before);
    expect((await fetch(`${address}/statement.pdf`)).headers.get('content-type')).toBe('application/pdf');
    expect((await fetch(`${url}${paths.customerStatement('eyJhbGciOiJIUzI1NiJ9.e30.x')}`)).status).toBe(404);
    const { text } = await clerk.get(withQuery(paths.statement(customer.id), range(5, 40)));
    expect(text).toContain('Mailed before');
    clock.advance(91 * DAY_MS);
    expect((await fetch(address)).status).toBe(410);
  });

  test('leaves books behind in which everything holds', async () => {
    const results = await checkBooks(till.house.db);
    expect(results.filter((result) => result.broken.length > 0)).toEqual([]);
  });
});
