import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import supertest from 'supertest';
import { paths } from '../../src/paths.ts';
import { newId } from '../../src/platform/ids.ts';
import { readReceipt } from '../../src/receipts/receipts.store.ts';
import { createLinkTokens } from '../../src/tokens/link-token.ts';
import { startHouse, type TestHouse } from '../support/house.ts';
import { readAll } from '../support/http.ts';
import { pdfText } from '../support/pdf.ts';
import { aReceipt } from './issued.ts';

describe('the receipt that a customer opens', () => {
  let portal: TestHouse;
  let id: string;
  let token: string;
  beforeAll(async () => {
    portal = await startHouse();
    ({ id } = await aReceipt(portal.house, {
      excessMinor: 500,
      amountMinor: 13_000,
      lines: [
        {
          payableId: newId('inv'),
          kind: 'invoice',
          number: 'INV-900',
          totalMinor: 20_000,
          paidBeforeMinor: 7_500,
          paidNowMinor: 12_500,
          stillDueMinor: 0,
        },
      ],
    }));
    token = portal.house.linkTokens.sign('receipt', id, portal.house.clock.now().toISOString());
  });
  afterAll(() => portal.stop());

  test('the address in the letter opens it, without signing in', async () => {
    const letter = await portal.house.db.read.selectFrom('letter').select('body_text').executeTakeFirstOrThrow();
    const url = /https?:\S+\/r\/\S+/.exec(letter.body_text)?.[0] ?? '';
    const answer = await supertest(portal.url).get(new URL(url).pathname);
    expect(answer.status).toBe(200);
    for (const words of [
      'R-000001',
      '€130.00 EUR',
      'Visa ending in 4242',
      'Invoice INV-900',
      '€75.00',
      'Kept as a deposit',
    ]) {
      expect(answer.text).toContain(words);
    }
    expect(answer.text).not.toContain('@example.test');
  });

  test('its PDF can be downloaded and says the same sum', async () => {
    const answer = await supertest(portal.url).get(paths.customerReceiptPdf(token)).buffer(true).parse(readAll);
    expect(answer.headers['content-type']).toBe('application/pdf');
    expect(answer.headers['content-disposition']).toBe('attachment; filename=receipt-R-000001.pdf');
    expect(pdfText(answer.body)).toContain('€130.00 EUR');
  });

  test('says what was refunded since on its page, while its PDF stays as it was handed out', async () => {
    const read = async () => supertest(portal.url).get(paths.customerReceiptPdf(token)).buffer(true).parse(readAll);
    const before = await read();
    const receipt = await readReceipt(portal.house.db, id);
    await portal.house.db.q
      .insertInto('refund')
      .values({
        ...{ id: newId('ref'), method: 'card', state: 'succeeded', payment_id: receipt.paymentId },
        ...{ customer_id: receipt.customerId, account_id: null, currency: 'EUR', amount_minor: 2_500 },
        ...{ gateway_ref: null, reference: '', reason: 'Sent back', note: '', failure: null, failure_code: null },
        ...{ submission_id: newId('req'), part: 0, created_by: null, created_at: receipt.issuedAt, sent_at: null },
        ...{ settled_at: '2026-11-20T10:00:00.000Z', ended_at: null, next_look_at: null, broke_at: null },
      })
      .execute();
    const page = await supertest(portal.url).get(paths.customerReceipt(token));
    expect(page.text).toContain('€25.00 of this was given back on 20 Nov 2026.');
    expect((await read()).body.equals(before.body)).toBe(true);
  });

  test('every token that is no right to a receipt gets one and the same 404', async () => {
    const { linkTokens, clock, config } = portal.house;
    const now = clock.now().toISOString();
    const foreign = createLinkTokens({ keys: [{ kid: 'k1', secret: randomBytes(32) }], issuer: config.baseUrl, clock });
    const tokens = [
      'rubbish',
      `${token}x`,
      token.slice(0, -4),
      linkTokens.sign('pay', id, now),
      linkTokens.sign('receipt', newId('rcp'), now),
      foreign.sign('receipt', id, now),
    ];
    const pages = new Set<string>();
    for (const one of tokens) {
      for (const path of [paths.customerReceipt(one), paths.customerReceiptPdf(one)]) {
        const answer = await supertest(portal.url).get(path).set('Accept', 'text/html');
        expect(answer.status).toBe(404);
        pages.add(answer.text.replace(String(answer.headers['x-request-id']), ''));
      }
    }
    expect(pages.size).toBe(1);
  });
});
