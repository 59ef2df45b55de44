import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { SYSTEM } from '../../src/audit/record.ts';
import type { Link } from '../../src/links/link.ts';
import { recordOpening } from '../../src/links/record-opening.ts';
import { sendLink } from '../../src/links/send-link.ts';
import { rollUpDays } from '../../src/office/roll-up-days.ts';
import { paths } from '../../src/paths.ts';
import { recordPayment } from '../../src/payments/record-payment.ts';
import { startPayment } from '../../src/payments/start-payment.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS, nowIso } from '../../src/platform/clock.ts';
import { newId } from '../../src/platform/ids.ts';
import { addDays } from '../../src/platform/show-time.ts';
import { ENGINES, startHouse } from '../support/house.ts';
import { anInvoice } from '../support/seeds.ts';
import { hirePerson, type SignedInBrowser, signIn } from '../support/sign-in.ts';
import { CARDS, openTill, type Till } from '../support/till.ts';

/** What a table of the page says, row by row, without its drawing. */
function tableOf(html: string, caption: string): string[][] {
  const table = new RegExp(`<caption[^>]*>${caption}[^<]*</caption>(.*?)</table>`, 's').exec(html)?.[1] ?? '';
  return [...table.matchAll(/<tr>(.*?)<\/tr>/gs)]
    .map(([, row = '']) =>
      [...row.replace(/<svg.*?<\/svg>/gs, '').matchAll(/<t[hd][^>]*>(.*?)<\/t[hd]>/gs)]
        .map(([, cell = '']) =>
          cell
            .replace(/<br>.*/s, '')
            .replace(/<[^>]+>/g, '')
            .trim(),
        )
        .filter(Boolean),
    )
    .slice(1);
}

const statOf = (html: string, label: string) =>
  new RegExp(`<dt>${label}</dt><dd>(?:<a [^>]*>)?([^<]+)<`).exec(html)?.[1];

test('a new portal says in words that there is nothing to draw', async () => {
  const portal = await startHouse();
  try {
    const { text } = await (await signIn(portal, 'clerk')).get(paths.dashboard());
    for (const sentence of [
      'Nothing came in on these days.',
      'No invoice in EUR is owed.',
      'has been mailed.',
      'Nobody paid through a mailed link',
      'No card was declined',
    ])
      expect(text).toContain(sentence);
    expect(text).not.toContain('<svg');
    expect(await rollUpDays(portal.house)).toBe(0);
  } finally {
    await portal.stop();
  }
});

