import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import Sqlite from 'better-sqlite3';
import supertest from 'supertest';
import { SYSTEM } from '../../src/audit/record.ts';
import { changeCompany } from '../../src/company/change-company.ts';
import { readCompany } from '../../src/company/company.store.ts';
import { changeInvoice } from '../../src/invoices/change-invoice.ts';
import type { Link } from '../../src/links/link.ts';
import { revokeLink } from '../../src/links/revoke-link.ts';
import { paths } from '../../src/paths.ts';
import { readPayables } from '../../src/payables/payables.store.ts';
import { agreedTerms } from '../../src/payments/agreed-terms.ts';
import { readAll } from '../support/http.ts';
import { pdfText } from '../support/pdf.ts';
import { anInvoice } from '../support/seeds.ts';
import { CARDS, openTill, type Till } from '../support/till.ts';

describe('the customer’s page over HTTP', () => {
  let till: Till;
  beforeAll(async () => {
    till = await openTill();
  });
  afterAll(() => till.stop());

  const http = () => supertest(till.url);
  const tokenOf = (link: Link) => till.house.linkTokens.sign('pay', link.id, link.createdAt);
  const anOpenLink = async (amountMinor = 12_500) => till.aLink((await anInvoice(till.house, { amountMinor })).id);
  const bodyFor = async (link: Link, over: Record<string, unknown> = {}) => ({
    submissionId: randomUUID(),
    confirmationToken: await till.cardToken(),
    saveCard: false,
    agreed: agreedTerms(await readPayables(till.house.db, link.payableIds)),
    payerEmail: 'payer@example.test',
    ...over,
  });
  const press = (link: Link, body: object) =>
    http()
      .post(paths.payAttempts(tokenOf(link)))
      .set('accept', 'application/json')
      .send(body);
  const paymentsOf = (link: Link) =>
    till.house.db.read
      .selectFrom('payment')
      .select(['id', 'state', 'amount_minor', 'currency'])
      .where('link_id', '=', link.id)
      .execute();

  test('shows what is owed and to whom, keeps to its own origin and the gateway’s, and tells nobody where one came from', async () => {
    const page = await http()
      .get(paths.pay(tokenOf(await anOpenLink())))
      .expect(200);
    expect(page.text).toContain('€125.00');
    expect(page.headers['referrer-policy']).toBe('no-referrer');
    expect(page.headers['cache-control']).toBe('no-store');
    const policy = page.headers['content-security-policy'] ?? '';
    expect(policy).toContain(`script-src 'self' ${till.sandboxUrl};`);
    expect(policy).not.toContain('unsafe');
    expect(page.text).not.toMatch(/<script(?![^>]*src=)|style="/);
  });

  test('shows the refund terms of the company before anything is paid', async () => {
    const was = await readCompany(till.house.db);
    const refundTerms = 'To the card that paid, within 14 days.';
    await changeCompany(till.house, { ...was, refundTerms }, SYSTEM);
    const page = await http()
      .get(paths.pay(tokenOf(await anOpenLink())))
      .expect(200);
    expect(page.text).toContain(refundTerms);
    await changeCompany(till.house, was, SYSTEM);
  });

  test('pays, shows the receipt from then on, and says so when asked again', async () => {
    const link = await anOpenLink();
    const body = await bodyFor(link);
    const paid = await press(link, body).expect(200);
    expect(paid.body).toMatchObject({ state: 'paid' });
    const page = await http()
      .get(paths.pay(tokenOf(link)))
      .expect(200);
    expect(page.text).toMatch(/R-\d{6}/);
    expect((await press(link, body).expect(200)).body).toEqual(paid.body);
    expect((await press(link, await bodyFor(link)).expect(409)).body.error.code).toBe('already-paid');
  });

  test('says on page, receipt, PDF and letter that a test account moved no real money', async () => {
    const link = await anOpenLink();
    await press(link, await bodyFor(link)).expect(200);
    const { html, body_text } = await till.house.db.read
      .selectFrom('letter')
      .select(['html', 'body_text'])
      .where('kind', '=', 'receipt')
      .orderBy('id', 'desc')
      .executeTakeFirstOrThrow();
    const url = new URL(/https?:\S+\/r\/\S+/.exec(body_text)?.[0] ?? '');
    const said = 'This is a test: no real money has moved.';
    for (const path of [paths.pay(tokenOf(link)), url.pathname]) {
      const page = await http().get(path).expect(200);
      expect(page.text).toContain('Test mode: no real money moves');
      expect(page.text).toContain(said);
    }
    expect(html).toContain(said);
    expect(body_text).toContain(said);
    const pdf = await http().get(`${url.pathname}/receipt.pdf`).buffer(true).parse(readAll).expect(200);
    expect(pdfText(pdf.body)).toContain(said);
  });

  test('who presses on a replaced link whose newer one has ended too reaches the staff', async () => {
    const invoice = await anInvoice(till.house);
    const older = await till.aLink(invoice.id);
    const newer = await till.aLink(invoice.id);
    await revokeLink(till.house, { linkId: newer.id, actor: SYSTEM });
    const answer = await http()
      .post(paths.payNewLink(tokenOf(older)))
      .type('form')
      .send({})
      .expect(200);
    expect(answer.text).toContain('has been told that you would like a new link');
    const cases = await till.house.db.read
      .selectFrom('case_file')
      .select('kind')
      .where('subject_id', '=', older.id)
      .execute();
    expect(cases).toEqual([{ kind: 'new-link-wanted' }]);
  });

  test('opening, previewing and prefetching a link changes nothing and calls no gateway', async () => {
    const link = await anOpenLink();
    await till.control('DELETE', '/requests');
    const changes = async () =>
      (
        await till.house.db.read
          .selectFrom('audit')
          .select((q) => q.fn.max('seq').as('n'))
          .executeTakeFirstOrThrow()
      ).n;
    const before = await changes();
    for (const path of [
      paths.pay(tokenOf(link)),
      paths.payStatus(tokenOf(link)),
      paths.payReturn(tokenOf(link)),
      paths.paySummaryPdf(tokenOf(link)),
    ]) {
      expect((await http().get(path)).status).toBeLessThan(400);
      expect((await http().head(path)).status).toBeLessThan(400);
    }
    expect(await changes()).toBe(before);
    expect(await paymentsOf(link)).toEqual([]);
    expect((await till.control<{ requests: unknown[] }>('GET', '/requests')).requests).toEqual([]);
  });

  test('the amount and the currency come from the database: fields that name them are refused', async () => {
    const link = await anOpenLink();
    for (const tampered of [{ amount: 1 }, { amountMinor: 1 }, { currency: 'JPY' }, { linkId: 'lnk_x' }]) {
      const refused = await press(link, await bodyFor(link, tampered)).expect(400);
      expect(refused.body.error.code).toBe('unknown-field');
    }
    for (const broken of [{ saveCard: 'yes' }, { submissionId: '1' }, { confirmationToken: ['x'] }, { agreed: {} }]) {
      await press(link, await bodyFor(link, broken)).expect(400);
    }
    expect(await paymentsOf(link)).toEqual([]);
  });

  test('a changed balance is told with what is due now, and agreeing to it pays just that', async () => {
    const invoice = await anInvoice(till.house, { amountMinor: 10_000 });
    const link = await till.aLink(invoice.id);
    const stale = await bodyFor(link);
    const day = till.clock.now().toISOString().slice(0, 10);
    await changeInvoice(
      till.house,
      { id: invoice.id, version: invoice.version },
      { number: invoice.number, totalMinor: 9_000, issuedOn: day, dueOn: day, orderReference: '', note: '', lines: [] },
      SYSTEM,
    );
    const refused = await press(link, stale).expect(409);
    expect(refused.body.error).toMatchObject({ code: 'balance-changed' });
    expect(refused.body.error.message).toContain('€90.00');
    await press(link, { ...stale, submissionId: randomUUID(), agreed: refused.body.error.agreed }).expect(200);
    expect(await paymentsOf(link)).toEqual([expect.objectContaining({ state: 'paid', amount_minor: 9_000 })]);
  });

  test('a decline is told in words and never says lost or stolen', async () => {
    const link = await anOpenLink();
    const answer = await press(
      link,
      await bodyFor(link, { confirmationToken: await till.cardToken('4000000000009979') }),
    ).expect(200);
    expect(answer.body).toMatchObject({ state: 'declined' });
    expect(answer.body.message).toContain('You were not charged');
    expect(answer.body.message).not.toMatch(/stolen|lost|fraud/i);
  });

  test('nobody is told that a try was declined once the payment is paid after all', async () => {
    const link = await anOpenLink();
    const first = await bodyFor(link, { confirmationToken: await till.cardToken(CARDS.declined) });
    expect((await press(link, first).expect(200)).body.state).toBe('declined');
    expect((await press(link, await bodyFor(link)).expect(200)).body.state).toBe('paid');
    const asked = await http()
      .get(paths.payAttempt(tokenOf(link), first.submissionId))
      .expect(200);
    expect(asked.body.state).toBe('paid');
  });

  test('after several declines a link pauses for an hour, and another link is not held up', async () => {
    const link = await anOpenLink();
    for (let i = 0; i < 6; i++)
      await press(link, await bodyFor(link, { confirmationToken: await till.cardToken(CARDS.declined) })).expect(200);
    const paused = await press(link, await bodyFor(link)).expect(429);
    expect(paused.headers['retry-after']).toBe('3600');
    const other = await anOpenLink();
    expect((await press(other, await bodyFor(other)).expect(200)).body.state).toBe('paid');
    till.clock.advance(61 * 60_000);
    expect((await press(link, await bodyFor(link)).expect(200)).body.state).toBe('paid');
    till.clock.advance(-61 * 60_000);
  });

  test('every wrong token gets one and the same answer, on every address of the payer', async () => {
    const good = tokenOf(await anOpenLink());
    const foreign = till.house.linkTokens.sign('pay', 'lnk_01000000000000000000000000', till.clock.now().toISOString());
    const receipt = till.house.linkTokens.sign('receipt', (await anOpenLink()).id, till.clock.now().toISOString());
    const texts = new Set<string>();
    for (const token of ['x', 'a.b.c', `${good}x`, good.slice(0, -2), foreign, receipt, `${good}=`]) {
      const page = await http().get(paths.pay(token)).set('accept', 'text/html').expect(404);
      texts.add(page.text.replace(/[0-9a-f]{16}/g, ''));
      await http().get(paths.payStatus(token)).expect(404);
      await http().get(paths.paySummaryPdf(token)).expect(404);
      await http().post(paths.payAttempts(token)).send({}).expect(404);
      await http().post(paths.payStartAgain(token)).expect(404);
      await http().post(paths.payNewLink(token)).expect(404);
    }
    expect(texts.size).toBe(1);
  });

  test('a submission of one link means nothing at another', async () => {
    const [one, other] = [await anOpenLink(), await anOpenLink()];
    const body = await bodyFor(one);
    await press(one, body).expect(200);
    await press(other, { ...(await bodyFor(other)), submissionId: body.submissionId }).expect(404);
    await http()
      .get(paths.payAttempt(tokenOf(other), body.submissionId))
      .expect(404);
    expect(await paymentsOf(other)).toEqual([]);
  });

  test('a revoked link takes no money and says so with 410', async () => {
    const link = await anOpenLink();
    const body = await bodyFor(link);
    await revokeLink(till.house, { linkId: link.id, actor: SYSTEM });
    const page = await http()
      .get(paths.pay(tokenOf(link)))
      .expect(410);
    expect(page.text).toContain('withdrawn');
    expect((await press(link, body).expect(410)).body.error.code).toBe('link-ended');
  });

  test('another site cannot press the button, and too much at once is refused', async () => {
    const link = await anOpenLink();
    await press(link, await bodyFor(link))
      .set('origin', 'https://evil.example')
      .expect(403);
    await press(link, await bodyFor(link))
      .set('sec-fetch-site', 'cross-site')
      .expect(403);
    await press(link, { ...(await bodyFor(link)), agreed: 'x'.repeat(40_000) }).expect(413);
    expect(await paymentsOf(link)).toEqual([]);
  });

  test('while another program holds the database the payer is asked to wait, and nothing is lost', async () => {
    const link = await anOpenLink();
    const body = await bodyFor(link);
    const other = new Sqlite(till.house.config.databaseUrl.slice('sqlite:'.length));
    other.exec('begin immediate');
    const busy = await press(link, body);
    other.exec('rollback');
    other.close();
    expect(busy.status).toBe(503);
    expect(busy.headers['retry-after']).toBe('3');
    expect((await press(link, body).expect(200)).body.state).toBe('paid');
  });

  test('a link on an account that was switched off is paused in words, and takes no money', async () => {
    const link = await anOpenLink();
    const body = await bodyFor(link);
    await till.house.db.q.updateTable('account').set({ active: 0 }).where('id', '=', till.account.id).execute();
    expect(
      (
        await http()
          .get(paths.pay(tokenOf(link)))
          .expect(200)
      ).text,
    ).toContain('paused');
    expect((await press(link, body).expect(409)).body.error.code).toBe('account-off');
    await till.house.db.q.updateTable('account').set({ active: 1 }).where('id', '=', till.account.id).execute();
  });
});
