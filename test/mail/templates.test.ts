import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { SYSTEM } from '../../src/audit/record.ts';
import { issueLink } from '../../src/links/issue-link.ts';
import { sendLink } from '../../src/links/send-link.ts';
import { renderTemplate, templateFaults } from '../../src/mail/letter-template.ts';
import { originalOf, placeholderNames, TEMPLATE_KINDS, type TemplateKind } from '../../src/mail/template-kinds.ts';
import { paths } from '../../src/paths.ts';
import { newId } from '../../src/platform/ids.ts';
import { receiptLetter } from '../../src/receipts/receipt-letter.ts';
import { aSandboxAccount } from '../support/account-seeds.ts';
import { ENGINES, startHouse, type TestHouse } from '../support/house.ts';
import { aCustomer, aDeposit, anInvoice } from '../support/seeds.ts';
import { type SignedInBrowser, signIn } from '../support/sign-in.ts';

const KNOWN = ['customer', 'amount'];

describe('the words of a letter', () => {
  test('have the values where the placeholders stand, and paragraphs where lines are empty', () => {
    const template = {
      subject: '{amount} for {customer}',
      body: 'Dear {customer},\n\nplease pay\n{amount}.\n \n\nThanks',
    };
    expect(renderTemplate(template, { customer: 'Ada', amount: '€1' })).toEqual({
      subject: '€1 for Ada',
      paragraphs: ['Dear Ada,', 'please pay €1.', 'Thanks'],
    });
  });

  test('never read a value as a placeholder, and write a doubled brace as one', () => {
    const template = { subject: '{customer}', body: '{{customer}} is {customer}, {{{amount}}}' };
    expect(templateFaults(template, KNOWN)).toEqual({});
    expect(renderTemplate(template, { customer: '{amount}', amount: '€1' })).toEqual({
      subject: '{amount}',
      paragraphs: ['{customer} is {amount}, {€1}'],
    });
  });

  test('leave a placeholder of older days as it is, rather than keep a payment from being booked', () => {
    const { subject } = renderTemplate({ subject: 'Hello {customer} {gone}', body: 'x' }, { customer: 'Ada' });
    expect(subject).toBe('Hello Ada {gone}');
  });

  test.each([
    ['subject', { subject: 'For {custmer}', body: 'x' }, 'There is no placeholder {custmer} in this letter.'],
    ['body', { subject: 'x', body: 'Hello {constructor}' }, 'There is no placeholder {constructor}'],
    ['body', { subject: 'x', body: 'Hello {customer' }, 'is opened and not closed'],
    ['body', { subject: 'x', body: 'Hello { customer }' }, 'is opened and not closed'],
    ['body', { subject: 'x', body: 'Hello customer}' }, 'closes nothing'],
    ['subject', { subject: '', body: 'x' }, 'Write a subject'],
    ['subject', { subject: 'a\r\nBcc: x@y.test', body: 'x' }, 'Use one line of plain text.'],
    ['subject', { subject: 'x'.repeat(151), body: 'x' }, 'at most 150 characters'],
    ['body', { subject: 'x', body: '' }, 'Write at least one paragraph.'],
    ['body', { subject: 'x', body: 'x'.repeat(3001) }, 'at most 3000 characters'],
    ['body', { subject: 'x', body: 'x\n\n'.repeat(21).trim() }, 'at most 20 paragraphs'],
    ['body', { subject: 'x', body: 'a\u202eb' }, 'Use plain text only.'],
  ])('are refused with a sentence next to the %s: %j', (field, template, sentence) => {
    expect(templateFaults(template, KNOWN)[field]).toContain(sentence);
  });

  test.each(Object.keys(TEMPLATE_KINDS) as TemplateKind[])('of the original %s are a fit template', (kind) => {
    expect(templateFaults(originalOf(kind, 'en'), placeholderNames(kind))).toEqual({});
  });
});

