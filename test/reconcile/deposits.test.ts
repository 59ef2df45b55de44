import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { SYSTEM } from '../../src/audit/record.ts';
import { postJournal } from '../../src/ledger/post-journal.ts';
import type { Payable } from '../../src/payables/payable.ts';
import { readPayment } from '../../src/payments/payments.store.ts';
import { startPayment } from '../../src/payments/start-payment.ts';
import { newId } from '../../src/platform/ids.ts';
import { checkBooks } from '../../src/reconcile/check-books.ts';
import { checkGateway } from '../../src/reconcile/check-gateway.ts';
import { refundDeposit } from '../../src/refunds/refund-deposit.ts';
import { retryEvents } from '../../src/webhooks/retry-events.ts';
import { aDeposit, anInvoice } from '../support/seeds.ts';
import { openTill, type Till } from '../support/till.ts';

describe('a promise about deposits and refunds that is broken is named, with the row', () => {
  let till: Till;
  beforeAll(async () => {
    till = await openTill();
  });
  afterAll(() => till.stop());

  async function held(): Promise<{ deposit: Payable; paymentId: string }> {
    const deposit = await aDeposit(till.house);
    const { paymentId } = await startPayment(till.house, await till.press(await till.aLink(deposit.id)));
    return { deposit, paymentId };
  }
  async function brokenBy(promise: string): Promise<string> {
    const results = [...(await checkBooks(till.house.db)), ...(await checkGateway(till.house))];
    const found = results.find((one) => one.promise.includes(promise));
    if (!found) throw new Error(`nobody promises "${promise}"`);
    return JSON.stringify(found.broken);
  }
  const plantRefund = async (deposit: Payable, paymentId: string, over: object) => {
    const id = newId('ref');
    await till.house.db.q
      .insertInto('refund')
      .values({
        ...{ id, method: 'card', state: 'succeeded', customer_id: deposit.customerId },
        ...{ payment_id: paymentId, account_id: till.account.id, currency: 'EUR', amount_minor: 5_000 },
        ...{ reference: '', reason: '', note: '', submission_id: id, part: 0, created_at: new Date().toISOString() },
        ...over,
      })
      .execute();
    const { amount_minor } = await till.house.db.read
      .selectFrom('refund')
      .select('amount_minor')
      .where('id', '=', id)
      .executeTakeFirstOrThrow();
    const line = { refund_id: id, payable_id: deposit.id, amount_minor, outcome: 'deposit' } as const;
    await till.house.db.q.insertInto('refund_line').values(line).execute();
    return id;
  };

  const forget = async (id: string) => {
    await till.house.db.q.deleteFrom('refund_line').where('refund_id', '=', id).execute();
    await till.house.db.q.deleteFrom('refund').where('id', '=', id).execute();
  };

  test('nothing is, to begin with: held, refunded in part, refunded in full', async () => {
    for (const amountMinor of [0, 2_000, 5_000]) {
      const { deposit } = await held();
      const order = { depositId: deposit.id, amountMinor, method: 'card', reference: '', reason: '' } as const;
      if (amountMinor > 0) await refundDeposit(till.house, { ...order, submissionId: newId('req'), actor: SYSTEM });
    }
    const results = [...(await checkBooks(till.house.db)), ...(await checkGateway(till.house))];
    expect(results.flatMap((one) => one.broken)).toEqual([]);
  });

  test('something that is held on a void deposit', async () => {
    const { deposit } = await held();
    const be = (state: 'void' | 'held', voided_at: string | null) =>
      till.house.db.q.updateTable('payable').set({ state, voided_at }).where('id', '=', deposit.id).execute();
    await be('void', new Date().toISOString());
    const named = await brokenBy('of what is void');
    await be('held', null);
    expect(named).toContain(deposit.id);
    expect(named).toContain('something is held');
  });

  test('a state that does not follow from the sums', async () => {
    const { deposit } = await held();
    const be = (state: 'applied' | 'held') =>
      till.house.db.q.updateTable('payable').set({ state }).where('id', '=', deposit.id).execute();
    await be('applied');
    expect(await brokenBy('states follow from the sums')).toContain(deposit.id);
    await be('held');
    expect(await brokenBy('states follow from the sums')).toBe('[]');
  });

  test('no refund at the gateway’s dashboard: it is taken in, once, with one case', async () => {
    const { paymentId } = await held();
    const { gatewayRef = '' } = await readPayment(till.house.db, paymentId);
    const key = await till.house.db.read
      .selectFrom('account')
      .select('secret_key_sealed')
      .where('id', '=', till.account.id)
      .executeTakeFirstOrThrow();
    const made = await fetch(`${till.sandboxUrl}/v1/refunds`, {
      method: 'POST',
      headers: { authorization: `Bearer ${till.house.sealer.open(key.secret_key_sealed)}` },
      body: new URLSearchParams({ payment_intent: gatewayRef, amount: '700' }),
    });
    const { id } = (await made.json()) as { id: string };
    const cases = () =>
      till.house.db.read
        .selectFrom('case_file')
        .innerJoin('refund', 'refund.id', 'case_file.subject_id')
        .select('summary')
        .where('payment_id', '=', paymentId)
        .execute();
    for (let i = 0; i < 100 && (await cases()).length === 0; i++) {
      await till.control('POST', '/webhooks/flush', {});
      await retryEvents(till.house);
    }
    const { events } = await till.control<{ events: Array<{ id: string; type: string }> }>('GET', '/ledger');
    const told = events.find((event) => event.type === 'refund.created');
    await till.control('POST', '/webhooks/redeliver', { eventId: told?.id });
    await till.control('POST', '/webhooks/flush', {});
    expect((await cases()).map((one) => one.summary.slice(0, 40))).toEqual([
      '€7.00 EUR of a payment was refunded at t',
    ]);
    expect(await brokenBy('refunds here equal refunds there')).not.toContain(id);
    expect(await brokenBy('gateway clearing equals what was captured')).toBe('[]');
  });

  test('a refund here that the gateway does not know, and that nobody booked', async () => {
    const { deposit, paymentId } = await held();
    const id = await plantRefund(deposit, paymentId, { gateway_ref: 're_of_nobody' });
    expect(await brokenBy('refunds here equal refunds there')).toContain(id);
    expect(await brokenBy('gateway clearing equals what was captured')).toContain('EUR');
    expect(await brokenBy('customer deposits in the books')).toContain('EUR');
    await forget(id);
    expect(await brokenBy('customer deposits in the books')).toBe('[]');
  });

  test('more that goes back to a card than it paid, and more that is taken out of a deposit than was paid in', async () => {
    const { deposit, paymentId } = await held();
    const id = await plantRefund(deposit, paymentId, {
      state: 'sent',
      amount_minor: 5_001,
      gateway_ref: 're_too_much',
    });
    expect(await brokenBy('no more goes back to a card')).toContain(paymentId);
    expect(await brokenBy('no more of a deposit is applied or refunded')).toContain(deposit.id);
    await forget(id);
    const invoice = await anInvoice(till.house, { customerId: deposit.customerId });
    await till.house.db.q
      .insertInto('allocation')
      .values({
        ...{ id: newId('all'), payable_id: invoice.id, payment_id: null, deposit_id: deposit.id, amount_minor: 6_000 },
        ...{ reverses: null, created_by: null, created_at: new Date().toISOString() },
      })
      .execute();
    expect(await brokenBy('no more of a deposit is applied or refunded')).toContain(deposit.id);
  });

  test('a booking on customer deposits without a movement', async () => {
    const lines = [
      { ledgerAccount: 'customer-deposits' as const, currency: 'SEK', amountMinor: 100 },
      { ledgerAccount: 'receivables' as const, currency: 'SEK', amountMinor: -100 },
    ];
    await postJournal(till.house, { kind: 'by-hand', subjectKind: 'none', subjectId: 'none', memo: '', lines });
    expect(await brokenBy('customer deposits in the books')).toContain('SEK');
  });
});
