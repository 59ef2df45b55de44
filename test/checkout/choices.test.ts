import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import supertest from 'supertest';
import { SYSTEM } from '../../src/audit/record.ts';
import { issueLink } from '../../src/links/issue-link.ts';
import type { Link } from '../../src/links/link.ts';
import { visitOf } from '../../src/links/link-story.store.ts';
import type { WantedTerms } from '../../src/links/wanted-terms.ts';
import { writeFetches } from '../../src/links/write-fetches.ts';
import { paths } from '../../src/paths.ts';
import { readPayables } from '../../src/payables/payables.store.ts';
import { agreedTerms } from '../../src/payments/agreed-terms.ts';
import { startPayment } from '../../src/payments/start-payment.ts';
import { readAll } from '../support/http.ts';
import { pdfText } from '../support/pdf.ts';
import { aCustomer, anInvoice } from '../support/seeds.ts';
import { openTill, type Till } from '../support/till.ts';

describe('what the customer’s page lets one choose', () => {
  let till: Till;
  beforeAll(async () => {
    till = await openTill();
  });
  afterAll(() => till.stop());

  const http = () => supertest(till.url);
  const tokenOf = (link: Link) => till.house.linkTokens.sign('pay', link.id, link.createdAt);
  const linkFor = (payableIds: string[], terms?: WantedTerms) =>
    issueLink(till.house, { payableIds, terms, expiry: '30d', actor: SYSTEM, accountId: till.account.id });
  const pageOf = (link: Link) => http().get(paths.pay(tokenOf(link)));
  const ask = (link: Link, body: object) =>
    http()
      .post(paths.paySum(tokenOf(link)))
      .set('accept', 'application/json')
      .send(body);
  const press = async (link: Link, over: object) =>
    http()
      .post(paths.payAttempts(tokenOf(link)))
      .set('accept', 'application/json')
      .send({
        submissionId: randomUUID(),
        confirmationToken: await till.cardToken(),
        saveCard: false,
        agreed: agreedTerms(await readPayables(till.house.db, link.payableIds)),
        payerEmail: 'payer@example.test',
        ...over,
      });
  const changes = async () =>
    till.house.db.read
      .selectFrom('audit')
      .select((q) => q.fn.max('seq').as('n'))
      .executeTakeFirstOrThrow();

  test('a typed sum is read by the portal, which says what it comes to and writes nothing', async () => {
    const link = await linkFor([(await anInvoice(till.house, { amountMinor: 123_456 })).id], { terms: 'choose' });
    const before = await changes();
    expect((await ask(link, { amount: ' 1,000.5 ' }).expect(200)).body).toEqual({
      amountMinor: 100_050,
      units: 100_050,
      button: 'Pay €1,000.50',
      rest: '€234.06 stays due after this payment.',
    });
    expect((await ask(link, { amount: '1234.56' }).expect(200)).body.rest).toBe(
      'Nothing stays due after this payment.',
    );
    for (const [amount, why] of [
      ['', 'Please enter a sum such as 1234.56.'],
      ['ten', 'Please enter a sum such as 1234.56.'],
      ['-5', 'Please enter a sum such as 1234.56.'],
      ['1e2', 'Please enter a sum such as 1234.56.'],
      ['0.49', 'The least that you can pay here is €0.50.'],
      ['1234.57', 'That is more than what is due. Please enter at most €1,234.56.'],
      ['1234.10', 'That would leave €0.46, too little to be paid by card later.'],
    ] as const) {
      const refused = await ask(link, { amount }).expect(422);
      expect(refused.body.error.fields.amount).toContain(why);
      const pressed = await press(link, { amount });
      expect(pressed.status).toBe(422);
      expect(pressed.body.error.fields.amount).toContain(why);
    }
    expect(await changes()).toEqual(before);
    for (const body of [{}, { amount: 5 }, { amount: '5', currency: 'JPY' }]) await ask(link, body).expect(400);
  });

  test('a dinar is not cut into thousandths that no card can be charged', async () => {
    const invoice = await anInvoice(till.house, { amountMinor: 10_000, currency: 'KWD' });
    const link = await linkFor([invoice.id], { terms: 'choose' });
    const refused = await ask(link, { amount: '1.005' }).expect(422);
    expect(refused.body.error.fields.amount).toContain('A card cannot be charged exactly this sum.');
    expect((await ask(link, { amount: '1.050' }).expect(200)).body.units).toBe(1_050);
  });

  test('the sum that was typed is paid, and the page then asks for the rest', async () => {
    const link = await linkFor([(await anInvoice(till.house, { amountMinor: 10_000 })).id], { terms: 'choose' });
    const page = await pageOf(link).expect(200);
    expect(page.text).toContain('How much would you like to pay?');
    expect(page.text).toContain('Between €0.50 and €100.00.');
    expect((await press(link, { amount: '40' })).body.state).toBe('paid');
    const later = await pageOf(link).expect(200);
    expect(later.text).toContain('All (€60.00)');
    expect((await press(link, { amountMinor: 6_000 })).body.state).toBe('paid');
    expect((await pageOf(link).expect(200)).text).toMatch(/R-\d{6}/);
  });

  test('a deposit or all are two choices with their sums, and no other sum is taken', async () => {
    const link = await linkFor([(await anInvoice(till.house, { amountMinor: 10_000 })).id], {
      terms: 'deposit_or_full',
      partMinor: 3_000,
    });
    const page = await pageOf(link).expect(200);
    expect(page.text).toMatch(/data-minor="3000" data-units="3000" data-button="Pay €30.00"[^>]*checked/);
    expect(page.text).toContain('data-minor="10000"');
    expect(page.text).toContain('€70.00 stays due after this payment.');
    expect((await press(link, { amountMinor: 4_000 })).body.error.code).toBe('amount-not-offered');
    expect((await press(link, { amountMinor: 3_000 })).body.state).toBe('paid');
    expect((await pageOf(link).expect(200)).text).not.toContain('How much would you like to pay?');
  });

  test('a fixed part is named with what stays due, and takes no sum from the browser', async () => {
    const link = await linkFor([(await anInvoice(till.house, { amountMinor: 10_000 })).id], {
      terms: 'part',
      partMinor: 2_500,
    });
    const page = await pageOf(link).expect(200);
    expect(page.text).toContain('<h1 class="due">€25.00</h1>');
    expect(page.text).toContain('€75.00 stays due after this payment.');
    expect((await press(link, { amountMinor: 2_500 })).status).toBe(400);
    await ask(link, { amount: '25' }).expect(400);
    expect((await press(link, {})).body.state).toBe('paid');
  });

  test('several documents stand there with what is open of each; what was paid elsewhere is gone', async () => {
    const { id: customerId } = await aCustomer(till.house);
    const of = (number: string, amountMinor: number) => anInvoice(till.house, { customerId, number, amountMinor });
    const [a, b, c] = [await of('DOC-A', 4_000), await of('DOC-B', 5_000), await of('DOC-C', 6_000)];
    const link = await linkFor([a.id, b.id, c.id]);
    const first = await pageOf(link).expect(200);
    for (const said of ['Invoice DOC-A', 'Invoice DOC-B', 'Invoice DOC-C', '€150.00', '3 documents']) {
      expect(first.text).toContain(said);
    }
    await startPayment(till.house, await till.press(await linkFor([a.id])));
    const partly = await linkFor([b.id], { terms: 'part', partMinor: 2_000 });
    await startPayment(till.house, await till.press(partly));
    const page = await pageOf(link).expect(200);
    expect(page.text).not.toContain('DOC-A');
    for (const said of ['€30.00', '€60.00', '<h1 class="due">€90.00</h1>', '€20.00 of this has been paid already']) {
      expect(page.text).toContain(said);
    }
    const pdf = await http()
      .get(paths.paySummaryPdf(tokenOf(link)))
      .buffer(true)
      .parse(readAll)
      .expect(200);
    expect(pdfText(pdf.body)).toContain('DOC-B');
    expect(pdfText(pdf.body)).not.toContain('DOC-A');
  });

  test('fetching a page counts in memory; only the page’s own word tells that a person opened it', async () => {
    const link = await linkFor([(await anInvoice(till.house)).id]);
    const address = paths.payOpened(tokenOf(link));
    await pageOf(link).expect(200);
    await pageOf(link).expect(200);
    await http()
      .head(paths.pay(tokenOf(link)))
      .expect(200);
    await http().get(address).expect(404);
    await http().post(address).send({}).expect(400);
    await http().post(address).type('form').send({ payerEmail: 'a@example.test' }).expect(400);
    await http().post(address).set('sec-fetch-site', 'cross-site').send({ went: 'card-fields' }).expect(403);
    expect(await visitOf(till.house.db, link.id)).toBeUndefined();
    await writeFetches(till.house);
    expect(await visitOf(till.house.db, link.id)).toMatchObject({ fetches: 2, personOpens: 0, openedAt: undefined });
    await http().post(address).send({ went: 'card-fields' }).expect(204);
    expect(await visitOf(till.house.db, link.id)).toMatchObject({ fetches: 2, personOpens: 1 });
    await http().post(paths.payOpened('nonsense')).send({ went: 'card-fields' }).expect(404);
  });
});
