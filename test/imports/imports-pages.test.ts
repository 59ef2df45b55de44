import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { paths } from '../../src/paths.ts';
import { startHouse, type TestHouse } from '../support/house.ts';
import { aCustomer, anInvoice } from '../support/seeds.ts';
import { type SignedInBrowser, signIn } from '../support/sign-in.ts';

let at: TestHouse;
let clerk: SignedInBrowser;
const HEADER = 'invoice_number,invoice_date,due_date,customer_number,customer_name,customer_email,currency,total';

beforeAll(async () => {
  at = await startHouse();
  clerk = await signIn(at, 'clerk');
});
afterAll(() => at.stop());

async function upload(kind: 'customers' | 'invoices', content: string | Buffer, fields: Record<string, string> = {}) {
  const request = clerk.agent
    .post(paths.newImport(kind))
    .set('Origin', at.url)
    .set('Sec-Fetch-Site', 'same-origin')
    .field('_csrf', fields._csrf ?? (await clerk.csrf()));
  for (const [name, value] of Object.entries(fields)) if (name !== '_csrf') request.field(name, value);
  return request.attach('file', Buffer.from(content), { filename: 'Öffnen.csv', contentType: 'text/csv' });
}

/** The query that the form on the mapping page would send as it stands. */
function formOn(html: string): Record<string, string> {
  const fields: Record<string, string> = { preview: 'yes' };
  for (const [, name, options] of html.matchAll(/<select id="(column-\w+)"[^>]*>(.*?)<\/select>/gs)) {
    fields[name as string] = /value="([^"]*)" selected/.exec(options as string)?.[1] ?? '';
  }
  for (const name of ['dates', 'decimals']) {
    const chosen = new RegExp(`name="${name}" value="(\\w+)"[^>]* checked`).exec(html);
    if (chosen) fields[name] = chosen[1] as string;
  }
  fields.delimiter = /name="delimiter" value="([^"]*)"/.exec(html)?.[1] ?? '';
  return fields;
}

async function previewOf(location: string, over: Record<string, string> = {}) {
  const fields = { ...formOn((await clerk.get(location)).text), ...over };
  return clerk.get(`${location}?${new URLSearchParams(fields)}`);
}

function hiddenIn(html: string): Record<string, string> {
  const hidden = [...html.matchAll(/<input type="hidden" name="([^"]+)" value="([^"]*)">/g)];
  return Object.fromEntries(hidden.map(([, name, value]) => [name as string, value as string]));
}

async function untilDone(location: string) {
  for (;;) {
    const { body } = await clerk.agent.get(`${location}/progress`);
    if (body.state !== 'running') return body;
    await new Promise((resume) => setTimeout(resume, 20));
  }
}

async function importAll(kind: 'customers' | 'invoices', content: string | Buffer, over: Record<string, string> = {}) {
  const location = (await upload(kind, content)).headers.location as string;
  const { text } = await previewOf(location, over);
  const answer = await clerk.post(`${location}/run`, hiddenIn(text));
  expect(answer.status).toBe(303);
  return { location, preview: text, ...(await untilDone(location)) };
}

function statsOf(html: string): number[] {
  return [...html.matchAll(/<dd>([\d,]+)<\/dd>/g)].map((hit) => Number(hit[1]?.replaceAll(',', '')));
}

