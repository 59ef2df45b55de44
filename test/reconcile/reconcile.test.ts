import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { SYSTEM } from '../../src/audit/record.ts';
import { listCases } from '../../src/cases/cases.store.ts';
import { closeCase } from '../../src/cases/close-case.ts';
import type { PaymentParts } from '../../src/payments/payment-parts.ts';
import { readPayment } from '../../src/payments/payments.store.ts';
import { startPayment } from '../../src/payments/start-payment.ts';
import { HOUR_MS, MINUTE_MS } from '../../src/platform/clock.ts';
import { newId } from '../../src/platform/ids.ts';
import { checkBooks } from '../../src/reconcile/check-books.ts';
import { chooseOwner } from '../../src/reconcile/choose-owner.ts';
import { continueRun } from '../../src/reconcile/continue-run.ts';
import { countOpen, differencesOfRun, openDifferences } from '../../src/reconcile/differences.store.ts';
import { figuresOf } from '../../src/reconcile/figures.store.ts';
import { reconcileAccount } from '../../src/reconcile/reconcile-account.ts';
import { reconcileDue } from '../../src/reconcile/reconcile-due.ts';
import type { Run } from '../../src/reconcile/run.ts';
import { latestRun, readRun } from '../../src/reconcile/runs.store.ts';
import { startRun } from '../../src/reconcile/start-run.ts';
import { refundDeposit } from '../../src/refunds/refund-deposit.ts';
import { ENGINES } from '../support/house.ts';
import { aDeposit, anInvoice } from '../support/seeds.ts';
import { hirePerson } from '../support/sign-in.ts';
import { CARDS, openTill, type Till } from '../support/till.ts';
import { aChargeThere, atDashboard, chargeThere } from './gateway-side.ts';

