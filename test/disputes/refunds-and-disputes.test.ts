import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { SYSTEM } from '../../src/audit/record.ts';
import { changeCompany } from '../../src/company/change-company.ts';
import { readCompany } from '../../src/company/company.store.ts';
import { applyDeposit } from '../../src/deposits/apply-deposit.ts';
import { decideDispute } from '../../src/disputes/decide-dispute.ts';
import { takeInDispute } from '../../src/disputes/take-in-dispute.ts';
import { creditNotesOn } from '../../src/invoices/credit-notes.store.ts';
import { readStatement } from '../../src/invoices/statement.store.ts';
import { withdrawCreditNote } from '../../src/invoices/withdraw-credit-note.ts';
import { reopenClosedLinks } from '../../src/links/reopen-closed-links.ts';
import { readDepositBalance } from '../../src/payables/deposit-balance.store.ts';
import type { Payable } from '../../src/payables/payable.ts';
import { readPayables } from '../../src/payables/payables.store.ts';
import { bookReceived } from '../../src/payments/book-received.ts';
import { startPayment } from '../../src/payments/start-payment.ts';
import { readMovements } from '../../src/payouts/read-movements.ts';
import { HOUR_MS } from '../../src/platform/clock.ts';
import { newId } from '../../src/platform/ids.ts';
import { checkBooks } from '../../src/reconcile/check-books.ts';
import { checkGateway } from '../../src/reconcile/check-gateway.ts';
import { approveRefund } from '../../src/refunds/approve-refund.ts';
import { endWaitingRefund } from '../../src/refunds/end-waiting-refund.ts';
import { explainRefund } from '../../src/refunds/explain-refund.ts';
import { hearRefunds } from '../../src/refunds/hear-refunds.ts';
import type { Refund } from '../../src/refunds/refund.ts';
import { refundDeposit } from '../../src/refunds/refund-deposit.ts';
import { refundPayment } from '../../src/refunds/refund-payment.ts';
import { readRefund } from '../../src/refunds/refunds.store.ts';
import { sendRefund } from '../../src/refunds/send-refund.ts';
import { settleRefund } from '../../src/refunds/settle-refund.ts';
import { aChargeThere, atDashboard } from '../reconcile/gateway-side.ts';
import { ENGINES } from '../support/house.ts';
import { aDeposit, anInvoice } from '../support/seeds.ts';
import { hirePerson } from '../support/sign-in.ts';
import { CARDS, openTill, type Till } from '../support/till.ts';
import { balanceOf, bankDecides, openCasesAbout } from './disputed.ts';

const FAILING_REFUND = '4000000000005126';