describe.each(ENGINES)('the dashboard on %s', (engine) => {
  let till: Till;
  let accountant: SignedInBrowser;
  let today: string;
  const sent: Link[] = [];
  beforeAll(async () => {
    till = await openTill({ engine });
    const { house } = till;
    today = nowIso(till.clock).slice(0, 10);
    for (const amountMinor of [10_000, 20_000, 30_000]) {
      const link = await till.aLink((await anInvoice(house, { amountMinor })).id);
      const to = { linkId: link.id, to: ['books@example.test'], cc: [], note: '', sendId: newId('req') };
      await sendLink(house, { ...to, actor: SYSTEM });
      sent.push(link);
    }
    await recordOpening(house, sent[1]?.id ?? '');
    await startPayment(house, await till.press(sent[0] as Link));
    await startPayment(house, await till.press(sent[1] as Link, { card: CARDS.noFunds }));
    // Not mailed, so it is no part of the way from link to payment.
    const pounds = await till.aLink((await anInvoice(house, { amountMinor: 777, currency: 'GBP' })).id);
    await startPayment(house, await till.press(pounds));
    const dinars = await till.aLink((await anInvoice(house, { amountMinor: 320_500, currency: 'KWD' })).id);
    await startPayment(house, await till.press(dinars));
    const byHand = await anInvoice(house, { amountMinor: 5_000 });
    await recordPayment(house, {
      ...{ payableId: byHand.id, version: byHand.version, submissionId: newId('req'), method: 'cash' },
      ...{ amountMinor: 5_000, receivedOn: today, reference: '', note: '', sendReceipt: false },
      actor: { kind: 'person', id: (await hirePerson(till, 'clerk')).id },
    });
    await anInvoice(house, { amountMinor: 4_200, issuedOn: addDays(today, -80), dueOn: addDays(today, -45) });
    accountant = await signIn(till, 'accountant');
  });
  afterAll(() => till.stop());

  const page = async (query = '') => (await accountant.get(`${paths.dashboard()}${query}`)).text;

  test('shows what came in, of one currency, as the list of receipts adds it up', async () => {
    const text = await page('?currency=EUR');
    expect(statOf(text, 'Collected')).toBe('€150.00');
    expect(tableOf(text, 'Collected per day')[0]?.slice(1)).toEqual(['€150.00', '2']);
    expect(tableOf(text, 'Collected by account')).toEqual([
      [expect.stringContaining('Sandbox'), '1', '€100.00', '67 %'],
      ['Recorded by hand', '1', '€50.00', '33 %'],
    ]);
    expect(text).toMatch(/not added to these: <a [^>]*>£7\.77 GBP</);
    // A currency without a symbol has its code in the sum already.
    expect(text).toMatch(/>KWD.320\.500<\/a>/);
    expect(text).toMatch(/<rect[^>]*><title>[^<]*€150\.00 in 2 payments/);
    const href = (/<th scope="row"><a href="(\/receipts\?[^"]+)"/.exec(text)?.[1] ?? '')
      .replaceAll('&amp;', '&')
      .replaceAll('&#38;', '&');
    expect(href).toBe(`/receipts?from=${today}&to=${today}&currency=EUR`);
    const totals = (await accountant.get(href.replace('/receipts?', '/receipts/totals?'))).text;
    expect(totals).toContain('data-total="gross">€150.00<');
  });

  test('is narrowed to an account, to what was recorded by hand, or to another currency', async () => {
    expect(statOf(await page(`?currency=EUR&account=${till.account.id}`), 'Collected')).toBe('€100.00');
    expect(statOf(await page('?currency=EUR&account=by-hand'), 'Collected')).toBe('€50.00');
    expect(statOf(await page('?currency=GBP&range=year'), 'Collected')).toBe('£7.77');
    expect(statOf(await page('?range=90'), 'Collected')).toBe('€150.00');
  });

  test('shows what is owed by its age, as many invoices as the list behind it has', async () => {
    const text = await page('?currency=EUR');
    expect(tableOf(text, 'Owed, by how late it is')).toEqual([
      ['Not due yet', '2', '€500.00'],
      ['1–30 days late', '0', '€0.00'],
      ['31–60 days late', '1', '€42.00'],
      ['61–90 days late', '0', '€0.00'],
      ['Over 90 days late', '0', '€0.00'],
      ['Together', '3', '€542.00'],
    ]);
    const behind = async (age: string) =>
      (await accountant.get(`${paths.invoices()}?currency=EUR&age=${age}`)).text.match(/data-label="Due">/g)?.length;
    expect([await behind('current'), await behind('31-60'), await behind('61-90')]).toEqual([2, 1, undefined]);
  });

  test('shows the way from link to payment, how long it took, and why cards were declined', async () => {
    const text = await page('?currency=EUR');
    expect(tableOf(text, 'From link to payment')).toEqual([
      ['Sent', '3', '100 %'],
      ['Opened by a person', '2', '67 %'],
      ['Paid', '1', '33 %'],
    ]);
    expect(tableOf(text, 'Time from letter to payment')[0]).toEqual(['Within an hour', '1', '100 %']);
    expect(statOf(text, 'Half have paid after')).toBe('about 1 minute');
    expect(tableOf(text, 'Why cards were declined')).toEqual([['Not enough money', '1', '100 %']]);
  });

  test('says the same when days are over and summed up, once however many do it, and anew while links live', async () => {
    const tables = (text: string) => text.slice(text.indexOf('<dl class="stats">'));
    till.clock.advance(2 * DAY_MS);
    accountant = await signIn(till, 'accountant');
    const live = tables(await page('?currency=EUR'));
    const counts = await Promise.all([rollUpDays(till.house), rollUpDays(till.house)]);
    expect(counts.reduce((sum, count) => sum + count)).toBeGreaterThanOrEqual(1);
    const days = await till.house.db.read.selectFrom('day_rolled').select('day').execute();
    expect(days.map((row) => row.day)).toContain(today);
    const summed = await till.house.db.read
      .selectFrom('day_figure')
      .select(['events', 'amount_minor'])
      .where('kind', '=', 'collected')
      .where('currency', '=', 'EUR')
      .execute();
    expect(summed.map((row) => row.amount_minor).sort()).toEqual([10_000, 5_000].sort());
    expect(tables(await page('?currency=EUR'))).toBe(live);

    await recordOpening(till.house, sent[2]?.id ?? '');
    expect(await rollUpDays(till.house)).toBe(0);
    till.clock.advance(HOUR_MS);
    expect(await rollUpDays(till.house)).toBeGreaterThanOrEqual(1);
    expect(tableOf(await page('?currency=EUR'), 'From link to payment')[1]).toEqual([
      'Opened by a person',
      '3',
      '100 %',
    ]);
  });
});

test('of a busy day, the dashboard says when its sums were added up, and adds them up anew after a minute', async () => {
  const portal = await startHouse();
  try {
    const { house, clock } = portal;
    const receivedOn = nowIso(clock).slice(0, 10);
    const actor = { kind: 'person' as const, id: (await hirePerson(portal, 'clerk')).id };
    const takeCash = async () => {
      const { id: payableId, version } = await anInvoice(house, { amountMinor: 100 });
      const cash = { method: 'cash' as const, reference: '', note: '', sendReceipt: false, submissionId: newId('req') };
      await recordPayment(house, { payableId, version, amountMinor: 100, receivedOn, actor, ...cash });
    };
    for (let i = 0; i < 101; i++) await takeCash();
    const accountant = await signIn(portal, 'accountant');
    const look = async () => (await accountant.get(`${paths.dashboard()}?currency=EUR`)).text;

    expect(statOf(await look(), 'Collected')).toBe('€101.00');
    await takeCash();
    const kept = await look();
    expect(statOf(kept, 'Collected')).toBe('€101.00');
    expect(kept).toMatch(/Today’s were added up \d+ \w+ \d{4}, \d\d:\d\d\./);
    clock.advance(2 * MINUTE_MS);
    await look();
    expect(statOf(await look(), 'Collected')).toBe('€102.00');
  } finally {
    await portal.stop();
  }
});
