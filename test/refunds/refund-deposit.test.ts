import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { gatewayOf } from '../../src/accounts/accounts.store.ts';
import { changeBrand } from '../../src/accounts/change-brand.ts';
import { SYSTEM } from '../../src/audit/record.ts';
import { changeCompany } from '../../src/company/change-company.ts';
import { readCompany } from '../../src/company/company.store.ts';
import { applyDeposit } from '../../src/deposits/apply-deposit.ts';
import { unapplyDeposit } from '../../src/deposits/unapply-deposit.ts';
import { voidDeposit } from '../../src/deposits/void-deposit.ts';
import { endSettledLinks } from '../../src/links/end-settled-links.ts';
import { paths } from '../../src/paths.ts';
import { applicationsOf } from '../../src/payables/applications.store.ts';
import { readDepositBalance } from '../../src/payables/deposit-balance.store.ts';
import type { Payable } from '../../src/payables/payable.ts';
import { readPayables } from '../../src/payables/payables.store.ts';
import { recordPayment } from '../../src/payments/record-payment.ts';
import { reversePayment } from '../../src/payments/reverse-payment.ts';
import { startPayment } from '../../src/payments/start-payment.ts';
import { newId } from '../../src/platform/ids.ts';
import { checkBooks } from '../../src/reconcile/check-books.ts';
import { checkGateway } from '../../src/reconcile/check-gateway.ts';
import { hearOfRefund } from '../../src/refunds/hear-of-refund.ts';
import type { RefundMethod } from '../../src/refunds/refund.ts';
import { refundDeposit } from '../../src/refunds/refund-deposit.ts';
import { refundPayment } from '../../src/refunds/refund-payment.ts';
import { readRefund, refundsOfForm } from '../../src/refunds/refunds.store.ts';
import { type RefundOrder, reserveRefund } from '../../src/refunds/reserve-refund.ts';
import { sendRefund } from '../../src/refunds/send-refund.ts';
import { sweepRefunds } from '../../src/refunds/sweep-refunds.ts';
import { retryEvents } from '../../src/webhooks/retry-events.ts';
import { ENGINES } from '../support/house.ts';
import { aDeposit, anInvoice } from '../support/seeds.ts';
import { hirePerson, signIn } from '../support/sign-in.ts';
import { openTill, type Till } from '../support/till.ts';
import { Died, dyingAt } from './dying-parts.ts';
import { withLateList } from './late-list.ts';

const PENDING_REFUND = '4000000000007726';
const FAILING_REFUND = '4000000000005126';
const CREATE = { method: 'POST', path: '/v1/refunds' };
const READ = { method: 'GET', path: '/v1/refunds/*' };
/** All of them on the usual engine: what the gateway does is not the database's business. */
const MISHAPS: Array<[what: string, deed: string, times: number]> = [
  ['an answer that was lost', 'reset_after', 2],
  ['a request that did not arrive', 'refuse', 2],
  ['an error before it was made', '500_before', 1],
  ['an error after it was made', '500_after', 1],
  ['too many requests', '429', 1],
];
const MINUTES = 60_000;
const HOURS = 60 * MINUTES;

interface GatewayRefundObject {
  id: string;
  amount: number;
  status: string;
  payment_intent: string;
  metadata: { refund?: string };
}

