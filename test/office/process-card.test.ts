import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { connectAccount } from '../../src/accounts/connect-account.ts';
import { SYSTEM } from '../../src/audit/record.ts';
import { paths } from '../../src/paths.ts';
import { readPayables } from '../../src/payables/payables.store.ts';
import { agreedTerms } from '../../src/payments/agreed-terms.ts';
import { startPayment } from '../../src/payments/start-payment.ts';
import { newId } from '../../src/platform/ids.ts';
import { anInvoice } from '../support/seeds.ts';
import { type SignedInBrowser, signIn } from '../support/sign-in.ts';
import { CARDS, openTill, type Till } from '../support/till.ts';

describe('the card screen', () => {
  let till: Till;
  let clerk: SignedInBrowser;
  beforeAll(async () => {
    till = await openTill();
    clerk = await signIn(till, 'clerk');
  });
  afterAll(() => till.stop());

  const typedFor = async (payableId: string, over: Record<string, string> = {}) => ({
    accountId: till.account.id,
    card: 'key',
    amount: '125.00',
    payerEmail: '',
    agreed: agreedTerms(await readPayables(till.house.db, [payableId])),
    ...over,
  });

  test('charges a kept card without any script: what will happen is said first, and "Pay" does it once', async () => {
    const { customerId, cardId } = await till.aKeptCard();
    const invoice = await anInvoice(till.house, { customerId });
    const said = await clerk.post(paths.confirmCharge(invoice.id), await typedFor(invoice.id, { card: cardId }));
    expect(said.status).toBe(200);
    expect(said.text).toContain('Charge €125.00 EUR?');
    const hidden = Object.fromEntries(
      [...said.text.matchAll(/type="hidden" name="(\w+)" value="([^"]*)"/g)]
        .map(([, name, value]) => [name as string, value as string])
        .filter(([name]) => name !== '_csrf'),
    );
    const paid = await clerk.post(paths.chargeAttempts(invoice.id), hidden);
    const again = await clerk.post(paths.chargeAttempts(invoice.id), hidden);
    expect(paid.status).toBe(303);
    expect(again.headers.location).toBe(paid.headers.location);
    const result = await clerk.get(String(paid.headers.location));
    expect(result.text).toMatch(/data-standing="paid"/);
    expect(result.text).toMatch(/€0\.00 EUR/);
  });

  test('offers the default card first, and says to whom the receipt goes when no address is typed', async () => {
    const { customerId, cardId } = await till.aKeptCard();
    const link = await till.aLink((await anInvoice(till.house, { customerId })).id);
    await startPayment(till.house, await till.press(link, { card: '5555555555554444', saveCard: true }));
    const invoice = await anInvoice(till.house, { customerId });
    const page = (await clerk.get(paths.processCard(invoice.id))).text;
    const offered = [...page.matchAll(/name="card" value="([^"]+)"[^>]*?( checked)?>/g)].map(([, id, on]) => [id, on]);
    expect(offered).toHaveLength(3);
    expect(offered[0]).toEqual([cardId, ' checked']);
    const said = await clerk.post(paths.confirmCharge(invoice.id), await typedFor(invoice.id, { card: cardId }));
    expect(said.text).toMatch(/by e-mail to c-[^<]+@example\.test/);
  });

  test('begins nothing for a keyed card that is not there', async () => {
    const invoice = await anInvoice(till.house);
    const press = { ...(await typedFor(invoice.id)), submissionId: newId('req'), confirmationToken: '' };
    const answer = await clerk.post(paths.chargeAttempts(invoice.id), press);
    expect(answer.status).toBe(422);
    expect(answer.text).toContain('Key the card into the fields below.');
    const begun = till.house.db.read.selectFrom('payment_payable').selectAll().where('payable_id', '=', invoice.id);
    expect(await begun.execute()).toEqual([]);
  });

  test('keeps what was typed and says beside each field what is wrong', async () => {
    const invoice = await anInvoice(till.house);
    const typed = await typedFor(invoice.id, { amount: '125.01', payerEmail: 'two@a.test, b', card: 'crd_nobody' });
    const answer = await clerk.post(paths.confirmCharge(invoice.id), typed);
    expect(answer.status).toBe(422);
    expect(answer.text).toContain('Only €125.00 EUR is due');
    expect(answer.text).toContain('Choose the card to charge.');
    expect(answer.text).toContain('Enter one e-mail address');
    expect(answer.text).toContain('value="125.01"');
  });

  test('greys a card of another account with the reason, and offers to charge it there', async () => {
    const { customerId, cardId } = await till.aKeptCard();
    const other = await connectAccount(till.house, {
      id: newId('acc'),
      name: 'Second till',
      kind: 'sandbox',
      publishableKey: 'pk_test_second1234',
      secretKey: 'sk_test_second1234',
      webhookSecret: 'whsec_second1234',
      currencies: [],
      statementSuffix: '',
      actor: SYSTEM,
    });
    const invoice = await anInvoice(till.house, { customerId });
    const page = await clerk.get(`${paths.processCard(invoice.id)}?accountId=${other.id}&amount=20.00`);
    expect(page.text).toMatch(new RegExp(`value="${cardId}"[^>]* disabled`));
    expect(page.text).toContain('can only be charged there');
    expect(page.text).toContain('amount=20.00');
    expect(page.text).toContain(`${paths.newCardLink(customerId)}?account=${other.id}`);
    const answer = await clerk.post(
      paths.confirmCharge(invoice.id),
      await typedFor(invoice.id, { card: cardId, accountId: other.id }),
    );
    expect(answer.status).toBe(422);
    expect(answer.text).toContain('Choose that account, or another card.');
  });

  test('lets no card be keyed into a Stripe account that nobody switched that on for, and offers a link', async () => {
    const stripe = await connectAccount(till.house, {
      id: newId('acc'),
      name: 'Stripe',
      kind: 'sandbox',
      publishableKey: 'pk_test_third12345',
      secretKey: 'sk_test_third12345',
      webhookSecret: 'whsec_third12345',
      currencies: [],
      statementSuffix: '',
      actor: SYSTEM,
    });
    await till.house.db.q.updateTable('account').set({ kind: 'stripe' }).where('id', '=', stripe.id).execute();
    const invoice = await anInvoice(till.house);
    const page = await clerk.get(`${paths.processCard(invoice.id)}?accountId=${stripe.id}`);
    expect(page.text).toContain('No card can be keyed here.');
    expect(page.text).toContain('Send a link instead');
    expect(page.text).not.toContain('value="key"');
    const answer = await clerk.post(
      paths.confirmCharge(invoice.id),
      await typedFor(invoice.id, { accountId: stripe.id }),
    );
    expect(answer.status).toBe(422);
    expect(answer.text).toContain('switched off');
  });

  test('tells who is paying and since when while a payment is in flight, with "cancel it" beside it', async () => {
    const { customerId, cardId } = await till.aKeptCard();
    const invoice = await anInvoice(till.house, { customerId });
    const link = await till.aLink(invoice.id);
    const asked = await startPayment(till.house, await till.press(link, { card: CARDS.challenge }));
    const answer = await clerk.post(paths.chargeAttempts(invoice.id), {
      ...(await typedFor(invoice.id, { card: cardId })),
      submissionId: newId('req'),
      confirmationToken: '',
    });
    expect(answer.status).toBe(409);
    expect(answer.text).toContain('started by the customer');
    expect(answer.text).toContain(`action="${paths.cancelPayment(asked.paymentId)}"`);
  });

  test('loads the script of the chosen account’s gateway only', async () => {
    const invoice = await anInvoice(till.house);
    const page = await clerk.get(paths.processCard(invoice.id));
    const policy = String(page.headers['content-security-policy']);
    expect(policy).toContain(new URL(till.sandboxUrl).origin);
    expect(policy).not.toContain('stripe.com');
  });

  test('is not for accountants', async () => {
    const accountant = await signIn(till, 'accountant');
    const invoice = await anInvoice(till.house);
    expect((await accountant.get(paths.processCard(invoice.id))).status).toBe(403);
    expect((await accountant.get(paths.invoice(invoice.id))).text).not.toContain('Charge a card');
  });
});