describe.each(ENGINES)('holding an account against its gateway, on %s', (engine) => {
  let till: Till;
  beforeAll(async () => {
    till = await openTill({ engine });
    // Nothing is told: whatever becomes known here was looked for.
    await till.control('POST', '/faults', { webhooks: 'off' });
  });
  afterAll(() => till.stop());

  const run = (scope: 'new' | 'all' = 'new', parts: PaymentParts = till.house) =>
    reconcileAccount(parts, { accountId: till.account.id, scope, actor: SYSTEM });
  async function aPress(card?: string) {
    const link = await till.aLink((await anInvoice(till.house)).id);
    return till.press(link, card ? { card } : {});
  }
  /** A payment whose card was declined: live here, and known there by name. */
  async function aDeclined() {
    const { paymentId } = await startPayment(till.house, await aPress(CARDS.declined));
    const { gatewayRef = '' } = await readPayment(till.house.db, paymentId);
    return { paymentId, ref: gatewayRef };
  }
  async function aPaid() {
    const { paymentId } = await startPayment(till.house, await aPress());
    const { gatewayRef = '' } = await readPayment(till.house.db, paymentId);
    return { paymentId, ref: gatewayRef };
  }
  const found = async ({ id }: Run) =>
    (await differencesOfRun(till.house.db, id)).map((one) => `${one.kind} ${one.state}`);
  const caseOf = async (id: string | undefined) =>
    till.house.db.read
      .selectFrom('case_file')
      .selectAll()
      .where('id', '=', id ?? '')
      .executeTakeFirstOrThrow();
  /** Apart from those about the balance, which stand in suspense by themselves. */
  const countCases = async () =>
    (await listCases(till.house.db, { closed: false })).rows.filter((one) => one.kind !== 'unmatched-movement').length;
  /** Whoever was at work then has had the time to finish. */
  const later = () => till.clock.advance(3 * MINUTE_MS);

  test('finds that books and gateway agree, and says of what', async () => {
    await aPaid();
    const deposit = await aDeposit(till.house);
    await startPayment(till.house, await till.press(await till.aLink(deposit.id)));
    const order = { depositId: deposit.id, amountMinor: 2_000, method: 'card', reference: '', reason: '' } as const;
    await refundDeposit(till.house, { ...order, submissionId: newId('req'), actor: SYSTEM });
    await aDeclined();
    // The gateway books the money a moment after the charge.
    await till.control('POST', '/webhooks/flush');

    const done = await run();
    expect(done).toMatchObject({ state: 'done', scope: 'new', looked: 4, foreign: 0, underWay: 0 });
    expect(await found(done)).toEqual([]);
    expect(await figuresOf(till.house.db, done.id)).toEqual(
      expect.arrayContaining([
        { figure: 'captured', currency: 'EUR', hereMinor: 17_500, thereMinor: 17_500 },
        { figure: 'refunded', currency: 'EUR', hereMinor: 2_000, thereMinor: 2_000 },
        { figure: 'fees', currency: 'EUR', hereMinor: 568, thereMinor: 568 },
        { figure: 'clearing', currency: 'EUR', hereMinor: 14_932, thereMinor: undefined },
      ]),
    );
    const left = await till.house.db.read.selectFrom('reconcile_sighting').select('run_id').execute();
    expect(left).toEqual([]);
  });

  test('books a charge of which no message came, once the payer has had the time', async () => {
    const { paymentId, ref } = await aDeclined();
    await chargeThere(till, ref);
    const done = await run();
    expect(await found(done)).toEqual(['not-booked repaired']);
    expect((await readPayment(till.house.db, paymentId)).state).toBe('paid');
    expect(await found(await run())).toEqual([]);
    expect(await countCases()).toBe(0);
  });

  test('leaves a payment alone that somebody is at work on, and books it when nobody is any more', async () => {
    await till.control('POST', '/faults', {
      ...{ match: { method: 'POST', path: '/v1/payment_intents/*/confirm' }, do: 'reset_after', times: 2 },
    });
    await till.control('POST', '/faults', {
      ...{ match: { method: 'GET', path: '/v1/payment_intents/*' }, do: 'refuse', times: 2 },
    });
    const { paymentId } = await startPayment(till.house, await aPress());
    await till.control('DELETE', '/faults');
    await till.control('POST', '/faults', { webhooks: 'off' });
    const early = await run();
    expect([early.underWay, await found(early)]).toEqual([1, []]);
    expect((await readPayment(till.house.db, paymentId)).state).toBe('confirming');
    later();
    expect(await found(await run())).toEqual(['not-booked repaired']);
  });

  test('knows a charge by our mark though its name was lost, as books restored from a backup have it', async () => {
    const { paymentId, ref } = await aDeclined();
    await chargeThere(till, ref);
    await till.house.db.q.updateTable('payment').set({ gateway_ref: null }).where('id', '=', paymentId).execute();
    expect(await found(await run())).toEqual(['not-booked repaired']);
    expect(await readPayment(till.house.db, paymentId)).toMatchObject({ state: 'paid', gatewayRef: ref });
    expect((await checkBooks(till.house.db)).flatMap((one) => one.broken)).toEqual([]);
  });

  test('makes a charge with our mark and no payment here one case with an owner, however often it is found', async () => {
    const owner = await hirePerson(till, 'accountant');
    await chooseOwner(till.house, { ownerId: owner.id, actor: SYSTEM });
    await aChargeThere(till, { reference: newId('pay') });
    const first = await run();
    expect(await found(first)).toEqual(['unknown open']);
    expect(await found(await run())).toEqual([]);
    const open = await openDifferences(till.house.db);
    expect(open).toHaveLength(1);
    const [{ caseId } = {}] = open;
    expect(await caseOf(caseId)).toMatchObject({ kind: 'unknown-charge', owner_id: owner.id });
    expect(await countCases()).toBe(1);
    expect(await countOpen(till.house.db)).toMatchObject([{ currency: 'EUR', open: 1, explained: 0 }]);

    await closeCase(till.house, {
      caseId: caseId ?? '',
      resolution: 'Given back.',
      actor: { kind: 'person', id: owner.id },
    });
    expect(await countOpen(till.house.db)).toMatchObject([{ open: 0, explained: 1 }]);
    expect(await found(await run('all'))).toEqual([]);
  });

  test('counts what is foreign and makes no case of it', async () => {
    const before = await run();
    await aChargeThere(till);
    const after = await run();
    expect(after.foreign - before.foreign).toBe(1);
    expect([await found(after), await countCases()]).toEqual([[], 0]);
    const [captured] = (await figuresOf(till.house.db, after.id)).filter((one) => one.figure === 'captured');
    const [was] = (await figuresOf(till.house.db, before.id)).filter((one) => one.figure === 'captured');
    expect(captured).toEqual(was);
  });

  test('makes another sum at the gateway a case, and notes on it when both agree again', async () => {
    await chooseOwner(till.house, { ownerId: '', actor: SYSTEM });
    const { paymentId, ref } = await aDeclined();
    await atDashboard(till, `/payment_intents/${ref}`, { amount: '12400' });
    await chargeThere(till, ref);
    expect(await found(await run())).toEqual(['amount-differs open']);
    expect((await readPayment(till.house.db, paymentId)).state).toBe('ready');
    const [difference] = (await openDifferences(till.house.db)).filter((one) => one.ourId === paymentId);
    const { id: caseId } = await caseOf(difference?.caseId);
    expect(await caseOf(caseId)).toMatchObject({ kind: 'gateway-mismatch', subject_id: paymentId, owner_id: null });

    const set = (amount_minor: number) =>
      till.house.db.q.updateTable('payment').set({ amount_minor }).where('id', '=', paymentId).execute();
    await set(12_400);
    await till.house.db.q
      .updateTable('payment_payable')
      .set({ amount_minor: 12_400 })
      .where('payment_id', '=', paymentId)
      .execute();
    await run();
    const notes = await till.house.db.read
      .selectFrom('case_note')
      .select('body')
      .where('case_id', '=', caseId)
      .execute();
    expect(notes).toEqual([{ body: expect.stringContaining('agree on this again') }]);
    expect((await caseOf(caseId)).closed_at).toBeNull();
    expect((await openDifferences(till.house.db)).filter((one) => one.ourId === paymentId)).toEqual([]);
  });

  test('takes in a refund that was made at the dashboard, once, and gives its case to whoever decides', async () => {
    const owner = await hirePerson(till, 'admin');
    await chooseOwner(till.house, { ownerId: owner.id, actor: SYSTEM });
    const { ref } = await aPaid();
    await atDashboard(till, '/refunds', { payment_intent: ref, amount: '700' });
    const done = await run();
    expect(await found(done)).toEqual(['made-outside repaired']);
    expect(await found(await run('all'))).toEqual([]);
    const [difference] = await differencesOfRun(till.house.db, done.id);
    expect(await caseOf(difference?.caseId)).toMatchObject({ kind: 'refund-elsewhere', owner_id: owner.id });
  });

  test('names what is booked and was not charged, and what is over here and can still be paid', async () => {
    const { ref, paymentId } = await aDeclined();
    const set = (state: 'cancelled' | 'ready') =>
      till.house.db.q.updateTable('payment').set({ state }).where('id', '=', paymentId).execute();
    await set('cancelled');
    const lost = await aPaid();
    const rename = (gateway_ref: string) =>
      till.house.db.q.updateTable('payment').set({ gateway_ref }).where('id', '=', lost.paymentId).execute();
    await rename('pi_nobody');
    const done = await run();
    expect((await found(done)).toSorted()).toEqual(['not-paid open', 'still-open open', 'unknown open']);
    const subjects = (await differencesOfRun(till.house.db, done.id)).map((one) => one.gatewayRef).toSorted();
    expect(subjects).toEqual(['pi_nobody', lost.ref, ref].toSorted());
    await rename(lost.ref);
    await set('ready');
    await run();
    expect((await openDifferences(till.house.db)).filter((one) => subjects.includes(one.gatewayRef))).toEqual([]);
  });

  test('takes in a dispute of which no message came, and says what was disputed, kept and paid out', async () => {
    const { paymentId } = await startPayment(till.house, await aPress('4000000000000259'));
    await till.control('POST', '/clock', { advanceMs: MINUTE_MS });
    await till.control('POST', '/payouts', { currency: 'eur', pending: true });
    const before = await till.house.db.read.selectFrom('dispute').select('id').execute();
    const done = await run();
    expect(before).toEqual([]);
    expect((await found(done)).filter((one) => one.startsWith('made-outside'))).toEqual(['made-outside repaired']);
    const disputes = await till.house.db.read.selectFrom('dispute').select(['payment_id', 'state']).execute();
    expect(disputes).toMatchObject([{ payment_id: paymentId }]);
    const figures = await figuresOf(till.house.db, done.id);
    expect(figures).toContainEqual({ figure: 'disputed', currency: 'EUR', hereMinor: 12_500, thereMinor: 12_500 });
    const paidOut = figures.find((one) => one.figure === 'paid-out');
    expect(paidOut?.hereMinor).toBeGreaterThan(0);
    expect(paidOut?.hereMinor).toBe(paidOut?.thereMinor);
    const clearing = (await checkBooks(till.house.db)).find((one) => one.promise.startsWith('gateway clearing equals'));
    expect(clearing).toMatchObject({ looked: 4, broken: [] });
  });

  test('started twice at once is one run', async () => {
    const both = await Promise.allSettled([run(), run()]);
    const ids = both.map((one) => (one.status === 'fulfilled' ? one.value.id : 'failed'));
    expect(new Set(ids).size).toBe(1);
    const started = await startRun(till.house, { accountId: till.account.id, scope: 'all', actor: SYSTEM });
    expect(await startRun(till.house, { accountId: till.account.id, scope: 'new', actor: SYSTEM })).toBe(started);
    await Promise.all([continueRun(till.house, started), continueRun(till.house, started)]);
    const ended = await readRun(till.house.db, started);
    const intents = (await till.intents()).length;
    expect(ended.state).toBe('done');
    expect(ended.looked).toBeGreaterThanOrEqual(intents);
    expect(ended.looked).toBeLessThan(2 * intents);
  });

  test('that was killed in between goes on where it was, and counts nothing twice', async () => {
    const whole = await run('all');
    const id = await startRun(till.house, { accountId: till.account.id, scope: 'all', actor: SYSTEM });
    // It dies when it is to look for what we have and the gateway has not: all payments are looked at by then.
    const dying = { ...till.house, db: dyingAt(till, 'payment-here') };
    await continueRun(dying, id);
    expect(await readRun(till.house.db, id)).toMatchObject({ state: 'running', step: 'payment-here' });
    await continueRun(till.house, id);
    expect(await readRun(till.house.db, id)).toMatchObject({ state: 'running' });
    later();
    await reconcileDue(till.house);
    const ended = await readRun(till.house.db, id);
    expect(ended).toMatchObject({ state: 'done', looked: whole.looked, foreign: whole.foreign });
    const sums = async ({ id: runId }: Run) => figuresOf(till.house.db, runId);
    expect(await sums(ended)).toEqual(await sums(whole));
  });

  test('says of an account that cannot be reached since when, and looks again by itself', async () => {
    const before = await latestRun(till.house.db, till.account.id, 'done');
    till.clock.advance(HOUR_MS);
    await till.control('POST', '/faults', {
      match: { method: 'GET', path: '/v1/payment_intents' },
      do: '429',
      times: 2,
    });
    await reconcileDue(till.house);
    expect(await latestRun(till.house.db, till.account.id, 'failed')).toMatchObject({
      ...{ failure: 'The gateway could not be reached.', looked: 0 },
    });
    expect(await latestRun(till.house.db, till.account.id, 'done')).toEqual(before);
    await till.control('DELETE', '/faults');
    await reconcileDue(till.house);
    expect(await latestRun(till.house.db, till.account.id, 'done')).toEqual(before);
    till.clock.advance(11 * MINUTE_MS);
    await reconcileDue(till.house);
    expect((await latestRun(till.house.db, till.account.id, 'done'))?.id).not.toBe(before?.id);
  });
});

/** The same database, which is gone for the process that reads a run at that step. */
function dyingAt(till: Till, step: string): PaymentParts['db'] {
  const { db } = till.house;
  let isDead = false;
  return new Proxy(db, {
    get(target, name) {
      if (isDead) throw new Error('the process is dead');
      if (name !== 'tx') return Reflect.get(target, name, target);
      return async (deed: () => Promise<unknown>) => {
        const done = await target.tx(deed);
        const at = await target.read
          .selectFrom('reconcile_run')
          .select('step')
          .where('state', '=', 'running')
          .execute();
        isDead = at.some((run) => run.step === step);
        return done;
      };
    },
  });
}
