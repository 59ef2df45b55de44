import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { unzipSync } from 'fflate';
import { SYSTEM } from '../../src/audit/record.ts';
import { sweepDisputes } from '../../src/disputes/sweep-disputes.ts';
import { takeInDispute } from '../../src/disputes/take-in-dispute.ts';
import { sendLink } from '../../src/links/send-link.ts';
import { deliverOutbox } from '../../src/mail/deliver-outbox.ts';
import { paths } from '../../src/paths.ts';
import { startPayment } from '../../src/payments/start-payment.ts';
import { newId } from '../../src/platform/ids.ts';
import { pdfText } from '../support/pdf.ts';
import { aCustomer, anInvoice } from '../support/seeds.ts';
import { type SignedInBrowser, signIn } from '../support/sign-in.ts';
import { openTill, type Till } from '../support/till.ts';
import { bankDecides, disputed, openCasesAbout } from './disputed.ts';

let till: Till;
let accountant: SignedInBrowser;
let clerk: SignedInBrowser;
beforeAll(async () => {
  till = await openTill();
  await till.control('POST', '/faults', { webhooks: 'off' });
  [accountant, clerk] = [await signIn(till, 'accountant'), await signIn(till, 'clerk')];
});
afterAll(() => till.stop());

/** A mail server that takes everything. */
const mailer = {
  send: async () => ({ outcome: 'accepted' as const, response: '250 OK', missed: [] }),
  close: () => undefined,
};

/** A customer who paid twice with the same card after a letter, and whose second payment is disputed. */
async function aStory(reason = 'fraudulent') {
  const customer = await aCustomer(till.house, { name: 'Ωmega & Söhne', email: 'omega@example.test' });
  const lines = [
    { description: 'Oak <b>boards</b>', quantity: '4', amountMinor: 10_000 },
    { description: 'Delivery', quantity: '1', amountMinor: 2_500 },
  ];
  const pay = async (number: string) => {
    const invoice = await anInvoice(till.house, { customerId: customer.id, number, lines });
    const link = await till.aLink(invoice.id);
    const to = { linkId: link.id, to: [customer.email], cc: [], note: '', actor: SYSTEM, sendId: newId('req') };
    await sendLink(till.house, to);
    await deliverOutbox({ ...till.house, mailer });
    const press = await till.press(link, { saveCard: true, userAgent: 'Firefox on a boat', ip: '192.0.2.7' });
    const { paymentId } = await startPayment(till.house, press);
    return { invoice, link, paymentId };
  };
  const mark = Math.random().toString(36).slice(2, 7).toUpperCase();
  const earlier = await pay(`A-${mark}`);
  const { paymentId, link, invoice } = await pay(`B-${mark}`);
  const { charge_ref } = await till.house.db.read
    .selectFrom('payment')
    .select('charge_ref')
    .where('id', '=', paymentId)
    .executeTakeFirstOrThrow();
  const { id: ref } = await till.control<{ id: string }>('POST', `/charges/${charge_ref}/disputes`, { reason });
  const dispute = await takeInDispute(till.house, till.account.id, ref);
  return { customer, earlier, paymentId, link, invoice, ref, dispute };
}

const file = async (browser: SignedInBrowser, path: string) => {
  const answer = await browser.agent
    .get(path)
    .buffer(true)
    .parse((response, done) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => done(null, Buffer.concat(chunks)));
    });
  return { status: answer.status, bytes: answer.body as Buffer };
};

test('the evidence is gathered in one press, as a paper and as files, and pressed again it is the same', async () => {
  const { dispute, invoice, link, earlier } = await aStory();
  const [pdf, again] = [
    await file(accountant, paths.disputePack(dispute.id)),
    await file(accountant, paths.disputePack(dispute.id)),
  ];
  expect(pdf.bytes.equals(again.bytes)).toBe(true);
  const paper = pdfText(pdf.bytes);
  for (const told of [
    ...['Ωmega & Söhne', 'Oak <b>boards</b>', '€100.00', 'omega@example.test', 'Visa'],
    ...['192.0.2.7', 'Firefox on a boat', 'I agree.', 'security code: pass', 'Not asked for by the bank'],
    ...['<let_', earlier.invoice.number, invoice.number, 'R-0000'],
  ]) {
    expect([told, paper.includes(told)]).toEqual([told, true]);
  }
  const zip = await file(accountant, paths.disputeFiles(dispute.id));
  expect(zip.bytes.equals((await file(accountant, paths.disputeFiles(dispute.id))).bytes)).toBe(true);
  const files = unzipSync(zip.bytes);
  const names = Object.keys(files).join('\n');
  expect(names).toMatch(/evidence\.pdf[\s\S]*receipt-R-\d+\.pdf[\s\S]*letters\/01-link\.txt/);
  expect(names).toContain(`documents/${invoice.number}.txt`);
  const letter = Buffer.from(files['letters/01-link.txt'] ?? []).toString();
  expect(letter).toMatch(/To: omega@example\.test[\s\S]*Message-ID: <.+>[\s\S]*Accepted by the mail server: 20/);
  // The right to pay stays with the customer, and so does all of a card but its last four digits.
  expect(letter).toContain('/pay/[link removed]');
  const all = Object.values(files).map((bytes) => Buffer.from(bytes).toString('latin1'));
  expect(all.some((text) => /4242\s?4242|eyJ/.test(text))).toBe(false);
  expect(link.id).not.toBe(earlier.link.id);
});