describe.each(ENGINES)('the letters page (%s)', (engine) => {
  let at: TestHouse;
  let admin: SignedInBrowser;
  let clerk: SignedInBrowser;
  let accounts: string[];
  beforeAll(async () => {
    at = await startHouse({ engine });
    [admin, clerk] = await Promise.all([signIn(at, 'admin'), signIn(at, 'clerk')]);
    accounts = [(await aSandboxAccount(at.house)).id, (await aSandboxAccount(at.house)).id];
  });
  afterAll(() => at.stop());

  const page = paths.template('link', 'company');
  const words = (over: Record<string, string> = {}) => ({
    subject: 'Please pay {documents}',
    body: 'Hello {customer},\n\n{company} is <b>waiting</b> for {amount}.',
    seenVersion: '0',
    ...over,
  });
  const restore = (scope = 'company') => admin.post(paths.originalTemplate('link', scope));
  const versionOn = async (path: string) => /name="seenVersion" value="(\d+)"/.exec((await admin.get(path)).text)?.[1];
  async function save(path: string, over: Record<string, string> = {}) {
    const answer = await admin.post(path, words({ seenVersion: (await versionOn(path)) as string, ...over }));
    expect(answer.status).toBe(303);
  }
  async function linkLetter(accountId: string, payable?: { id: string }) {
    const customer = await aCustomer(at.house, { name: 'Ada & Sons {amount}' });
    const { id } = payable ?? (await anInvoice(at.house, { customerId: customer.id, number: newId('inv') }));
    const link = await issueLink(at.house, { payableIds: [id], expiry: '14d', accountId, actor: SYSTEM });
    await sendLink(at.house, {
      linkId: link.id,
      to: ['a@b.test'],
      cc: [],
      note: '',
      actor: SYSTEM,
      sendId: newId('req'),
    });
    return at.house.db.read.selectFrom('letter').selectAll().where('link_id', '=', link.id).executeTakeFirstOrThrow();
  }

  test('shows each letter with what it says originally, and the letter as it would be sent', async () => {
    const list = await clerk.get(paths.templates());
    for (const { label } of Object.values(TEMPLATE_KINDS)) expect(list.text).toContain(label);
    const form = await clerk.get(page);
    expect(form.text).toContain('{company}: payment of {documents}');
    expect(form.text).toContain('Dear North Pier Boatyard,');
    expect(form.text).toContain('The words were never changed.');
    expect(form.text).not.toContain('>Save<');
    expect((await clerk.post(page, words())).status).toBe(403);
    for (const kind of Object.keys(TEMPLATE_KINDS)) {
      expect((await admin.get(paths.template(kind, 'company'))).status).toBe(200);
    }
    expect((await admin.get(paths.template('invite', 'company'))).status).toBe(404);
    expect((await admin.get(paths.template('link', 'acc_nobody'))).status).toBe(404);
  });

  test('previews words without saving them', async () => {
    const shown = await admin.post(page, words({ intent: 'preview' }));
    expect(shown.status).toBe(200);
    expect(shown.text).toContain('Please pay INV-1042');
    expect(shown.text).toContain('Your company is &lt;b&gt;waiting&lt;/b&gt; for €1,250.00');
    const frame = await admin.get(/<iframe[^>]* src="([^"]+)"/.exec(shown.text)?.[1] as string);
    expect(frame.headers['content-security-policy']).toContain("default-src 'none'");
    expect(frame.text).toContain('Your company is &lt;b&gt;waiting&lt;/b&gt; for €1,250.00');
    expect(frame.text).toContain('Amount due');
    expect((await admin.get(paths.templateSample('link', 'company'))).text).toContain('asks you to pay the invoice');
    expect((await linkLetter(accounts[0] as string)).subject).toContain('payment of');
  });

  test('names the placeholder that it does not know, and keeps what was typed', async () => {
    for (const intent of ['preview', 'save']) {
      const refused = await admin.post(page, words({ body: 'Dear {custmer}, how are you?', intent }));
      expect(refused.status).toBe(422);
      expect(refused.text).toContain('There is no placeholder {custmer} in this letter.');
      expect(refused.text).toContain('Dear {custmer}, how are you?');
    }
    expect((await admin.post(page, words({ subject: ' ' }))).text).toContain('Write a subject');
    expect((await admin.get(page)).text).toContain('The words were never changed.');
  });

  test('saved words are used by the next letter, as plain text; facts, button and how to check stay', async () => {
    await save(page);
    const letter = await linkLetter(accounts[0] as string);
    expect(letter.subject).toMatch(/^Please pay inv_/);
    expect(letter.html).toContain('Hello Ada &amp; Sons {amount},');
    expect(letter.html).toContain('&lt;b&gt;waiting&lt;/b&gt;');
    for (const kept of ['Amount due', 'Pay €125.00', 'To check that this is real', 'Is this letter real?']) {
      expect(letter.body_text).toContain(kept);
    }
    expect((await admin.get(paths.templates())).text).toContain('Own words');
    await restore();
  });

  test("an account's own words come before the company's", async () => {
    const [first, second] = accounts as [string, string];
    await save(page, { subject: 'Of the company' });
    await save(paths.template('link', first), { subject: 'Of the account' });
    expect((await linkLetter(first)).subject).toBe('Of the account');
    expect((await linkLetter(second)).subject).toBe('Of the company');
    await restore(first);
    expect((await linkLetter(first)).subject).toBe('Of the company');
    await restore();
    expect((await linkLetter(first)).subject).toContain('payment of');
  });

  test('back to the original deletes nothing: every version stays in the history and can be taken up again', async () => {
    await save(page, { subject: 'A subject of old' });
    expect((await restore()).status).toBe(303);
    const after = await admin.get(page);
    expect(after.text).toContain('They stay in the history.');
    expect(after.text).toContain('A subject of old');
    expect(after.text).toContain('Set aside');
    expect(after.text).toContain('value="{company}: payment of {documents}"');
    const version = await versionOn(page);
    expect((await admin.get(`${page}?version=${version}`)).text).toContain('value="A subject of old"');
  });

  test('two who save at once do not overwrite each other unseen', async () => {
    const seenVersion = (await versionOn(page)) as string;
    const answers = await Promise.all(
      ['One', 'Two'].map((subject) => admin.post(page, words({ subject, seenVersion }))),
    );
    expect(answers.map((one) => one.status).sort()).toEqual([303, 409]);
    const refused = answers.find((one) => one.status === 409);
    expect(refused?.text).toContain('Somebody else changed this letter meanwhile.');
    await restore();
  });

  test('a deposit without a due date has the day on which its link ends there', async () => {
    await save(page, { body: 'Please pay by {due_date}.' });
    const letter = await linkLetter(accounts[0] as string, await aDeposit(at.house));
    expect(letter.body_text).toMatch(/Please pay by \d+ \w+ \d{4}\./);
    await restore();
  });
});