describe.each(ENGINES)('refunds of payments that are disputed, on %s', (engine) => {
  let till: Till;
  let actor: { kind: 'person'; id: string };
  let second: { kind: 'person'; id: string };
  beforeAll(async () => {
    till = await openTill({ engine });
    actor = { kind: 'person', id: (await hirePerson(till, 'accountant')).id };
    second = { kind: 'person', id: (await hirePerson(till, 'admin')).id };
    await till.control('POST', '/faults', { webhooks: 'off' });
  });
  afterAll(() => till.stop());

  const now = async ({ id }: Pick<Payable, 'id'>) => (await readPayables(till.house.db, [id]))[0] as Payable;
  const limit = async (refundLimits: string) =>
    changeCompany(till.house, { ...(await readCompany(till.house.db)), refundLimits }, SYSTEM);
  async function paid(payables: Payable[], card: string = CARDS.good) {
    const link = await till.aLink(payables.map((one) => one.id));
    const { paymentId } = await startPayment(till.house, await till.press(link, { card }));
    const { charge_ref, gateway_ref } = await till.house.db.read
      .selectFrom('payment')
      .select(['charge_ref', 'gateway_ref'])
      .where('id', '=', paymentId)
      .executeTakeFirstOrThrow();
    return { paymentId, chargeRef: charge_ref ?? '', gatewayRef: gateway_ref ?? '' };
  }
  const wordsOf = (submissionId = newId('req')) => ({
    ...{ reference: '', reasonKind: 'returned' as const, reason: '', submissionId, actor },
  });
  async function refund(paymentId: string, invoice: Payable, amountMinor: number): Promise<Refund> {
    const shares = [{ payableId: invoice.id, amountMinor }];
    const order = { paymentId, shares, outcome: 'owed-again' as const, method: 'card' as const, ...wordsOf() };
    return (await refundPayment(till.house, order))[0] as Refund;
  }
  async function disputeOf(chargeRef: string, more: object = {}) {
    const { id: ref } = await till.control<{ id: string }>('POST', `/charges/${chargeRef}/disputes`, more);
    return { ref, id: (await takeInDispute(till.house, till.account.id, ref)).id };
  }
  async function lost(chargeRef: string, more: object = {}) {
    const dispute = await disputeOf(chargeRef, more);
    await bankDecides(till, dispute.ref, 'lost');
    return dispute;
  }
  const owed = (disputeId: string) =>
    decideDispute(till.house, { disputeId, outcome: 'owed-again', reason: 'Lost', actor });
  /** What the card's bank had taken is sent back, and we ask. */
  async function comesBack(refundId: string) {
    await till.control('POST', '/webhooks/flush', {});
    await till.control('POST', '/clock', { advanceMs: 60_000 });
    return settleRefund(till.house, refundId);
  }
  async function foundAtGateway(paymentId: string): Promise<Refund> {
    await hearRefunds(till.house);
    const { id } = await till.house.db.read
      .selectFrom('refund')
      .select('id')
      .where('payment_id', '=', paymentId)
      .where('origin', '=', 'gateway')
      .executeTakeFirstOrThrow();
    return readRefund(till.house.db, id);
  }

  test('a lost dispute is not decided while a refund of the payment waits: the sum would be taken twice', async () => {
    await limit('EUR 1');
    const invoice = await anInvoice(till.house);
    const { paymentId, chargeRef } = await paid([invoice]);
    const waiting = await refund(paymentId, invoice, 12_500);
    await limit('');
    expect(waiting.state).toBe('waiting');
    const dispute = await lost(chargeRef);
    await expect(owed(dispute.id)).rejects.toMatchObject({ code: 'refund-under-way' });
    await expect(approveRefund(till.house, { refundId: waiting.id, actor: second })).rejects.toMatchObject({
      code: 'more-than-left',
    });
    const end = { refundId: waiting.id, as: 'declined' as const, reason: 'The bank took it.', actor: second };
    await endWaitingRefund(till.house, end);
    await owed(dispute.id);
    expect(await now(invoice)).toMatchObject({ state: 'open', paidMinor: 0 });
  });

  test('what was refunded at the dashboard before is explained first; what the bank took beyond is told', async () => {
    const invoice = await anInvoice(till.house);
    const { paymentId, chargeRef, gatewayRef } = await paid([invoice]);
    await atDashboard(till, '/refunds', { payment_intent: gatewayRef, amount: '5000' });
    const found = await foundAtGateway(paymentId);
    const dispute = await lost(chargeRef, { amount: 12_500 });
    await expect(owed(dispute.id)).rejects.toMatchObject({ code: 'refund-under-way' });
    // The dispute does not stand in the way of saying where money went that has gone.
    const shares = [{ payableId: invoice.id, amountMinor: 5_000 }];
    await explainRefund(till.house, { refundId: found.id, shares, outcome: 'owed-again', ...wordsOf() });
    const before = await balanceOf(till, 'suspense');
    await owed(dispute.id);
    expect(await now(invoice)).toMatchObject({ state: 'open', paidMinor: 0 });
    expect(await balanceOf(till, 'suspense')).toBe(before + 5_000);
    expect(await openCasesAbout(till, dispute.id)).toEqual(['gateway-mismatch']);
  });

  test('money that went back at the dashboard while the same refund waited here: the one that waits gives way', async () => {
    const invoice = await anInvoice(till.house);
    const { paymentId, gatewayRef } = await paid([invoice]);
    await limit('EUR 1');
    const waiting = await refund(paymentId, invoice, 12_500);
    await limit('');
    await atDashboard(till, '/refunds', { payment_intent: gatewayRef });
    const found = await foundAtGateway(paymentId);
    const shares = [{ payableId: invoice.id, amountMinor: 12_500 }];
    const explain = () =>
      explainRefund(till.house, { refundId: found.id, shares, outcome: 'owed-again', ...wordsOf() });
    expect((await checkBooks(till.house.db)).flatMap((one) => one.broken)).toEqual([]);
    await expect(approveRefund(till.house, { refundId: waiting.id, actor: second })).rejects.toMatchObject({
      code: 'unexplained-refund',
    });
    await expect(explain()).rejects.toMatchObject({ code: 'refund-waits' });
    await endWaitingRefund(till.house, { refundId: waiting.id, as: 'withdrawn', reason: 'Done there.', actor });
    await explain();
    expect(await now(invoice)).toMatchObject({ state: 'open', paidMinor: 0 });
  });

  test('money that went back at the dashboard while the gateway was broken: the one that was never made fails, with a case', async () => {
    const invoice = await anInvoice(till.house);
    const { paymentId, gatewayRef } = await paid([invoice]);
    await till.control('POST', '/faults', { match: { method: 'POST', path: '/v1/refunds' }, do: '500_before' });
    const unknown = await refund(paymentId, invoice, 12_500);
    expect(unknown.state).toBe('sent');
    await atDashboard(till, '/refunds', { payment_intent: gatewayRef, amount: '5000' });
    await foundAtGateway(paymentId);
    expect((await checkBooks(till.house.db)).flatMap((one) => one.broken)).toEqual([]);
    till.clock.advance(HOUR_MS);
    expect(await sendRefund(till.house, unknown.id)).toBe('failed');
    expect(await openCasesAbout(till, unknown.id)).toEqual(['failed-refund']);
    expect(await now(invoice)).toMatchObject({ state: 'paid', paidMinor: 12_500 });
  });

  test('the customer’s statement tells what a lost dispute made due again, and what was written off', async () => {
    const invoice = await anInvoice(till.house);
    const dispute = await lost((await paid([invoice])).chargeRef, { amount: 5_000 });
    await owed(dispute.id);
    const other = await anInvoice(till.house, { customerId: invoice.customerId });
    const given = await lost((await paid([other])).chargeRef);
    await decideDispute(till.house, { disputeId: given.id, outcome: 'written-off', reason: 'Lost', actor });
    const today = till.clock.now().toISOString().slice(0, 10);
    const { sections } = await readStatement(till.house.db, invoice.customerId, { from: today, to: today });
    expect(sections).toMatchObject([{ closingMinor: 5_000, openItems: [{ openMinor: 5_000 }] }]);
    expect(sections[0]?.movements.map((one) => [one.kind, one.numbers, one.amountMinor])).toEqual([
      ['invoice', [invoice.number], 12_500],
      ['payment', [invoice.number], -12_500],
      ['disputeLost', [invoice.number], 5_000],
      ['invoice', [other.number], 12_500],
      ['payment', [other.number], -12_500],
      ['disputeLost', [other.number], 12_500],
      ['creditNote', [other.number], -12_500],
    ]);
  });

  test('a refund that came back after the dispute began is owed again with the rest', async () => {
    const invoice = await anInvoice(till.house);
    const { paymentId, chargeRef } = await paid([invoice], FAILING_REFUND);
    const gone = await refund(paymentId, invoice, 5_000);
    const dispute = await disputeOf(chargeRef, { amount: 12_500 });
    expect(await comesBack(gone.id)).toBe('failed');
    await bankDecides(till, dispute.ref, 'lost');
    await owed(dispute.id);
    expect(await now(invoice)).toMatchObject({ state: 'open', paidMinor: 0 });
    expect(await openCasesAbout(till, dispute.id)).toEqual([]);
  });

  test('a deposit that was given back by hand is not taken a second time by a dispute of its card', async () => {
    const deposit = await aDeposit(till.house);
    const { chargeRef } = await paid([deposit], FAILING_REFUND);
    const give = { depositId: deposit.id, amountMinor: 5_000, ...wordsOf() };
    const [toCard] = await refundDeposit(till.house, { ...give, method: 'card' });
    expect(await comesBack(toCard?.id ?? '')).toBe('failed');
    await limit('EUR 1');
    const [waiting] = await refundDeposit(till.house, { ...give, ...wordsOf(), method: 'transfer' });
    await limit('');
    const dispute = await disputeOf(chargeRef);
    // Nobody hands out what the bank may keep.
    const approve = () => approveRefund(till.house, { refundId: waiting?.id ?? '', actor: second });
    await expect(approve()).rejects.toMatchObject({ code: 'more-than-left' });
    await bankDecides(till, dispute.ref, 'won');
    await approve();
    const again = await lost(chargeRef, { amount: 5_000 });
    await owed(again.id);
    expect(await readDepositBalance(till.house.db, deposit.id)).toMatchObject({ heldMinor: 0, refundedMinor: 5_000 });
    expect(await openCasesAbout(till, again.id)).toEqual(['gateway-mismatch']);
  });

  test('two disputes of one applied deposit, both lost: each is decided', async () => {
    const deposit = await aDeposit(till.house, { amountMinor: 5_000 });
    const invoice = await anInvoice(till.house, { customerId: deposit.customerId, amountMinor: 5_000 });
    const { chargeRef } = await paid([deposit]);
    await applyDeposit(till.house, {
      ...{ depositId: deposit.id, invoiceId: invoice.id, amountMinor: 5_000, submissionId: newId('req'), actor },
    });
    const [one, two] = [await lost(chargeRef, { amount: 2_000 }), await lost(chargeRef, { amount: 3_000 })];
    await owed(one.id);
    await owed(two.id);
    expect(await now(invoice)).toMatchObject({ state: 'open', paidMinor: 0 });
    expect(await readDepositBalance(till.house.db, deposit.id)).toMatchObject({ heldMinor: 0, refundedMinor: 5_000 });
  });

  test('a dispute that is lost twice, since its appeal failed, is decided once, and has a case until then', async () => {
    const invoice = await anInvoice(till.house);
    const { chargeRef } = await paid([invoice]);
    const dispute = await lost(chargeRef);
    await bankDecides(till, dispute.ref, 'appeal');
    expect(await openCasesAbout(till, dispute.id)).toEqual(['dispute']);
    await bankDecides(till, dispute.ref, 'lost');
    expect(await openCasesAbout(till, dispute.id)).toEqual(['dispute-lost']);
    await owed(dispute.id);
    expect(await openCasesAbout(till, dispute.id)).toEqual([]);
  });

  test('won after it was decided: what is needed is settled again, the rest is held; lost again, it is decided anew', async () => {
    const paidAgain = await anInvoice(till.house, { amountMinor: 4_000 });
    const of = { customerId: paidAgain.customerId };
    const credited = await anInvoice(till.house, { ...of, amountMinor: 3_000 });
    const deposit = await aDeposit(till.house, { ...of, amountMinor: 2_000 });
    const { chargeRef } = await paid([paidAgain, credited, deposit]);
    const dispute = await lost(chargeRef);
    const writeOff = () =>
      decideDispute(till.house, { disputeId: dispute.id, outcome: 'written-off', reason: 'Lost', actor });
    await writeOff();
    expect((await now(credited)).state).toBe('credited');
    const [note] = await creditNotesOn(till.house.db, paidAgain.id);
    await withdrawCreditNote(
      { ...till.house, reopenClosedLinks },
      { id: note?.id ?? '', reason: 'Paid after all.', actor },
    );
    await paid([await now(paidAgain)]);
    await bankDecides(till, dispute.ref, 'appeal');
    const before = await balanceOf(till, 'disputes');
    await till.control('POST', `/disputes/${dispute.ref}/decision`, { outcome: 'won' });
    await Promise.allSettled([1, 2, 3].map(() => takeInDispute(till.house, till.account.id, dispute.ref)));
    expect(await balanceOf(till, 'disputes')).toBe(before);
    expect(await now(paidAgain)).toMatchObject({ state: 'paid', paidMinor: 4_000, creditedMinor: 0 });
    expect(await now(credited)).toMatchObject({ state: 'paid', paidMinor: 3_000, creditedMinor: 0 });
    expect(await readDepositBalance(till.house.db, deposit.id)).toMatchObject({ leftMinor: 2_000 });
    const held = await till.house.db.read
      .selectFrom('payable')
      .select(['total_minor', 'state'])
      .where('customer_id', '=', of.customerId)
      .where('kind', '=', 'deposit')
      .where('id', '<>', deposit.id)
      .execute();
    expect(held).toEqual([{ total_minor: 4_000, state: 'held' }]);

    await bankDecides(till, dispute.ref, 'appeal');
    await bankDecides(till, dispute.ref, 'lost');
    await writeOff();
    expect((await now(credited)).state).toBe('credited');
    expect(await readDepositBalance(till.house.db, deposit.id)).toMatchObject({ heldMinor: 0 });
  });

  test('a dispute of a charge that is not ours moves clearing as it moved the balance', async () => {
    const { chargeRef = '' } = await aChargeThere(till);
    const dispute = await lost(chargeRef);
    await till.control('POST', '/webhooks/flush', {});
    await readMovements(till.house);
    expect(await clearing()).toEqual(await balanceThere());
    await owed(dispute.id);
    expect(await clearing()).toEqual(await balanceThere());
  });
  const clearing = () => balanceOf(till, 'gateway-clearing');
  async function balanceThere(): Promise<number> {
    const { balance_transactions: moved } = await till.control<{ balance_transactions: Array<{ net: number }> }>(
      'GET',
      '/ledger',
    );
    return moved.reduce((sum, { net }) => sum + net, 0);
  }

  test('a refund at the dashboard that failed before it was heard is seen, and its movements match', async () => {
    const invoice = await anInvoice(till.house);
    const { paymentId, gatewayRef } = await paid([invoice], FAILING_REFUND);
    await atDashboard(till, '/refunds', { payment_intent: gatewayRef });
    await till.control('POST', '/webhooks/flush', {});
    await till.control('POST', '/clock', { advanceMs: 60_000 });
    const found = await foundAtGateway(paymentId);
    expect(found.state).toBe('failed');
    till.clock.advance(6 * 60_000);
    await readMovements(till.house);
    const left = await till.house.db.read
      .selectFrom('gateway_movement')
      .select('gateway_ref')
      .where('state', '=', 'waiting')
      .execute();
    expect(left).toEqual([]);
  });

  test('a refund at the dashboard of a payment that is booked much later is filed then', async () => {
    const invoice = await anInvoice(till.house);
    const link = await till.aLink(invoice.id);
    const { paymentId } = await startPayment(till.house, await till.press(link, { card: CARDS.challenge }));
    const row = till.house.db.q.updateTable('payment').set({ amount_minor: 10_000 }).where('id', '=', paymentId);
    const { gateway_ref } = await row.returning('gateway_ref').executeTakeFirstOrThrow();
    await till.passChallenge(paymentId);
    await atDashboard(till, '/refunds', { payment_intent: gateway_ref ?? '', amount: '2500' });
    for (let heard = 0; heard < 2; heard++) {
      await hearRefunds(till.house);
      till.clock.advance(3 * HOUR_MS);
    }
    expect(await openCasesAbout(till, paymentId)).toEqual(['gateway-mismatch', 'refund-elsewhere']);
    await bookReceived(till.house, { paymentId, actor });
    expect(await foundAtGateway(paymentId)).toMatchObject({ state: 'succeeded', amountMinor: 2_500 });
    expect(await openCasesAbout(till, paymentId)).toEqual([]);
  });

  test('books and gateway agree with all of it', async () => {
    const checked = [...(await checkBooks(till.house.db)), ...(await checkGateway(till.house))];
    expect(checked.flatMap((one) => one.broken.map((row) => [one.promise, row]))).toEqual([]);
  });
});