test('the answer is looked at twice and sent once; the bank decides by it', async () => {
  const { dispute, ref } = await aStory();
  const address = paths.answerDispute(dispute.id);
  expect((await accountant.post(address, { intent: 'preview', statement: ' ' })).text).toContain(
    'Say in a few sentences',
  );
  const statement = 'winning_evidence\nThe <i>customer</i> signed for the boards.';
  const look = await accountant.post(address, { intent: 'preview', statement });
  expect(look.text).toContain('Send it to the bank');
  expect(look.text).toContain('The &lt;i&gt;customer&lt;/i&gt; signed');
  const hidden = (name: string) => new RegExp(`name="${name}" value="([^"]+)"`).exec(look.text)?.[1] ?? '';
  const press = { intent: 'submit', statement, answerId: hidden('answerId'), mark: hidden('mark') };
  const changed = await accountant.post(address, { ...press, mark: 'what somebody else saw' });
  expect(changed.status).toBe(409);
  expect(changed.text).toContain('look it over once more');
  const both = await Promise.all([accountant.post(address, press), accountant.post(address, press)]);
  expect(both.map((one) => one.status)).toEqual([303, 303]);
  const { disputes } = await till.control<{ disputes: Array<{ id: string; evidence: Record<string, string> }> }>(
    'GET',
    '/ledger',
  );
  const there = disputes.find((one) => one.id === ref);
  expect(there?.evidence).toMatchObject({
    customer_email_address: 'omega@example.test',
    customer_purchase_ip: '192.0.2.7',
  });
  expect(there?.evidence.uncategorized_text).toMatch(/signed for the boards[\s\S]*3-D Secure/);
  await till.control('POST', '/webhooks/flush', {});
  expect((await takeInDispute(till.house, till.account.id, ref)).state).toBe('won');
  const late = await accountant.post(address, { ...press, answerId: newId('req') });
  expect(late.status).toBe(303);
  expect((await accountant.get(paths.dispute(dispute.id))).text).toContain('answered already');
});

test('an answer whose fate is unknown is kept and sent again, once', async () => {
  const { dispute, ref } = await aStory();
  const address = paths.answerDispute(dispute.id);
  const statement = 'It was delivered.';
  const look = await accountant.post(address, { intent: 'preview', statement });
  const hidden = (name: string) => new RegExp(`name="${name}" value="([^"]+)"`).exec(look.text)?.[1] ?? '';
  await till.control('POST', '/faults', { match: { method: 'POST', path: '/v1/disputes/*' }, do: 'refuse', times: 2 });
  await accountant.post(address, { intent: 'submit', statement, answerId: hidden('answerId'), mark: hidden('mark') });
  expect((await accountant.get(paths.dispute(dispute.id))).text).toContain('sent again by itself');
  till.clock.advance(61 * 60_000);
  await sweepDisputes(till.house);
  await sweepDisputes(till.house);
  const after = await takeInDispute(till.house, till.account.id, ref);
  expect(after).toMatchObject({ state: 'under_review', submissions: 1 });
});

test('the list shows the clock, its sums and the states; the page says what to do', async () => {
  const { dispute, customer } = await aStory('product_not_received');
  const list = (await clerk.get(paths.disputes())).text;
  expect(list).toContain('Ωmega');
  expect(list).toMatch(/\d days? \d+ hours? left/);
  const page = (await clerk.get(paths.dispute(dispute.id))).text;
  expect(page).toContain('proof of delivery');
  expect(page).toContain('no refund of this payment is sent');
  expect(page).not.toContain('Answer the bank');
  expect((await accountant.get(paths.dispute(dispute.id))).text).toContain('Answer the bank');
  expect((await clerk.get(paths.disputePack(dispute.id))).status).toBe(403);
  expect((await clerk.get(paths.home())).text).toContain('Disputes to answer');
  expect((await clerk.get(paths.payment(dispute.paymentId ?? ''))).text).toContain('The bank of the card disputes');
  expect((await clerk.get(paths.dispute('dis_none'))).status).toBe(404);
  expect((await clerk.get(`${paths.disputes()}?show=won`)).status).toBe(200);
  expect(customer.id).toBe(dispute.customerId);
});

test('a lost dispute is decided on its page; without a choice or a reason it says so and keeps what was typed', async () => {
  const { dispute, ref, receiptId } = await withReceipt();
  await bankDecides(till, ref, 'lost');
  const address = paths.decideDispute(dispute.id);
  const none = await accountant.post(address, { reason: 'They keep it' });
  expect(none.status).toBe(422);
  expect(none.text).toContain('Say what becomes of the claim.');
  expect(none.text).toContain('value="They keep it"');
  expect((await accountant.post(address, { outcome: 'owed-again', reason: '' })).status).toBe(422);
  expect((await clerk.post(address, { outcome: 'owed-again', reason: 'x' })).status).toBe(403);
  expect((await accountant.post(address, { outcome: 'owed-again', reason: 'Agreed by phone' })).status).toBe(303);
  const page = (await accountant.get(paths.dispute(dispute.id))).text;
  expect(page).toContain('Agreed by phone');
  expect(await openCasesAbout(till, dispute.id)).toEqual([]);
  expect((await accountant.get(paths.receipt(receiptId))).text).toContain('Dispute lost');
  expect((await accountant.get(paths.receipts())).text).toContain('Dispute lost');
  expect((await accountant.get(paths.customer(dispute.customerId ?? ''))).text).toContain('Dispute lost');
  expect(page).toContain(`href="${paths.transactions(dispute.id)}"`);
  const again = await accountant.post(address, { outcome: 'owed-again', reason: 'Again' });
  expect(again.status).toBe(409);
  expect(again.text).toContain('Somebody has decided');
});

async function withReceipt() {
  const one = await disputed(till);
  const { id: receiptId } = await till.house.db.read
    .selectFrom('receipt')
    .select('id')
    .where('payment_id', '=', one.paymentId)
    .executeTakeFirstOrThrow();
  return { ...one, receiptId };
}
