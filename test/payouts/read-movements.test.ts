import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type Stripe from 'stripe';
import { gatewayOf } from '../../src/accounts/accounts.store.ts';
import { SYSTEM } from '../../src/audit/record.ts';
import { takeInDispute } from '../../src/disputes/take-in-dispute.ts';
import type { Gateway, GatewayMovement } from '../../src/gateway/gateway.ts';
import { settlePayment } from '../../src/payments/settle-payment.ts';
import { startPayment } from '../../src/payments/start-payment.ts';
import { readMovements } from '../../src/payouts/read-movements.ts';
import { recordMovements } from '../../src/payouts/record-movements.ts';
import { newId } from '../../src/platform/ids.ts';
import { checkBooks } from '../../src/reconcile/check-books.ts';
import { refundDeposit } from '../../src/refunds/refund-deposit.ts';
import { sweepRefunds } from '../../src/refunds/sweep-refunds.ts';
import { retryEvents } from '../../src/webhooks/retry-events.ts';
import { ENGINES } from '../support/house.ts';
import { aDeposit } from '../support/seeds.ts';
import { openTill, type Till } from '../support/till.ts';
import { AT_ONCE, gatewayBooks, ownersAccess, payInvoice, payOut } from './at-the-gateway.ts';

const MINUTES = 60_000;
const DAYS = 86_400_000;
/** Paid, and then disputed by its bank. */
const DISPUTED = '4000000000000259';
const FAILING_REFUND = '4000000000005126';