describe('an import of invoices', () => {
  test('says before anything is changed what the lines come to in each currency, refused ones left out', async () => {
    const rows = ['1,GBP,139.12', '2,JPY,5000', '3,GBP,0.88', '4,GBP,nothing'].map((row) => {
      const [number, currency, total] = row.split(',');
      return `SUM-${number},2026-12-01,2026-12-31,17,Sum Ltd,,${currency},${total}`;
    });
    const location = (await upload('invoices', [HEADER, ...rows].join('\n'))).headers.location as string;
    const { text } = await previewOf(location);
    expect(text).toContain('come to <strong>£140.00 GBP and ¥5,000 JPY</strong>');
    expect(statsOf(text)).toEqual([3, 0, 0, 1]);
  });

  test('guesses the columns, says what would happen, changes nothing before, then does it, and is repeatable', async () => {
    const file = `${HEADER}\n536365,2026-12-01,2026-12-31,17850,Ünal Tea,tea@example.test,GBP,139.12\n536366,2026-12-01,2026-12-31,17850,Ünal Tea,tea@example.test,GBP,22.20\n`;
    const location = (await upload('invoices', file)).headers.location as string;
    expect((await clerk.get(location)).text).toContain('Öffnen.csv');
    const { text } = await previewOf(location);
    expect(statsOf(text)).toEqual([2, 0, 0, 0]);
    expect(await at.house.db.read.selectFrom('payable').select('id').where('number', '=', '536365').execute()).toEqual(
      [],
    );

    await clerk.post(`${location}/run`, hiddenIn(text));
    expect(await untilDone(location)).toMatchObject({ state: 'done', counts: { created: 2, refused: 0 } });
    expect((await clerk.get(`${paths.invoices()}?q=unal+536366`)).text).toContain('£22.20');

    const again = await importAll('invoices', file.replace('22.20', '23.20'));
    expect(statsOf(again.preview)).toEqual([0, 1, 1, 0]);
    expect(again.counts).toEqual({ created: 0, updated: 1, unchanged: 1, refused: 0 });
    expect((await clerk.get(`${paths.invoices()}?q=536366`)).text).toContain('£23.20');
  });

  test.each([
    [
      'semicolons, a mark, and commas in sums',
      Buffer.from(`\ufeff${HEADER.replaceAll(',', ';')}\r\nA-1;31/12/2026;31.1.2027;99;Ä;;EUR;1.250,50\r\n`),
      {},
    ],
    [
      'tabs and Windows letters',
      Buffer.from(`${HEADER.replaceAll(',', '\t')}\nA-1\t2026-12-31\t2027-01-31\t99\tÄ\t\tEUR\t"1,250.50"\n`, 'latin1'),
      {},
    ],
    ['UTF-16', Buffer.from(`\ufeff${HEADER}\nA-1,2026-12-31,2027-01-31,99,Ä,,eur,1250.5\n`, 'utf16le'), {}],
  ])('reads a file with %s', async (_what, content, over) => {
    const { counts } = await importAll('invoices', content, over);
    expect(counts.created + counts.unchanged).toBe(1);
    const row = await at.house.db.read
      .selectFrom('payable')
      .innerJoin('invoice', 'invoice.payable_id', 'payable.id')
      .innerJoin('customer', 'customer.id', 'payable.customer_id')
      .select(['total_minor', 'issued_on', 'due_on', 'name'])
      .where('payable.number', '=', 'A-1')
      .executeTakeFirst();
    expect(row).toEqual({ total_minor: 125_050, issued_on: '2026-12-31', due_on: '2027-01-31', name: 'Ä' });
  });

  test('refuses what is wrong with its line number and reason, and takes the rest', async () => {
    await anInvoice(at.house, { number: 'R-CUR', currency: 'CHF' });
    const lines = [
      'R-1,2026-12-01,2026-12-31,R,R Ltd,,JPY,1250',
      'R-2,2026-12-01,2026-12-31,R,"R Ltd,,JPY,1250',
      'R-3,2026-12-01,2026-02-30,R,R Ltd,,JPY,1250',
      'R-4,2026-12-01,2026-12-31,R,R Ltd,,JPY,12.50',
      'R-5,2026-12-01,2026-12-31,R,R Ltd,,XQX,1250',
      'R-6,2026-12-01,2026-12-31,R,R Ltd,,EUR,-5',
      'R-7,2026-12-01,2026-12-31,R,R Ltd,,EUR,0.00',
      ',2026-12-01,2026-12-31,R,R Ltd,,EUR,5',
      'R-1,2026-12-01,2026-12-31,R,R Ltd,,JPY,1300',
      'R-10,2026-12-01,2026-12-31,NEW,,,JPY,1300',
      'R-11,2026-12-01,2026-12-31,NEW2,Two,"a@example.test, b@example.test",JPY,1300',
      'R-12,01/12/2026,2026-12-31,R,R Ltd,,EUR,5',
      'R-13,2026-12-01,2026-12-31,R,=HYPERLINK(1),,EUR',
      'R-CUR,2026-12-01,2026-12-31,R,R Ltd,,EUR,5',
      '',
      'R-16,2026-12-01,2026-12-31,S,=1+1 & Co,,KWD,1.005',
    ];
    const { location, counts } = await importAll('invoices', `${HEADER}\n${lines.join('\n')}\n`);
    expect(counts).toEqual({ created: 2, updated: 0, unchanged: 0, refused: 13 });
    const { text } = await clerk.agent.get(`${location}/refused.csv`);
    const reasons = text.split('\r\n');
    const reasonOf = (line: number) => reasons.find((row) => row.startsWith(`${line},`)) ?? '';
    expect(reasonOf(3)).toContain('quotation marks');
    expect(reasonOf(4)).toContain('2026-02-30');
    expect(reasonOf(5)).toContain('not a sum of JPY');
    expect(reasonOf(6)).toContain('XQX');
    expect(reasonOf(7)).toContain('negative');
    expect(reasonOf(8)).toContain('zero');
    expect(reasonOf(9)).toContain('number is missing');
    expect(reasonOf(10)).toContain('stands in line 2 already');
    expect(reasonOf(11)).toContain('no name');
    expect(reasonOf(12)).toContain('not one plain address');
    expect(reasonOf(13)).toContain('01/12/2026');
    expect(reasonOf(14)).toContain('7 columns');
    expect(reasonOf(15)).toContain('CHF');
    // What a spreadsheet would take for a formula is a text there, and a text again when it comes back.
    expect(reasonOf(14)).toContain("'=HYPERLINK(1)");
    expect((await clerk.get(`${paths.customers()}?q=1+co`)).text).toContain('=1+1 &amp; Co');
    const back = await importAll('invoices', text.replace(',,EUR\r\n', ',,EUR,7\r\n'));
    expect(back.counts.created).toBe(1);
    expect((await clerk.get(location)).text).toContain('Refused lines');
  });

  test('says at its field which column is missing, and keeps the others', async () => {
    const location = (await upload('invoices', 'a,b\n1,2\n')).headers.location as string;
    const answer = await previewOf(location, { 'column-number': '1' });
    expect(answer.status).toBe(422);
    expect(answer.text).toContain('id="column-total-error"');
    expect(formOn(answer.text)['column-number']).toBe('1');
    expect((await clerk.post(`${location}/run`, { 'column-number': '1' })).status).toBe(422);
    expect((await clerk.post(`${location}/run`, { state: 'done' })).status).toBe(400);
  });

  test('is started once only', async () => {
    const file = `${HEADER}\nONCE,2026-12-01,2026-12-31,R,R Ltd,,JPY,1250\n`;
    const location = (await upload('invoices', file)).headers.location as string;
    const fields = hiddenIn((await previewOf(location)).text);
    const both = await Promise.all([1, 2].map(() => clerk.post(`${location}/run`, fields)));
    expect(both.map((answer) => answer.status).sort()).toEqual([303, 409]);
    expect((await untilDone(location)).counts.created).toBe(1);
  });
});

