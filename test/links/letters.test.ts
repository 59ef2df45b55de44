import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { auditOf } from '../../src/audit/audit.store.ts';
import { SYSTEM } from '../../src/audit/record.ts';
import { askForNewLink } from '../../src/links/ask-for-new-link.ts';
import { issueLink, type NewLink } from '../../src/links/issue-link.ts';
import { linkUrl } from '../../src/links/link-url.ts';
import { readLink } from '../../src/links/links.store.ts';
import { mailReplacedLink } from '../../src/links/mail-replaced-link.ts';
import { revokeLink } from '../../src/links/revoke-link.ts';
import { draftLinkLetter, type LinkLetterOrder, sendLink } from '../../src/links/send-link.ts';
import { DAY_MS, HOUR_MS, nowIso } from '../../src/platform/clock.ts';
import { newId } from '../../src/platform/ids.ts';
import { aSandboxAccount } from '../support/account-seeds.ts';
import { ENGINES, startHouse, type TestHouse } from '../support/house.ts';
import { aCustomer, anInvoice } from '../support/seeds.ts';

describe.each(ENGINES)('letters with links (%s)', (engine) => {
  let at: TestHouse;
  beforeAll(async () => {
    at = await startHouse({ engine });
    await aSandboxAccount(at.house);
    await at.house.db.q
      .insertInto('company')
      .values({
        id: 'company',
        trading_name: 'Harbour Supplies',
        address: '1 Quay',
        country: 'DE',
        tax_id: '',
        website: '',
        support_email: 'help@harbour.example.test',
        support_phone: '+49 40 000000',
        reply_to: '',
        time_zone: 'Europe/Berlin',
        refund_terms: '',
        updated_at: nowIso(at.clock),
      })
      .execute();
  });
  afterAll(() => at.stop());

  const issue = (payableId: string) => issueLink(at.house, { payableIds: [payableId], expiry: '14d', actor: SYSTEM });
  const order = (linkId: string, over: Partial<LinkLetterOrder> = {}): LinkLetterOrder => ({
    linkId,
    to: ['ada@example.test'],
    cc: [],
    note: '',
    actor: SYSTEM,
    sendId: newId('req'),
    ...over,
  });
  const lettersOf = (linkId: string) =>
    at.house.db.read.selectFrom('letter').selectAll().where('link_id', '=', linkId).orderBy('id').execute();

  test('a letter says who asks for how much, for what, until when, and leads to the page', async () => {
    const invoice = await anInvoice(at.house, { number: 'INV-2026-7', amountMinor: 123_456, dueOn: '2027-01-31' });
    const link = await issue(invoice.id);
    const letterId = await sendLink(
      at.house,
      order(link.id, {
        to: ['ada@example.test', 'ada@example.test'],
        cc: ['bob@example.test'],
        note: 'Thank <you>\nAda',
      }),
    );
    const [letter] = await lettersOf(link.id);
    expect(letter).toMatchObject({ id: letterId, kind: 'link', state: 'queued', customer_id: invoice.customerId });
    expect(letter?.subject).toBe('Harbour Supplies: payment of INV-2026-7');
    expect(JSON.parse(letter?.to_addresses ?? '')).toEqual(['ada@example.test']);
    expect(JSON.parse(letter?.cc_addresses ?? '')).toEqual(['bob@example.test']);
    for (const text of ['€1,234.56', 'INV-2026-7', '31 Jan 2027', 'Harbour Supplies', 'Europe/Berlin', 'Thank <you>']) {
      expect(letter?.body_text).toContain(text);
    }
    expect(letter?.body_text).toContain(linkUrl(at.house, link));
    expect(letter?.html).toContain('Thank &lt;you&gt;');
    expect(letter?.html).toContain(linkUrl(at.house, link));
    expect((await auditOf(at.house.db, link.id)).at(-1)).toMatchObject({
      action: 'link.sent',
      detail: { letterId, to: ['ada@example.test'], cc: ['bob@example.test'] },
    });
  });

  test('a letter for several invoices says when the first is due as well as the last', async () => {
    const { id: customerId } = await aCustomer(at.house);
    const late = await anInvoice(at.house, { customerId, dueOn: '2026-10-27' });
    const early = await anInvoice(at.house, { customerId, dueOn: '2027-01-31' });
    const payableIds = [early.id, late.id];
    const link = await issueLink(at.house, { payableIds, expiry: '14d', actor: SYSTEM });
    await sendLink(at.house, order(link.id));
    expect((await lettersOf(link.id))[0]?.body_text).toContain('27 Oct 2026 – 31 Jan 2027');
  });

  test('a letter for several documents lists what is open of each, and what the customer may pay', async () => {
    const { id: customerId } = await aCustomer(at.house);
    const of = (number: string) => anInvoice(at.house, { customerId, number, amountMinor: 4_000 });
    const [a, b, c] = [await of('LT-1'), await of('LT-2'), await of('LT-3')];
    const textFor = async (terms: NewLink['terms'], payableIds: string[]) => {
      const link = await issueLink(at.house, { payableIds, terms, expiry: '14d', actor: SYSTEM });
      await at.house.db.q.updateTable('payable').set({ state: 'void' }).where('id', '=', c.id).execute();
      await sendLink(at.house, order(link.id));
      await at.house.db.q.updateTable('payable').set({ state: 'open' }).where('id', '=', c.id).execute();
      const [letter] = await lettersOf(link.id);
      return `${letter?.subject} ${letter?.body_text}`;
    };
    const all = await textFor(undefined, [a.id, b.id, c.id]);
    expect(all).toContain('LT-1 (€40.00 EUR), LT-2 (€40.00 EUR)');
    expect(all).toContain('Pay €80.00 EUR');
    expect(all).not.toContain('LT-3');
    // By telephone the office may take a card.
    expect(all).toContain('We never ask for card details by e-mail.');
    const deposit = await textFor({ terms: 'deposit_or_full', partMinor: 1_500 }, [a.id, b.id]);
    expect(deposit).toMatch(
      /Amount due:?\s+€80\.00 EUR[\s\S]*Or a deposit of:?\s+€15\.00 EUR[\s\S]*Choose what to pay/,
    );
    const choose = await textFor({ terms: 'choose', leastMinor: 700 }, [a.id, b.id]);
    expect(choose).toMatch(/Or any sum from:?\s+€7\.00 EUR/);
    const part = await textFor({ terms: 'part', partMinor: 2_500 }, [a.id, b.id]);
    expect(part).toMatch(/Amount asked for:?\s+€25\.00 EUR[\s\S]*Due in all:?\s+€80\.00 EUR[\s\S]*Pay €25\.00 EUR/);
  });

  test('the log never holds the address of the page', async () => {
    const link = await issue((await anInvoice(at.house)).id);
    await sendLink(at.house, order(link.id));
    expect(JSON.stringify(await auditOf(at.house.db, link.id))).not.toContain('eyJ');
  });

  test('the same form sent twice, even at once, is one letter; another form is another', async () => {
    const link = await issue((await anInvoice(at.house)).id);
    const form = order(link.id);
    const ids = await Promise.all([sendLink(at.house, form), sendLink(at.house, form)]);
    expect(ids.filter(Boolean)).toHaveLength(1);
    expect(await sendLink(at.house, form)).toBeUndefined();
    expect(await sendLink(at.house, order(link.id))).toBeDefined();
    expect(await lettersOf(link.id)).toHaveLength(2);
    expect((await auditOf(at.house.db, link.id)).filter((line) => line.action === 'link.sent')).toHaveLength(2);
  });

  test.each([
    ['no address', { to: [] }, { to: 'Enter at least one e-mail address.' }],
    [
      'two addresses in one',
      { to: ['a@example.test,b@example.test'] },
      { to: expect.stringContaining('is not an e-mail address') },
    ],
    ['a header hidden in one', { to: ['a@example.test\r\nBcc: x@example.test'] }, { to: expect.any(String) }],
    ['a broken copy', { cc: ['nobody'] }, { cc: '"nobody" is not an e-mail address that we can write to.' }],
    [
      'eleven copies',
      { cc: Array.from({ length: 11 }, (_, i) => `c${i}@example.test`) },
      { cc: expect.stringContaining('at most 10') },
    ],
    [
      'eleven recipients',
      { to: Array.from({ length: 11 }, (_, i) => `t${i}@example.test`) },
      { to: expect.stringContaining('at most 10') },
    ],
    ['a long note', { note: 'x'.repeat(1001) }, { note: expect.stringContaining('1000') }],
  ])('%s is refused next to its field, and nothing is written', async (_what, over, fields) => {
    const link = await issue((await anInvoice(at.house)).id);
    await expect(sendLink(at.house, order(link.id, over))).rejects.toMatchObject({ status: 422, fields });
    expect(await lettersOf(link.id)).toEqual([]);
  });

  test('a preview writes nothing', async () => {
    const link = await issue((await anInvoice(at.house)).id);
    const draft = await draftLinkLetter(at.house, order(link.id, { note: 'Hello' }));
    expect(draft.body.note?.text).toBe('Hello');
    expect(await lettersOf(link.id)).toEqual([]);
  });

  test('a link that has ended is not sent', async () => {
    const link = await issue((await anInvoice(at.house)).id);
    await revokeLink(at.house, { linkId: link.id, actor: SYSTEM });
    await expect(sendLink(at.house, order(link.id))).rejects.toMatchObject({ code: 'link-ended', status: 409 });
    await expect(sendLink(at.house, order('lnk_nothing'))).rejects.toMatchObject({ status: 404 });
  });

  describe('who holds a replaced link', () => {
    test('has the newest one mailed to the billing address, once an hour', async () => {
      const customer = await aCustomer(at.house, { email: 'billing@example.test' });
      const invoice = await anInvoice(at.house, { customerId: customer.id });
      const oldest = await issue(invoice.id);
      const older = await issue(invoice.id);
      const newest = await issue(invoice.id);
      const ask = (linkId: string) => mailReplacedLink(at.house, { linkId, ip: '192.0.2.1' });
      expect(await Promise.all([ask(oldest.id), ask(older.id)])).toEqual([true, true]);
      expect(await ask(oldest.id)).toBe(true);
      const letters = await lettersOf(newest.id);
      expect(letters).toHaveLength(1);
      expect(letters[0]).toMatchObject({ kind: 'link-replaced', state: 'queued' });
      expect(JSON.parse(letters[0]?.to_addresses ?? '')).toEqual(['billing@example.test']);
      expect(letters[0]?.body_text).toContain(linkUrl(at.house, newest));
      expect(letters[0]?.body_text).not.toContain(linkUrl(at.house, oldest));
      at.clock.advance(HOUR_MS + 1);
      expect(await ask(oldest.id)).toBe(true);
      expect(await lettersOf(newest.id)).toHaveLength(2);
    });

    test('gets nothing where there is no billing address or no newer usable link', async () => {
      const customer = await aCustomer(at.house, { email: '' });
      const invoice = await anInvoice(at.house, { customerId: customer.id });
      const older = await issue(invoice.id);
      const ask = () => mailReplacedLink(at.house, { linkId: older.id, ip: undefined });
      expect(await ask()).toBe(false);
      const newer = await issue(invoice.id);
      expect(await ask()).toBe(false);
      await revokeLink(at.house, { linkId: newer.id, actor: SYSTEM });
      expect(await ask()).toBe(false);
      expect(await lettersOf(newer.id)).toEqual([]);
    });
  });

  describe('who asks for a new link', () => {
    const revoked = async () => {
      const link = await issue((await anInvoice(at.house)).id);
      await revokeLink(at.house, { linkId: link.id, actor: SYSTEM });
      return readLink(at.house.db, link.id);
    };
    const casesOf = (linkId: string) =>
      at.house.db.read.selectFrom('case_file').selectAll().where('subject_id', '=', linkId).execute();

    test('opens one case a day, and the company gets one letter with the message as a quotation', async () => {
      const link = await revoked();
      const ask = () => askForNewLink(at.house, { linkId: link.id, message: 'Please <b>again</b>', ip: '192.0.2.7' });
      expect((await Promise.all([ask(), ask(), ask()])).toSorted()).toEqual([false, false, true]);
      const [opened] = await casesOf(link.id);
      expect(opened).toMatchObject({ kind: 'new-link-wanted', customer_id: link.customerId });
      expect(opened?.summary).toContain('revoked');
      expect(JSON.parse(opened?.detail ?? '')).toEqual({ message: 'Please <b>again</b>' });
      const letters = await lettersOf(link.id);
      expect(letters).toHaveLength(1);
      expect(JSON.parse(letters[0]?.to_addresses ?? '')).toEqual(['help@harbour.example.test']);
      expect(letters[0]?.html).toContain('Please &lt;b&gt;again&lt;/b&gt;');
      expect(letters[0]?.body_text).toContain(`/links/${link.id}`);
      at.clock.advance(DAY_MS);
      expect(await ask()).toBe(true);
      expect(await casesOf(link.id)).toHaveLength(2);
    });

    test('is heard again when the message is another one', async () => {
      const link = await revoked();
      const ask = (message: string) => askForNewLink(at.house, { linkId: link.id, message, ip: '192.0.2.6' });
      expect([await ask(''), await ask('By Friday, please'), await ask('By Friday, please')]).toEqual([
        true,
        true,
        false,
      ]);
      expect((await casesOf(link.id)).map((one) => JSON.parse(one.detail).message).toSorted()).toEqual([
        '',
        'By Friday, please',
      ]);
    });

    test('is stopped after ten from one address in an hour', async () => {
      const link = await revoked();
      const ask = () => askForNewLink(at.house, { linkId: link.id, message: '', ip: '192.0.2.8' });
      for (let i = 0; i < 10; i++) await ask();
      await expect(ask()).rejects.toMatchObject({ code: 'too-many-requests', status: 429, retryAfterSeconds: 3600 });
    });

    test('with a usable link, or with too long a message, is told so', async () => {
      const link = await issue((await anInvoice(at.house)).id);
      const ask = (message: string) => askForNewLink(at.house, { linkId: link.id, message, ip: '192.0.2.9' });
      await expect(ask('')).rejects.toMatchObject({ code: 'link-usable' });
      await expect(ask('x'.repeat(1001))).rejects.toMatchObject({
        status: 422,
        fields: { message: expect.any(String) },
      });
      expect(await casesOf(link.id)).toEqual([]);
    });
  });
});
