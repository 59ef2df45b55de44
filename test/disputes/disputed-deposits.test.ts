import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { applyDeposit } from '../../src/deposits/apply-deposit.ts';
import { decideDispute } from '../../src/disputes/decide-dispute.ts';
import { takeInDispute } from '../../src/disputes/take-in-dispute.ts';
import { readDepositBalance } from '../../src/payables/deposit-balance.store.ts';
import { readPayables } from '../../src/payables/payables.store.ts';
import { newId } from '../../src/platform/ids.ts';
import { checkBooks } from '../../src/reconcile/check-books.ts';
import { refundDeposit } from '../../src/refunds/refund-deposit.ts';
import { reserveRefund } from '../../src/refunds/reserve-refund.ts';
import { sweepRefunds } from '../../src/refunds/sweep-refunds.ts';
import { ENGINES } from '../support/house.ts';
import { aDeposit, anInvoice } from '../support/seeds.ts';
import { hirePerson } from '../support/sign-in.ts';
import { openTill, type Till } from '../support/till.ts';
import { bankDecides, disputed, disputedThere } from './disputed.ts';

describe.each(ENGINES)('disputed deposits on %s', (engine) => {
  let till: Till;
  let actor: { kind: 'person'; id: string };
  beforeAll(async () => {
    till = await openTill({ engine });
    await till.control('POST', '/faults', { webhooks: 'off' });
    actor = { kind: 'person', id: (await hirePerson(till, 'accountant')).id };
  });
  afterAll(() => till.stop());

  const owed = (disputeId: string) =>
    decideDispute(till.house, { disputeId, outcome: 'owed-again', reason: 'Lost', actor });
  const apply = (depositId: string, invoiceId: string, amountMinor?: number) =>
    applyDeposit(till.house, { depositId, invoiceId, amountMinor, submissionId: newId('req'), actor });
  const refund = (depositId: string, amountMinor: number) => ({
    ...{
      depositId,
      amountMinor,
      method: 'card' as const,
      reference: '',
      reason: '',
      submissionId: newId('req'),
      actor,
    },
  });
  const stateOf = async (id: string) => (await readPayables(till.house.db, [id]))[0];

  test('its money is held back until the bank has decided, and is there again when it is won', async () => {
    const deposit = await aDeposit(till.house);
    const invoice = await anInvoice(till.house, { customerId: deposit.customerId });
    const { ref } = await disputed(till, { payableIds: [deposit.id], amount: 3_000 });
    expect(await readDepositBalance(till.house.db, deposit.id)).toMatchObject({ heldMinor: 5_000, leftMinor: 2_000 });
    await expect(apply(deposit.id, invoice.id, 2_001)).rejects.toMatchObject({ code: 'more-than-left' });
    await expect(refundDeposit(till.house, refund(deposit.id, 2_001))).rejects.toMatchObject({
      code: 'more-than-left',
    });
    await bankDecides(till, ref, 'won');
    expect(await readDepositBalance(till.house.db, deposit.id)).toMatchObject({ leftMinor: 5_000 });
    expect(await apply(deposit.id, invoice.id)).toBe(5_000);
  });

  test('a refund that was promised before waits while the bank has the money', async () => {
    const deposit = await aDeposit(till.house);
    const { ref, chargeRef } = await disputedThere(till, { payableIds: [deposit.id], amount: 1_000 });
    expect(chargeRef).not.toBe('');
    const [reserved] = await reserveRefund(till.house, refund(deposit.id, 2_000));
    await takeInDispute(till.house, till.account.id, ref);
    till.clock.advance(2 * 60_000);
    await sweepRefunds(till.house);
    const row = () =>
      till.house.db.read
        .selectFrom('refund')
        .select('state')
        .where('id', '=', reserved?.id ?? '')
        .executeTakeFirst();
    expect((await row())?.state).toBe('reserved');
    await bankDecides(till, ref, 'won');
    till.clock.advance(2 * 60_000);
    await sweepRefunds(till.house);
    expect((await row())?.state).toBe('succeeded');
  });

  test('lost, it is taken as by a refund: the deposit is asked for no more', async () => {
    const deposit = await aDeposit(till.house);
    const { ref, dispute } = await disputed(till, { payableIds: [deposit.id] });
    await bankDecides(till, ref, 'lost');
    await owed(dispute.id);
    expect(await stateOf(deposit.id)).toMatchObject({ state: 'refunded', dueMinor: 0 });
    expect(await readDepositBalance(till.house.db, deposit.id)).toMatchObject({ heldMinor: 0, leftMinor: 0 });
  });

  test('lost after it was applied, the invoices owe what the bank took, the newest first', async () => {
    const deposit = await aDeposit(till.house);
    const first = await anInvoice(till.house, { customerId: deposit.customerId, amountMinor: 2_000 });
    const second = await anInvoice(till.house, { customerId: deposit.customerId, amountMinor: 2_500 });
    const { ref } = await disputedThere(till, { payableIds: [deposit.id], amount: 3_000 });
    await apply(deposit.id, first.id);
    await apply(deposit.id, second.id);
    const dispute = await takeInDispute(till.house, till.account.id, ref);
    // Of 50.00 only 5.00 are not applied, so 25.00 of the invoices are owed again.
    expect(await readDepositBalance(till.house.db, deposit.id)).toMatchObject({ heldMinor: 500, leftMinor: 0 });
    await bankDecides(till, ref, 'lost');
    const both = await Promise.allSettled([owed(dispute.id), owed(dispute.id)]);
    expect(both.map((one) => one.status).sort()).toEqual(['fulfilled', 'rejected']);
    expect([(await stateOf(first.id))?.dueMinor, (await stateOf(second.id))?.dueMinor]).toEqual([0, 2_500]);
    expect(await readDepositBalance(till.house.db, deposit.id)).toMatchObject({
      ...{ paidMinor: 5_000, appliedMinor: 2_000, refundedMinor: 3_000, heldMinor: 0, leftMinor: 0 },
    });
  });

  test('of an application that is larger than what the bank took, the rest is applied again', async () => {
    const deposit = await aDeposit(till.house);
    const invoice = await anInvoice(till.house, { customerId: deposit.customerId, amountMinor: 5_000 });
    const { ref } = await disputedThere(till, { payableIds: [deposit.id], amount: 1_200 });
    await apply(deposit.id, invoice.id);
    const { id } = await takeInDispute(till.house, till.account.id, ref);
    await bankDecides(till, ref, 'lost');
    await owed(id);
    expect((await stateOf(invoice.id))?.dueMinor).toBe(1_200);
    expect(await readDepositBalance(till.house.db, deposit.id)).toMatchObject({ appliedMinor: 3_800, heldMinor: 0 });
  });

  test('the books agree with all of it', async () => {
    const broken = (await checkBooks(till.house.db)).flatMap((one) => one.broken.map((row) => [one.promise, row]));
    expect(broken).toEqual([]);
  });
});