describe('an upload', () => {
  test('without the token of the session is refused, and nothing is kept', async () => {
    const before = await at.house.db.read.selectFrom('import_file').select('id').execute();
    expect((await upload('customers', 'number,name\n1,2\n', { _csrf: 'wrong' })).status).toBe(403);
    expect((await upload('customers', 'number,name\n1,2\n', { more: 'x' })).status).toBe(400);
    expect(await at.house.db.read.selectFrom('import_file').select('id').execute()).toHaveLength(before.length);
  });

  test.each([
    ['is empty', ''],
    ['has only a header', 'number,name\n'],
    ['is no text', Buffer.from([0x50, 0x4b, 3, 4, 0, 0, 0])],
  ])('of a file that %s is refused at the field', async (_what, content) => {
    const answer = await upload('customers', content);
    expect(answer.status).toBe(422);
    expect(answer.text).toContain('id="file-error"');
  });

  test('of more than 10 MB is refused in words', async () => {
    const answer = await upload('customers', Buffer.alloc(10 * 1024 * 1024 + 1, 'a'));
    expect(answer.status).toBe(413);
    expect(answer.text).toContain('10 MB');
  });

  test('cannot be done by an accountant', async () => {
    const accountant = await signIn(at, 'accountant');
    expect((await accountant.get(paths.imports())).status).toBe(403);
  });
});

describe('an import of customers', () => {
  test('creates, changes and leaves alone; an empty cell takes nothing away', async () => {
    await aCustomer(at.house, { number: 'I-1', name: 'One', email: 'one@example.test' });
    await aCustomer(at.house, { number: 'I-2', name: 'Two', email: 'two@example.test' });
    const file =
      'Customer No;Name;E-Mail;Address\ni-1;Uno;;\nI-2;Two;two@example.test;\nI-3;Three;;"Street 1\nTown"\nI-4;;;\nI-5;Five;no address;\n';
    const { counts, preview } = await importAll('customers', file);
    expect(counts).toEqual({ created: 1, updated: 1, unchanged: 1, refused: 2 });
    expect(statsOf(preview)).toEqual([1, 1, 1, 2]);
    const rows = await at.house.db.read
      .selectFrom('customer')
      .select(['number', 'name', 'email', 'address'])
      .where('number_key', 'in', ['i-1', 'i-3'])
      .orderBy('number')
      .execute();
    expect(rows).toEqual([
      { number: 'I-1', name: 'Uno', email: 'one@example.test', address: '' },
      { number: 'I-3', name: 'Three', email: '', address: 'Street 1\nTown' },
    ]);
    expect((await clerk.get(`${paths.customers()}?q=uno`)).text).toContain('I-1');
  });
});