describe.each(ENGINES)('refunding deposits on %s', (engine) => {
  let till: Till;
  beforeAll(async () => {
    till = await openTill({ engine });
    await till.control('POST', '/faults', { webhooks: 'off' });
  });
  afterEach(async () => {
    await till.control('DELETE', '/faults');
    await till.control('POST', '/faults', { webhooks: 'off' });
    const broken = [...(await checkBooks(till.house.db)), ...(await checkGateway(till.house))].flatMap(
      (one) => one.broken,
    );
    expect(broken).toEqual([]);
  });
  afterAll(() => till.stop());

  const fault = (match: object, deed: string, times = 1) => till.control('POST', '/faults', { match, do: deed, times });
  const pay = async (deposit: Payable, card?: string) =>
    startPayment(till.house, await till.press(await till.aLink(deposit.id), { ...(card ? { card } : {}) }));
  async function aHeldDeposit(card?: string): Promise<Payable> {
    const deposit = await aDeposit(till.house);
    expect((await pay(deposit, card)).state).toBe('succeeded');
    return deposit;
  }
  const orderFor = (deposit: Payable, over: Partial<RefundOrder> = {}): RefundOrder => ({
    depositId: deposit.id,
    amountMinor: 5_000,
    method: 'card',
    reference: '',
    reason: '',
    submissionId: newId('req'),
    actor: SYSTEM,
    ...over,
  });
  const orderOfPayment = (paymentId: string, { id }: Payable, amountMinor: number, method: RefundMethod) => ({
    ...{ paymentId, shares: [{ payableId: id, amountMinor }], outcome: 'owed-again' as const, method },
    ...{ reference: '', reasonKind: 'returned' as const, reason: '', submissionId: newId('req'), actor: SYSTEM },
  });
  const refund = (deposit: Payable, over: Partial<RefundOrder> = {}) =>
    refundDeposit(till.house, orderFor(deposit, over));
  const now = async (deposit: Payable) => (await readPayables(till.house.db, [deposit.id]))[0] as Payable;
  const left = async (deposit: Payable) => (await readDepositBalance(till.house.db, deposit.id)).leftMinor;
  const sentBack = async (ids: string[]) =>
    (await till.control<{ refunds: GatewayRefundObject[] }>('GET', '/ledger')).refunds.filter((one) =>
      ids.includes(one.metadata.refund ?? ''),
    );
  const casesOf = (deposit: Payable) =>
    till.house.db.read
      .selectFrom('case_file')
      .innerJoin('refund_line', 'refund_line.refund_id', 'case_file.subject_id')
      .select('kind')
      .where('refund_line.payable_id', '=', deposit.id)
      .execute();
  const adviceOn = async (deposit: Payable) => {
    const found = till.house.db.read
      .selectFrom('case_file')
      .innerJoin('refund_line', 'refund_line.refund_id', 'case_file.subject_id')
      .select('summary')
      .where('refund_line.payable_id', '=', deposit.id);
    return (await found.executeTakeFirstOrThrow()).summary;
  };
  /** The rest is then paid by another card. */
  const askForMore = (deposit: Payable) =>
    till.house.db.q
      .updateTable('payable')
      .set({ total_minor: 8_000, state: 'requested' })
      .where('id', '=', deposit.id)
      .execute();
  const timePasses = async (ms: number) => {
    till.clock.advance(ms);
    await till.control('POST', '/clock', { advanceMs: ms });
    await sweepRefunds(till.house);
  };

  test('what is left goes back to the card that paid, is booked, and the customer is told', async () => {
    const deposit = await aHeldDeposit();
    const [done] = await refund(deposit);
    expect(done?.state).toBe('succeeded');
    expect((await now(deposit)).state).toBe('refunded');
    expect(await sentBack([done?.id ?? ''])).toMatchObject([{ amount: 5_000, status: 'succeeded' }]);
    const lines = await till.house.db.read
      .selectFrom('journal_line')
      .innerJoin('journal_entry', 'journal_entry.id', 'journal_line.entry_id')
      .select(['ledger_account', 'amount_minor'])
      .where('subject_id', '=', done?.id ?? '')
      .orderBy('position')
      .execute();
    expect(lines).toEqual([
      { ledger_account: 'customer-deposits', amount_minor: 5_000 },
      { ledger_account: 'gateway-clearing', amount_minor: -5_000 },
    ]);
    const letter = await till.house.db.read
      .selectFrom('letter')
      .select(['kind', 'subject', 'body_text'])
      .where('subject_id', '=', done?.id ?? '')
      .executeTakeFirstOrThrow();
    expect(letter.kind).toBe('refund');
    expect(letter.subject).toContain('€50.00');
    expect(letter.body_text).toContain('Visa ending in 4242');
  });

  test('part is refunded and part applied; no more than is left goes back, and no less than nothing', async () => {
    const deposit = await aHeldDeposit();
    await refund(deposit, { amountMinor: 1_500 });
    expect((await now(deposit)).state).toBe('part_refunded');
    const invoice = await anInvoice(till.house, { customerId: deposit.customerId, amountMinor: 2_000 });
    const application = { depositId: deposit.id, invoiceId: invoice.id, submissionId: newId('req'), actor: SYSTEM };
    await applyDeposit(till.house, application);
    await expect(refund(deposit, { amountMinor: 1_501 })).rejects.toThrow('Only €15.00 EUR is left of this deposit.');
    for (const amountMinor of [0, -1, 0.5]) {
      await expect(refund(deposit, { amountMinor })).rejects.toMatchObject({ code: 'fields-invalid' });
    }
    await refund(deposit, { amountMinor: 1_500 });
    expect((await now(deposit)).state).toBe('refunded');
    await expect(refund(deposit, { amountMinor: 1 })).rejects.toThrow('Nothing is left of this deposit.');
  });

  test('two refunds at once: one goes out, the other is told what is left; the same form twice is one', async () => {
    const deposit = await aHeldDeposit();
    const results = await Promise.allSettled([
      refund(deposit, { amountMinor: 3_000 }),
      refund(deposit, { amountMinor: 3_000 }),
    ]);
    const refused = results.filter((one) => one.status === 'rejected');
    expect(refused.map((one) => one.reason.code)).toEqual(['more-than-left']);
    const form = { amountMinor: 2_000, submissionId: newId('req') };
    const pressed = await Promise.all([refund(deposit, form), refund(deposit, form)]);
    expect(new Set(pressed.flat().map((one) => one.id)).size).toBe(1);
    expect(await left(deposit)).toBe(0);
  });

  test('a refund and an application at once never use the same money', async () => {
    const deposit = await aHeldDeposit();
    const invoice = await anInvoice(till.house, { customerId: deposit.customerId });
    const application = { depositId: deposit.id, invoiceId: invoice.id, amountMinor: 4_000, actor: SYSTEM };
    const results = await Promise.allSettled([
      refund(deposit, { amountMinor: 4_000 }),
      applyDeposit(till.house, { ...application, submissionId: newId('req') }),
    ]);
    expect(results.filter((one) => one.status === 'fulfilled')).toHaveLength(1);
    expect(await left(deposit)).toBe(1_000);
  });

  test('a deposit that was paid in two payments goes back to both, to each at most what it paid', async () => {
    const deposit = await aHeldDeposit();
    await askForMore(deposit);
    expect((await pay(deposit, '5555555555554444')).state).toBe('succeeded');
    const first = await refund(deposit, { amountMinor: 6_000 });
    expect(first.map((one) => one.amountMinor)).toEqual([5_000, 1_000]);
    const rest = await refund(deposit, { amountMinor: 2_000 });
    expect(rest.map((one) => one.paymentId)).toEqual([first[1]?.paymentId]);
    expect(await sentBack([...first, ...rest].map((one) => one.id))).toHaveLength(3);
  });

  test('what was paid by card cannot be given back by hand', async () => {
    const deposit = await aHeldDeposit();
    await expect(refund(deposit, { method: 'cash' })).rejects.toThrow('goes back to that card');
    await expect(refund(await aDeposit(till.house))).rejects.toMatchObject({ code: 'more-than-left' });
  });

  test('what went back by hand of a deposit is what was recorded, whichever page it was ordered from', async () => {
    const deposit = await aHeldDeposit();
    await askForMore(deposit);
    const { version } = await now(deposit);
    const actor = { kind: 'person' as const, id: (await hirePerson(till, 'accountant')).id };
    const paymentId = await recordPayment(till.house, {
      ...{ payableId: deposit.id, version, submissionId: newId('req'), method: 'cash', amountMinor: 3_000 },
      ...{
        receivedOn: till.clock.now().toISOString().slice(0, 10),
        reference: '',
        note: '',
        sendReceipt: false,
        actor,
      },
    });
    await refund(deposit, { method: 'cash', amountMinor: 2_000 });
    await expect(reversePayment(till.house, { paymentId, reason: 'Wrong.', actor })).rejects.toMatchObject({
      code: 'deposit-used',
    });
    const more = (amountMinor: number) =>
      refundPayment(till.house, orderOfPayment(paymentId, deposit, amountMinor, 'cash'));
    await expect(more(1_001)).rejects.toThrow('Only €10.00 EUR is left to refund');
    await more(1_000);
    await expect(more(1)).rejects.toThrow('Nothing is left to refund');
    await refund(deposit);
    expect(await left(deposit)).toBe(0);
  });

  test('steps by hand count as one sum for the second person, from the payment’s page and the deposit’s alike', async () => {
    const invoice = await anInvoice(till.house);
    const deposit = await aDeposit(till.house, { customerId: invoice.customerId });
    const link = await till.aLink([invoice.id, deposit.id]);
    const { paymentId } = await startPayment(till.house, await till.press(link, { card: FAILING_REFUND }));
    await refundPayment(till.house, orderOfPayment(paymentId, invoice, 100, 'card'));
    await till.control('POST', '/webhooks/flush', {});
    await timePasses(8 * 24 * HOURS);
    const company = await readCompany(till.house.db);
    await changeCompany(till.house, { ...company, refundLimits: 'EUR 100' }, SYSTEM);
    await refundPayment(till.house, orderOfPayment(paymentId, invoice, 8_000, 'transfer'));
    const [waiting] = await refund(deposit, { method: 'transfer', amountMinor: 3_000 });
    expect(waiting?.state).toBe('waiting');
    await changeCompany(till.house, company, SYSTEM);
  });

  test('a refund on its way counts as gone and is booked when it arrives, told by the gateway', async () => {
    const deposit = await aHeldDeposit(PENDING_REFUND);
    const [pending] = await refund(deposit);
    expect(pending?.state).toBe('pending');
    expect((await now(deposit)).state).toBe('held');
    expect(await left(deposit)).toBe(0);
    await till.control('POST', '/faults', { webhooks: 'normal' });
    await till.control('POST', '/webhooks/flush', {});
    await eventually(async () => (await readRefund(till.house.db, pending?.id ?? '')).state === 'succeeded');
    expect((await now(deposit)).state).toBe('refunded');
  });

  test('a refund that the bank sends back is booked back, becomes a case, and can then be given back by hand', async () => {
    const deposit = await aHeldDeposit(FAILING_REFUND);
    const [sent] = await refund(deposit);
    expect(sent?.state).toBe('succeeded');
    await till.control('POST', '/webhooks/flush', {});
    await timePasses(8 * 24 * HOURS);
    expect((await readRefund(till.house.db, sent?.id ?? '')).state).toBe('failed');
    expect((await now(deposit)).state).toBe('held');
    expect(await casesOf(deposit)).toEqual([{ kind: 'failed-refund' }]);
    expect(await adviceOn(deposit)).toContain('give it back in another way');

    const [byHand] = await refund(deposit, { method: 'transfer', reference: 'TR 1', amountMinor: 2_000 });
    expect(byHand).toMatchObject({ state: 'succeeded', paymentId: undefined });
    expect((await now(deposit)).state).toBe('part_refunded');
    const lines = await till.house.db.read
      .selectFrom('journal_line')
      .innerJoin('journal_entry', 'journal_entry.id', 'journal_line.entry_id')
      .select(['ledger_account', 'amount_minor'])
      .where('subject_id', '=', byHand?.id ?? '')
      .where('amount_minor', '<', 0)
      .execute();
    expect(lines).toEqual([{ ledger_account: 'undeposited-funds', amount_minor: -2_000 }]);
  });

  test('a refund that the gateway refuses fails with its reason, and the money is held again', async () => {
    const deposit = await aHeldDeposit();
    const { paymentId, gatewayRef } = await paymentInto(deposit);
    const nameIs = (gateway_ref: string) =>
      till.house.db.q.updateTable('payment').set({ gateway_ref }).where('id', '=', paymentId).execute();
    await nameIs('pi_of_nobody');
    const [failed] = await refund(deposit);
    await nameIs(gatewayRef);
    expect(failed?.state).toBe('failed');
    expect(await left(deposit)).toBe(5_000);
    expect(await casesOf(deposit)).toEqual([{ kind: 'failed-refund' }]);
    await expect(refund(deposit, { method: 'cash' })).rejects.toMatchObject({ code: 'card-first' });
    expect((await refund(deposit))[0]?.state).toBe('succeeded');
  });

  test('what was refunded at the gateway already is refused, and nobody is told to give it back in another way', async () => {
    const deposit = await aHeldDeposit(FAILING_REFUND);
    const { gatewayRef } = await paymentInto(deposit);
    const elsewhere = await gatewayOf(till.house, till.account.id);
    const sum = { amountMinor: 5_000, currency: 'EUR' };
    await elsewhere.createRefund({ paymentRef: gatewayRef, sum, reference: 'the dashboard', key: newId('req') });
    const [failed] = await refund(deposit);
    expect(failed?.state).toBe('failed');
    expect(await adviceOn(deposit)).toContain('give nothing back before you have seen the payment at the gateway');
    await expect(refund(deposit, { method: 'cash' })).rejects.toMatchObject({ code: 'card-first' });
    // The card's bank sends that one back, so that both sides agree again.
    await till.control('POST', '/webhooks/flush', {});
    await timePasses(24 * HOURS);
  });

  test('a closed card opens the way by hand for what it paid itself, and another card still comes first', async () => {
    const deposit = await aHeldDeposit(FAILING_REFUND);
    await refund(deposit);
    await till.control('POST', '/webhooks/flush', {});
    await timePasses(8 * 24 * HOURS);
    await askForMore(deposit);
    expect((await pay(deposit, '5555555555554444')).state).toBe('succeeded');
    await expect(refund(deposit, { method: 'cash', amountMinor: 5_001 })).rejects.toThrow(
      '€30.00 EUR of this was paid',
    );
    await refund(deposit, { method: 'cash', amountMinor: 5_000 });
    await expect(refund(deposit, { method: 'cash', amountMinor: 1 })).rejects.toMatchObject({ code: 'card-first' });
    const [toOther] = await refund(deposit, { amountMinor: 3_000 });
    expect(toOther).toMatchObject({ state: 'succeeded', amountMinor: 3_000 });
    expect((await now(deposit)).state).toBe('refunded');
  });
  async function paymentInto(deposit: Payable) {
    const row = await till.house.db.read
      .selectFrom('allocation')
      .innerJoin('payment', 'payment.id', 'allocation.payment_id')
      .select(['payment.id', 'payment.gateway_ref'])
      .where('payable_id', '=', deposit.id)
      .executeTakeFirstOrThrow();
    return { paymentId: row.id, gatewayRef: row.gateway_ref ?? '' };
  }

  test.each(engine === 'sqlite' ? MISHAPS : MISHAPS.slice(0, 1))(
    '%s ends with one refund, never two',
    async (_, deed, times) => {
      const deposit = await aHeldDeposit();
      await fault(CREATE, deed, times);
      const [ordered] = await refund(deposit);
      expect(await left(deposit)).toBe(0);
      await timePasses(2 * MINUTES);
      await timePasses(10 * MINUTES);
      expect((await readRefund(till.house.db, ordered?.id ?? '')).state).toBe('succeeded');
      expect(await sentBack([ordered?.id ?? ''])).toHaveLength(1);
    },
  );

  test('after the gateway broke nothing is sent under another key for minutes, however often one asks', async () => {
    const deposit = await aHeldDeposit();
    await fault(CREATE, '500_before');
    const [ordered] = await refund(deposit);
    const id = ordered?.id ?? '';
    for (let asked = 0; asked < 3; asked++) {
      await timePasses(3 * MINUTES);
      await sendRefund(till.house, id).catch(() => undefined);
    }
    expect(await readRefund(till.house.db, id)).toMatchObject({ state: 'sent', createTries: 0 });
    expect(await sentBack([id])).toEqual([]);
    till.clock.advance(2 * MINUTES);
    await Promise.all([sweepRefunds(till.house), sweepRefunds(till.house)]);
    await Promise.all([sendRefund(till.house, id), sendRefund(till.house, id)]);
    expect(await readRefund(till.house.db, id)).toMatchObject({ state: 'succeeded', createTries: 1 });
    expect(await sentBack([id])).toHaveLength(1);
  });

  test('what the gateway made while it broke, and shows in its list only later, is not paid twice', async () => {
    const deposit = await aHeldDeposit();
    await fault(CREATE, '500_after');
    const [ordered] = await refundDeposit(withLateList(till.house), orderFor(deposit));
    expect(ordered?.state).toBe('sent');
    till.clock.advance(5 * MINUTES);
    await sweepRefunds(withLateList(till.house));
    await timePasses(10 * MINUTES);
    expect((await readRefund(till.house.db, ordered?.id ?? '')).state).toBe('succeeded');
    expect(await sentBack([ordered?.id ?? ''])).toHaveLength(1);
  });

  test('a key under which other words stand made nothing: the next one makes it at once', async () => {
    const deposit = await aHeldDeposit();
    const { gatewayRef } = await paymentInto(deposit);
    const [reserved] = await reserveRefund(till.house, orderFor(deposit));
    const id = reserved?.id ?? '';
    const other = { paymentRef: gatewayRef, sum: { amountMinor: 2_000, currency: 'EUR' }, reference: id };
    await fault(CREATE, '500_before');
    const gateway = await gatewayOf(till.house, till.account.id);
    const taken = gateway.createRefund({ ...other, key: `refund-${id}-0` });
    await expect(taken).rejects.toMatchObject({ kind: 'server-error' });
    expect(await sendRefund(till.house, id)).toBe('succeeded');
    expect(await readRefund(till.house.db, id)).toMatchObject({ createTries: 1 });
    expect(await sentBack([id])).toHaveLength(1);
  });

  test('a process that died after the reservation: the sweeper sends it, once, though others look at the same time', async () => {
    const deposit = await aHeldDeposit();
    const [reserved] = await reserveRefund(till.house, orderFor(deposit));
    expect(reserved?.state).toBe('reserved');
    till.clock.advance(2 * MINUTES);
    await Promise.all([sweepRefunds(till.house), sweepRefunds(till.house)]);
    expect((await readRefund(till.house.db, reserved?.id ?? '')).state).toBe('succeeded');
    expect(await sentBack([reserved?.id ?? ''])).toHaveLength(1);
  });

  test('a process that dies between any two steps: one refund, or none where nothing was written', async () => {
    let survived = false;
    for (let killAt = 1; !survived; killAt++) {
      const deposit = await aHeldDeposit();
      const order = orderFor(deposit);
      survived = await refundDeposit(dyingAt(till.house, killAt), order).then(
        () => true,
        (error) => {
          if (error instanceof Died) return false;
          throw error;
        },
      );
      // In turn, the same form is sent again or nobody comes back.
      if (killAt % 2 === 0) await refundDeposit(till.house, order);
      await timePasses(2 * MINUTES);
      const rows = await refundsOfForm(till.house.db, order.submissionId);
      expect({ killAt, states: rows.map((row) => row.state) }).toEqual({
        killAt,
        states: killAt === 1 ? [] : ['succeeded'],
      });
      expect(await sentBack(rows.map((row) => row.id))).toHaveLength(rows.length);
      expect(await left(deposit)).toBe(rows.length > 0 ? 0 : 5_000);
      if (survived) expect(killAt).toBeGreaterThan(6);
    }
  });

  test('after a day the gateway has forgotten our key: what was made is looked up and not made again', async () => {
    const deposit = await aHeldDeposit();
    await fault(CREATE, 'reset_after', 2);
    const [lost] = await refund(deposit);
    expect(lost?.state).toBe('sent');
    await till.control('POST', '/forget_idempotency_keys');
    await timePasses(24 * HOURS);
    expect((await readRefund(till.house.db, lost?.id ?? '')).state).toBe('succeeded');
    expect(await sentBack([lost?.id ?? ''])).toHaveLength(1);
  });

  test('after a day what was never made is made', async () => {
    const deposit = await aHeldDeposit();
    const [reserved] = await reserveRefund(till.house, orderFor(deposit));
    await till.control('POST', '/forget_idempotency_keys');
    await timePasses(24 * HOURS);
    expect(await sentBack([reserved?.id ?? ''])).toHaveLength(1);
  });

  test('a process that died before it knew the name of a refund learns it from the gateway’s message', async () => {
    const deposit = await aHeldDeposit();
    await fault(CREATE, 'reset_after', 2);
    const [lost] = await refund(deposit);
    await till.control('POST', '/faults', { webhooks: 'normal' });
    await till.control('POST', '/webhooks/flush', {});
    await eventually(async () => (await readRefund(till.house.db, lost?.id ?? '')).state === 'succeeded');
  });

  test('while the gateway cannot be read a refund stays on its way, and after a month a person is asked', async () => {
    const deposit = await aHeldDeposit();
    await fault(READ, '500_before', 100);
    const [sent] = await refund(deposit);
    await timePasses(29 * 24 * HOURS);
    expect((await readRefund(till.house.db, sent?.id ?? '')).state).toBe('sent');
    expect(await casesOf(deposit)).toEqual([]);
    await timePasses(2 * 24 * HOURS);
    expect(await casesOf(deposit)).toEqual([{ kind: 'unresolved-refund' }]);
    await till.control('DELETE', '/faults');
    await timePasses(12 * HOURS);
    expect((await readRefund(till.house.db, sent?.id ?? '')).state).toBe('succeeded');
  });

  test('a refund that is over here and goes there, or that carries our mark a second time, becomes a case, once', async () => {
    const deposit = await aHeldDeposit(PENDING_REFUND);
    const [pending] = await refund(deposit, { amountMinor: 2_000 });
    const { id = '', gatewayRef = '' } = pending ?? {};
    const be = (state: 'failed' | 'pending') =>
      till.house.db.q.updateTable('refund').set({ state }).where('id', '=', id).execute();
    await hearOfRefund(till.house, till.account.id, gatewayRef);
    expect(await casesOf(deposit)).toEqual([]);
    await be('failed');
    await hearOfRefund(till.house, till.account.id, gatewayRef);
    await hearOfRefund(till.house, till.account.id, gatewayRef);
    await be('pending');
    expect(await casesOf(deposit)).toEqual([{ kind: 'gateway-mismatch' }]);
    expect(await adviceOn(deposit)).toContain('give it back to nobody');
    await till.control('POST', '/webhooks/flush', {});
    await timePasses(HOURS);

    const twice = await aHeldDeposit(FAILING_REFUND);
    const [ours] = await refund(twice, { amountMinor: 2_000 });
    const { paymentId, gatewayRef: paymentRef } = await paymentInto(twice);
    const sum = { amountMinor: 2_000, currency: 'EUR' };
    const gateway = await gatewayOf(till.house, till.account.id);
    const second = await gateway.createRefund({ paymentRef, sum, reference: ours?.id ?? '', key: newId('req') });
    await hearOfRefund(till.house, till.account.id, second.ref);
    expect((await readRefund(till.house.db, ours?.id ?? '')).gatewayRef).toBe(ours?.gatewayRef);
    const found = await till.house.db.read
      .selectFrom('refund')
      .innerJoin('case_file', 'case_file.subject_id', 'refund.id')
      .select(['origin', 'refund.state', 'kind'])
      .where('payment_id', '=', paymentId)
      .where('gateway_ref', '=', second.ref)
      .execute();
    expect(found).toEqual([{ origin: 'gateway', state: 'succeeded', kind: 'refund-elsewhere' }]);
    await till.control('POST', '/webhooks/flush', {});
    await timePasses(8 * 24 * HOURS);
  });

  test('a deposit that was paid in part and given back can be made void, not before it has all gone', async () => {
    const order = (deposit: Payable) => ({ id: deposit.id, reason: 'Not wanted.', actor: SYSTEM });
    const makeVoid = (deposit: Payable) => voidDeposit({ ...till.house, endSettledLinks }, order(deposit));
    const deposit = await aHeldDeposit(FAILING_REFUND);
    await askForMore(deposit);
    await expect(makeVoid(deposit)).rejects.toThrow('50.00 EUR has been paid');
    const invoice = await anInvoice(till.house, { customerId: deposit.customerId, amountMinor: 1_000 });
    const application = { depositId: deposit.id, invoiceId: invoice.id, submissionId: newId('req'), actor: SYSTEM };
    await applyDeposit(till.house, application);
    await expect(makeVoid(deposit)).rejects.toThrow('Un-apply that first.');
    const [applied] = await applicationsOf(till.house.db, { depositId: deposit.id });
    await unapplyDeposit(till.house, { applicationId: applied?.id ?? '', actor: SYSTEM });
    const both = await Promise.allSettled([refund(deposit), makeVoid(deposit)]);
    expect(both.map((one) => one.status)).toEqual(['fulfilled', 'rejected']);
    expect((await now(deposit)).state).toBe('requested');

    const clerk = await signIn(till, 'clerk');
    expect((await clerk.get(paths.deposit(deposit.id))).text).toContain(paths.voidDeposit(deposit.id));
    expect((await clerk.post(paths.voidDeposit(deposit.id), { reason: 'Not wanted.' })).status).toBe(303);
    expect(await now(deposit)).toMatchObject({ state: 'void', dueMinor: 0 });

    // The bank sends it back only now: it is held, and can be given back by hand.
    await till.control('POST', '/webhooks/flush', {});
    await timePasses(8 * 24 * HOURS);
    expect(await left(deposit)).toBe(5_000);
    expect((await checkBooks(till.house.db)).flatMap((one) => one.broken)).toEqual([]);
    await refund(deposit, { method: 'transfer' });
    expect(await left(deposit)).toBe(0);
    expect((await now(deposit)).state).toBe('void');

    const pending = await aHeldDeposit(PENDING_REFUND);
    await askForMore(pending);
    await refund(pending);
    await expect(makeVoid(pending)).rejects.toThrow('50.00 EUR of deposit');
    await till.control('POST', '/webhooks/flush', {});
    await timePasses(HOURS);
  });

  test('the letter is written in the brand of the account that the card was charged by', async () => {
    const brand = { tradingName: 'Quay Bakery', colour: '#ffcc00', supportEmail: 'help@quay.example' };
    const texts = { ...brand, supportPhone: '', statementSuffix: '' };
    await changeBrand(till.house, { accountId: till.account.id, texts, actor: SYSTEM });
    const [done] = await refund(await aHeldDeposit());
    const letter = await till.house.db.read
      .selectFrom('letter')
      .select(['subject', 'reply_to', 'body_text'])
      .where('subject_id', '=', done?.id ?? '')
      .executeTakeFirstOrThrow();
    expect(letter).toMatchObject({ subject: expect.stringContaining('Quay Bakery'), reply_to: 'help@quay.example' });
    expect(letter.body_text).not.toContain('Your company');
  });

  async function eventually(check: () => Promise<boolean>): Promise<void> {
    for (let i = 0; i < 100 && !(await check()); i++) {
      await retryEvents(till.house);
      await new Promise((resume) => setTimeout(resume, 30));
    }
    expect(await check()).toBe(true);
  }
});