describe.each(ENGINES)('fees and payouts on %s', (engine) => {
  let till: Till;
  let owner: Stripe;
  beforeAll(async () => {
    till = await openTill({ engine });
    owner = await ownersAccess(till);
  });
  beforeEach(async () => {
    await till.control('POST', '/faults', { webhooks: 'off' });
    // The balance is paid out and read, so that each test finds an empty one.
    for (const currency of ['eur', 'chf']) await payOut(till, { currency, pending: true }).catch(() => undefined);
    await read();
  });
  afterAll(() => till.stop());

  /** What the job does when it is due. */
  async function read(): Promise<number> {
    await till.house.db.q.updateTable('movement_reading').set({ next_read_at: '' }).execute();
    return readMovements(till.house);
  }
  const timePasses = async (ms: number) => {
    till.clock.advance(ms);
    await till.control('POST', '/clock', { advanceMs: ms });
  };
  const movementsOf = (paymentId: string) =>
    till.house.db.read
      .selectFrom('gateway_movement')
      .selectAll()
      .where('payment_id', '=', paymentId)
      .orderBy('id')
      .execute();
  const latestPayout = () =>
    till.house.db.read.selectFrom('payout').selectAll().orderBy('id', 'desc').limit(1).executeTakeFirstOrThrow();
  const casesOf = async (kind: string) =>
    await till.house.db.read
      .selectFrom('case_file')
      .select(['summary', 'subject_id'])
      .where('kind', '=', kind)
      .orderBy('id')
      .execute();
  const linesOf = (subjectId: string) =>
    till.house.db.read
      .selectFrom('journal_entry')
      .innerJoin('journal_line', 'entry_id', 'journal_entry.id')
      .select(['kind', 'ledger_account', 'currency', 'amount_minor'])
      .where('subject_id', '=', subjectId)
      .orderBy('journal_entry.id')
      .orderBy('position')
      .execute();
  const clearing = async (currency = 'EUR') => {
    const { sum } = await till.house.db.read
      .selectFrom('journal_line')
      .select(({ fn }) => fn.sum<number | null>('amount_minor').as('sum'))
      .where('ledger_account', '=', 'gateway-clearing')
      .where('currency', '=', currency)
      .executeTakeFirstOrThrow();
    return Number(sum ?? 0);
  };
  const broken = async () => (await checkBooks(till.house.db)).flatMap((one) => one.broken);

  test('the fee of a charge is read and booked once, however many read at once and again', async () => {
    const { paymentId } = await payInvoice(till, { amountMinor: 10_000 });
    await gatewayBooks(till);
    await till.house.db.q.updateTable('movement_reading').set({ next_read_at: '' }).execute();
    const both = await Promise.all([readMovements(till.house), readMovements(till.house)]);
    expect(both.reduce((sum, one) => sum + one)).toBe(1);
    expect(await read()).toBe(0);
    const [movement, ...more] = await movementsOf(paymentId);
    expect(more).toEqual([]);
    expect(movement).toMatchObject({ state: 'matched', gross_minor: 10_000, fee_minor: 320, net_minor: 9_680 });
    expect(await linesOf(movement?.id ?? '')).toEqual([
      { kind: 'fee', ledger_account: 'gateway-fees', currency: 'EUR', amount_minor: 320 },
      { kind: 'fee', ledger_account: 'gateway-clearing', currency: 'EUR', amount_minor: -320 },
    ]);
    expect(await broken()).toEqual([]);
  });

  test('two that record the same movements beside each other book each once', async () => {
    const { paymentId } = await payInvoice(till);
    await gatewayBooks(till);
    const gateway = await gatewayOf(till.house, till.account.id);
    const all: GatewayMovement[] = [];
    for await (const one of gateway.listMovements('2020-01-01', '2040-01-01')) all.push(one);
    // As two processes that read in the same moment.
    const written = await Promise.all([1, 2].map(() => recordMovements(till.house, till.account.id, all)));
    expect(written.reduce((sum, one) => sum + one)).toBe(1);
    expect(await movementsOf(paymentId)).toHaveLength(1);
    expect(await broken()).toEqual([]);
  });

  test('the fee may come later than the charge: the message that tells it lets the next run read it', async () => {
    const { paymentId } = await payInvoice(till);
    expect(await read()).toBe(0);
    expect(await movementsOf(paymentId)).toEqual([]);
    await till.control('POST', '/faults', { webhooks: 'normal' });
    await gatewayBooks(till);
    await retryEvents(till.house);
    expect(await readMovements(till.house)).toBe(1);
    expect(await movementsOf(paymentId)).toHaveLength(1);
  });

  test('a charge that is not booked here yet waits, and matches once it is', async () => {
    const fault = (method: string, path: string, deed: string, times: number) =>
      till.control('POST', '/faults', { match: { method, path }, do: deed, times });
    await fault('POST', '/v1/payment_intents/*/confirm', '500_after', 1);
    await fault('GET', '/v1/payment_intents/*', '500_before', 1);
    const { paymentId } = await payInvoice(till);
    expect((await till.control<{ rules: object[] }>('GET', '/faults')).rules).toEqual([]);
    await gatewayBooks(till);
    await read();
    expect(await movementsOf(paymentId)).toMatchObject([{ state: 'waiting' }]);
    await timePasses(2 * DAYS);
    await read();
    expect(await casesOf('unmatched-movement')).toEqual([
      expect.objectContaining({ subject_id: paymentId, summary: expect.stringContaining('has not been booked here') }),
    ]);
    expect(await settlePayment(till.house, paymentId)).toBe('paid');
    await timePasses(DAYS);
    await read();
    expect(await movementsOf(paymentId)).toMatchObject([{ state: 'matched', next_look_at: null }]);
    expect(await broken()).toEqual([]);
  });

  test('a payout is matched to its movements to the cent, and what it pays is settled on that day', async () => {
    const { paymentId } = await payInvoice(till, { amountMinor: 10_000 });
    const deposit = await aDeposit(till.house);
    const link = await till.aLink(deposit.id);
    const held = await startPayment(till.house, await till.press(link, { card: AT_ONCE }));
    await refundDeposit(till.house, { ...REFUND, depositId: deposit.id, submissionId: newId('req') });
    await till.control('POST', '/balance', { amount: -125, currency: 'eur', type: 'stripe_fee' });
    const made = await payOut(till);
    await read();
    const payout = await latestPayout();
    expect(payout).toMatchObject({
      ...{ gateway_ref: made.id, state: 'paid', matching: 'matched', amount_minor: made.amount },
      ...{ movement_count: 4, movements_minor: made.amount },
    });
    const movements = [...(await movementsOf(paymentId)), ...(await movementsOf(held.paymentId))];
    expect(movements.map((one) => [one.meaning, one.state, one.settled_on]).sort()).toEqual([
      ['charge', 'matched', payout.arrival_on],
      ['charge', 'matched', payout.arrival_on],
      ['refund', 'matched', payout.arrival_on],
    ]);
    expect(movements.filter((one) => one.refund_id).map((one) => one.meaning)).toEqual(['refund']);
    expect(await clearing()).toBe(0);
    expect(await broken()).toEqual([]);
  });

  test('messages about a payout lead to the same deed, in any order and more than once', async () => {
    await payInvoice(till);
    await till.control('POST', '/faults', { webhooks: 'duplicate' });
    const made = await payOut(till);
    await gatewayBooks(till);
    // Messages that are being handled just now are not handled a second time: some tries may find nothing to do.
    for (let tries = 0; tries < 100 && (await latestPayout())?.matching !== 'matched'; tries++) {
      await retryEvents(till.house);
      await new Promise((resume) => setTimeout(resume, 20));
    }
    expect(await latestPayout()).toMatchObject({ gateway_ref: made.id, matching: 'matched' });
    await read();
    expect(await clearing()).toBe(0);
    expect(await broken()).toEqual([]);
  });

  test('a payout that comes back is booked back, is a case, and settles nothing until the next one', async () => {
    const { paymentId } = await payInvoice(till);
    const { id } = await payOut(till);
    await read();
    expect((await movementsOf(paymentId))[0]?.settled_on).not.toBeNull();
    await till.control('POST', `/payouts/${id}`, { status: 'failed' });
    await timePasses(DAYS + MINUTES);
    await read();
    expect(await latestPayout()).toMatchObject({ state: 'failed', failure_code: 'account_closed' });
    expect((await movementsOf(paymentId))[0]?.settled_on).toBeNull();
    expect((await casesOf('failed-payout'))[0]?.summary).toContain('account closed');
    expect(await clearing()).toBe(9_680);
    const next = await payOut(till);
    await read();
    const payout = await latestPayout();
    expect(payout).toMatchObject({ gateway_ref: next.id, matching: 'matched' });
    expect((await movementsOf(paymentId))[0]?.settled_on).toBe(payout.arrival_on);
    expect(await clearing()).toBe(0);
    expect(await broken()).toEqual([]);
  });

  test('what a dispute moved waits for the dispute, and its fee is booked from the balance', async () => {
    const { paymentId } = await payInvoice(till, { amountMinor: 10_000, card: DISPUTED });
    await gatewayBooks(till);
    await read();
    const disputed = async () => (await movementsOf(paymentId)).filter((one) => one.meaning === 'dispute');
    const waiting = await till.house.db.read
      .selectFrom('gateway_movement')
      .selectAll()
      .where('state', '=', 'waiting')
      .execute();
    expect(waiting).toMatchObject([{ meaning: 'dispute', gross_minor: -10_000, fee_minor: 1_500 }]);
    await takeInDispute(till.house, till.account.id, waiting[0]?.source_ref ?? '');
    await timePasses(DAYS);
    await read();
    expect(await disputed()).toMatchObject([{ state: 'matched', payment_id: paymentId }]);
    expect((await disputed())[0]?.dispute_id).not.toBeNull();
    expect((await linesOf(waiting[0]?.id ?? '')).map((line) => line.amount_minor)).toEqual([1_500, -1_500]);
    await payInvoice(till, { amountMinor: 50_000 });
    await payOut(till, { pending: true });
    await read();
    expect(await latestPayout()).toMatchObject({ matching: 'matched', movement_count: 3 });
    expect(await clearing()).toBe(0);
    expect(await broken()).toEqual([]);
  });

  // What follows is the gateway's business, not the database's.
  if (engine !== ENGINES[0]) return;

  test('reading that is interrupted goes on where it was, and misses nothing', async () => {
    const first = await payInvoice(till, { amountMinor: 2_000 });
    const second = await payInvoice(till, { amountMinor: 3_000 });
    await gatewayBooks(till);
    const dying = (gateway: Gateway): Gateway => ({
      ...gateway,
      async *listMovements(since, until) {
        for await (const movement of gateway.listMovements(since, until)) {
          yield movement;
          throw new Error('the process died');
        }
      },
    });
    const before = await till.house.db.read.selectFrom('movement_reading').selectAll().executeTakeFirstOrThrow();
    await till.house.db.q.updateTable('movement_reading').set({ next_read_at: '' }).execute();
    const { gateways } = till.house;
    await readMovements({ ...till.house, gateways: { ...gateways, open: (to) => dying(gateways.open(to)) } });
    const after = await till.house.db.read.selectFrom('movement_reading').selectAll().executeTakeFirstOrThrow();
    expect(after.movements_until).toBe(before.movements_until);
    expect(await movementsOf(first.paymentId)).toEqual([]);
    await timePasses(3 * DAYS);
    await read();
    expect(await movementsOf(first.paymentId)).toHaveLength(1);
    expect(await movementsOf(second.paymentId)).toHaveLength(1);
  });

  test('a refund that comes back leaves no trace in the balance', async () => {
    const deposit = await aDeposit(till.house);
    const press = await till.press(await till.aLink(deposit.id), { card: FAILING_REFUND });
    const { paymentId } = await startPayment(till.house, press);
    await refundDeposit(till.house, { ...REFUND, depositId: deposit.id, submissionId: newId('req') });
    await gatewayBooks(till);
    await timePasses(8 * DAYS);
    await sweepRefunds(till.house);
    await payOut(till);
    await read();
    expect((await movementsOf(paymentId)).map((one) => [one.type, one.gross_minor]).sort()).toEqual([
      ['charge', 5_000],
      ['refund', -5_000],
      ['refund_failure', 5_000],
    ]);
    expect(await latestPayout()).toMatchObject({ matching: 'matched' });
    expect(await clearing()).toBe(0);
  });

  test('what another business moves, and what nobody knows, waits in suspense with a case', async () => {
    const charge = { amount: 4_000, currency: 'eur', confirm: true, payment_method: 'pm_card_bypassPending' };
    const foreign = { ...charge, allowed_payment_method_types: ['card' as const] };
    await owner.paymentIntents.create(foreign);
    await owner.paymentIntents.create(foreign);
    await owner.paymentIntents.create({ ...foreign, metadata: { payment: newId('pay') } });
    await till.control('POST', '/balance', { amount: 77, currency: 'eur', description: 'A gift' });
    const earlier = (await casesOf('unmatched-movement')).length;
    await gatewayBooks(till);
    await read();
    expect((await casesOf('unmatched-movement')).slice(earlier).map((one) => one.summary)).toEqual([
      expect.stringContaining('A gift'),
      expect.stringContaining('leads to nothing here'),
      expect.stringContaining('that this portal did not move'),
    ]);
    expect(await clearing()).toBe(3 * 3_854 + 77);
    const made = await payOut(till);
    await read();
    expect(await latestPayout()).toMatchObject({ gateway_ref: made.id, matching: 'matched', movement_count: 4 });
    expect(await clearing()).toBe(0);
    expect(await broken()).toEqual([]);
  });

  test('what is exchanged into another currency is booked in both', async () => {
    await till.control('POST', '/settlement', { currency: 'chf', rates: { eur: 0.95 } });
    const { paymentId } = await payInvoice(till, { amountMinor: 10_000 });
    await payOut(till, { currency: 'chf' });
    await till.control('POST', '/settlement', {});
    await read();
    const [movement] = await movementsOf(paymentId);
    expect(movement).toMatchObject({
      ...{ state: 'matched', currency: 'CHF', gross_minor: 9_500, fee_minor: 304, source_currency: 'EUR' },
      ...{ source_minor: 10_000, exchange_rate: '0.95' },
    });
    expect(await latestPayout()).toMatchObject({ matching: 'matched', currency: 'CHF' });
    expect([await clearing('EUR'), await clearing('CHF')]).toEqual([0, 0]);
    expect(await broken()).toEqual([]);
  });

  test('a payout whose movements the gateway does not tell is a case after five days, and matches when it does', async () => {
    await payInvoice(till);
    const { id } = await payOut(till, { status: 'in_transit', reconcile: false });
    await read();
    expect(await latestPayout()).toMatchObject({ state: 'in_transit', matching: 'waiting' });
    await timePasses(7 * DAYS);
    await read();
    expect((await casesOf('unmatched-payout')).at(-1)?.summary).toContain('has not said for five days');
    await till.control('POST', `/payouts/${id}`, { status: 'paid', reconcile: true });
    await timePasses(DAYS);
    await read();
    expect(await latestPayout()).toMatchObject({ state: 'paid', matching: 'matched' });
  });

  test('a payout made by hand is booked and a case, and the next one on schedule accounts for it', async () => {
    await payInvoice(till);
    await gatewayBooks(till);
    await payOut(till, { byHand: 4_000 });
    await read();
    expect(await latestPayout()).toMatchObject({ matching: 'by_hand', amount_minor: 4_000 });
    expect((await casesOf('unmatched-payout')).at(-1)?.summary).toContain('made by hand');
    await payOut(till);
    await read();
    expect(await latestPayout()).toMatchObject({ matching: 'matched', amount_minor: 5_680, movement_count: 2 });
    expect(await clearing()).toBe(0);
    expect(await broken()).toEqual([]);
  });

  test('a payout that does not add up is a case that says by how much, and the check names it', async () => {
    await payInvoice(till);
    const { id } = await payOut(till, { differBy: 150 });
    await read();
    expect(await latestPayout()).toMatchObject({ gateway_ref: id, matching: 'off', movements_minor: 9_680 });
    expect((await casesOf('unmatched-payout')).at(-1)?.summary).toContain('€1.50 EUR more than that');
    expect(await broken()).toEqual([expect.objectContaining({ gateway_ref: id, amount_minor: 9_830 })]);
  });
});

const REFUND = { amountMinor: 5_000, method: 'card' as const, reference: '', reason: '', actor: SYSTEM };
