import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { SYSTEM } from '../../src/audit/record.ts';
import { openCase } from '../../src/cases/open-case.ts';
import { changeCompany } from '../../src/company/change-company.ts';
import { UNNAMED_COMPANY } from '../../src/company/company.ts';
import { issueLink } from '../../src/links/issue-link.ts';
import { queueLetter } from '../../src/mail/queue-letter.ts';
import { startPayment } from '../../src/payments/start-payment.ts';
import { DAY_MS } from '../../src/platform/clock.ts';
import { newId } from '../../src/platform/ids.ts';
import { approveRefund } from '../../src/refunds/approve-refund.ts';
import { refundPayment } from '../../src/refunds/refund-payment.ts';
import { ENGINES, startHouse, type TestHouse } from '../support/house.ts';
import { aCustomer, anInvoice } from '../support/seeds.ts';
import { signIn } from '../support/sign-in.ts';
import { openTill, type Till } from '../support/till.ts';

/** A number of the home page as it is read there. */
function numberBeside(html: string, label: string): string | undefined {
  return new RegExp(`<dt>${label}</dt><dd><a [^>]*>([^<]+)<`).exec(html)?.[1];
}

describe('the home page of a new portal', () => {
  let portal: TestHouse;
  beforeAll(async () => {
    portal = await startHouse();
  });
  afterAll(() => portal.stop());

  test('shows the first steps, with links to those that one may take', async () => {
    const admin = (await (await signIn(portal, 'admin')).get('/')).text;
    expect(admin).toContain('First steps');
    expect(admin).toContain('<a href="/settings/company"><strong>Say who you are</strong></a>');
    const accountant = (await (await signIn(portal, 'accountant')).get('/')).text;
    expect(accountant).toContain('<strong>Say who you are</strong>');
    expect(accountant).not.toContain('<a href="/settings/company"><strong>');
    expect(accountant).not.toContain('>New invoice<');
  });

  test('ticks a step off when it is done', async () => {
    await changeCompany(portal.house, { ...UNNAMED_COMPANY, tradingName: 'Harbour & Sons' }, SYSTEM);
    const admin = (await (await signIn(portal, 'admin')).get('/')).text;
    expect(admin).not.toContain('<a href="/settings/company"><strong>Say who you are</strong></a>');
    expect(admin.match(/>Done</g)).toHaveLength(1);
  });

  test('does not say that money is a test before an account is connected', async () => {
    const admin = (await (await signIn(portal, 'admin')).get('/')).text;
    expect(admin).not.toContain('Test mode');
  });
});

describe.each(ENGINES)('the home page of a portal at work (%s)', (engine) => {
  let till: Till;
  beforeAll(async () => {
    till = await openTill({ engine });
    await changeCompany(till.house, { ...UNNAMED_COMPANY, tradingName: 'Harbour & Sons', timeZone: 'UTC' }, SYSTEM);
  });
  afterAll(() => till.stop());

  test('tells what came in, what ends soon and what needs somebody', async () => {
    const { house } = till;
    const customer = await aCustomer(house, { name: 'North Pier Boatyard' });
    const paid = await anInvoice(house, { customerId: customer.id, amountMinor: 123_456 });
    await startPayment(house, await till.press(await till.aLink(paid.id)));

    const ending = await anInvoice(house, { customerId: customer.id, number: 'INV-ENDS' });
    await issueLink(house, { payableIds: [ending.id], expiry: '24h', actor: SYSTEM });
    const later = await anInvoice(house, { customerId: customer.id, number: 'INV-LATER' });
    await issueLink(house, { payableIds: [later.id], expiry: '30d', actor: SYSTEM });
    await openCase(house, {
      kind: 'unresolved-payment',
      dedupeKey: 'one',
      subjectKind: 'payment',
      subjectId: 'pay_x',
      summary: 'Nobody knows.',
    });
    await queueLetter(house, {
      key: 'bad',
      kind: 'link',
      to: ['no address'],
      language: 'en',
      sender: { tradingName: 'H', addressLines: [], replyTo: '', supportEmail: '', supportPhone: '' },
      subject: 'S',
      body: { heading: 'H', paragraphs: [], closing: [] },
    });

    const accountant = await signIn(till, 'accountant');
    const { text } = await accountant.get('/');
    expect(text).not.toContain('First steps');
    expect(text).toContain('North Pier Boatyard');
    expect(text).toContain('€1,234.56');
    expect(text).toContain('INV-ENDS');
    expect(text).not.toContain('INV-LATER');
    expect(numberBeside(text, 'Open cases')).toBe('2');
    expect(numberBeside(text, 'Receipts to review')).toBe('1');
    expect(numberBeside(text, 'Letters not delivered')).toBe('1');
    expect(numberBeside(text, 'Links that end soon')).toBe('1');
    expect(text).toContain('Test mode: no real money moves');
    expect(text).toMatch(/Receipts <span class="count">1</);
    expect(text).toMatch(/Cases <span class="count">2</);

    const clerk = await signIn(till, 'clerk');
    expect((await clerk.get('/')).text).not.toMatch(/Receipts <span class="count">/);
  });

  test('tells of a refund that waits for a second person, until one has decided', async () => {
    const { house } = till;
    const settings = { ...UNNAMED_COMPANY, tradingName: 'Harbour & Sons', timeZone: 'UTC' };
    await changeCompany(house, { ...settings, refundLimits: 'EUR 10' }, SYSTEM);
    const invoice = await anInvoice(house, { amountMinor: 9_900 });
    const { paymentId } = await startPayment(house, await till.press(await till.aLink(invoice.id)));
    const accountant = await signIn(till, 'accountant');
    const [refund] = await refundPayment(house, {
      paymentId,
      shares: [{ payableId: invoice.id, amountMinor: 9_900 }],
      outcome: 'owed-again',
      method: 'card',
      reference: '',
      reasonKind: 'returned',
      reason: '',
      submissionId: newId('req'),
      actor: { kind: 'person', id: accountant.person.id },
    });
    const admin = await signIn(till, 'admin');
    const { text } = await admin.get('/');
    expect(numberBeside(text, 'Refunds to approve')).toBe('1');
    const [, waiting = ''] = /Refunds to approve<\/dt><dd><a href="([^"]+)"/.exec(text) ?? [];
    expect((await admin.get(waiting)).text).toContain(`/refunds/${refund?.id}`);

    await approveRefund(house, { refundId: refund?.id ?? '', actor: { kind: 'person', id: admin.person.id } });
    expect(numberBeside((await admin.get('/')).text, 'Refunds to approve')).toBeUndefined();
  });

  test('forgets letters that failed long ago, and links that have ended', async () => {
    till.clock.advance(15 * DAY_MS);
    const clerk = await signIn(till, 'clerk');
    const { text } = await clerk.get('/');
    expect(numberBeside(text, 'Letters not delivered')).toBe('0');
    expect(numberBeside(text, 'Links that end soon')).toBe('0');
  });
});