test('a receipt is written with its own words, and still says that it was a test', () => {
  const content = {
    issuedAt: '2026-11-25T10:00:00.000Z',
    paidAt: '2026-11-25T10:00:00.000Z',
    timeZone: 'UTC',
    language: 'en',
    company: { tradingName: 'Harbour', refundTerms: 'Within 14 days.' },
    customer: { number: 'C-1', name: 'Ada', email: '' },
    testMode: true,
    method: 'cash',
    amountMinor: 500,
    currency: 'EUR',
    excessMinor: 0,
    lines: [{ kind: 'invoice', number: 'INV-1', paidNowMinor: 500 }],
  } as unknown as Parameters<typeof receiptLetter>[0]['content'];
  const sender = { tradingName: 'Harbour', addressLines: [], replyTo: '', supportEmail: '', supportPhone: '' };
  const template = { subject: '{receipt}: thanks', body: '{customer} paid {amount} for {documents} on {paid_on}.' };
  const letter = receiptLetter(
    { id: 'rcp_1', number: 7, customerId: 'cus_1', content, url: 'https://x.test/r/1' },
    { key: 'k', to: [], sender, template },
  );
  expect(letter.subject).toBe('R-000007: thanks');
  expect(letter.body.paragraphs).toEqual([
    'This is a test: no real money has moved.',
    'Ada paid €5.00 EUR for INV-1 on 25 Nov 2026.',
  ]);
  expect(letter.body.closing).toEqual(['Refunds: Within 14 days.']);
});
