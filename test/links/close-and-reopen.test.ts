import { AsyncResource } from 'node:async_hooks';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { issueLink } from '../../src/links/issue-link.ts';
import { readLink } from '../../src/links/links.store.ts';
import type { Payable } from '../../src/payables/payable.ts';
import { recordPayment } from '../../src/payments/record-payment.ts';
import { reversePayment } from '../../src/payments/reverse-payment.ts';
import { newId } from '../../src/platform/ids.ts';
import { aSandboxAccount } from '../support/account-seeds.ts';
import { ENGINES, startHouse, type TestHouse } from '../support/house.ts';
import { anInvoice } from '../support/seeds.ts';
import { hirePerson } from '../support/sign-in.ts';

describe.each(ENGINES)('one document of a link is settled while another is owed again, on %s', (engine) => {
  let at: TestHouse;
  let actor: { kind: 'person'; id: string };
  beforeAll(async () => {
    at = await startHouse({ engine });
    await aSandboxAccount(at.house);
    actor = { kind: 'person', id: (await hirePerson(at, 'clerk')).id };
  });
  afterAll(() => at.stop());

  const cash = (invoice: Payable) =>
    recordPayment(at.house, {
      ...{ payableId: invoice.id, version: invoice.version, amountMinor: invoice.dueMinor, submissionId: newId('req') },
      ...{ method: 'cash' as const, receivedOn: at.clock.now().toISOString().slice(0, 10), reference: '', note: '' },
      ...{ sendReceipt: false, actor },
    });
  const takeBack = (paymentId: string) => reversePayment(at.house, { paymentId, reason: 'Wrong customer.', actor });

  /** A link for a document that is still due and one that was paid since. */
  async function scene() {
    const due = await anInvoice(at.house);
    const paid = await anInvoice(at.house, { customerId: due.customerId });
    const link = await issueLink(at.house, { payableIds: [due.id, paid.id], expiry: '14d', actor });
    const paymentId = await cash(paid);
    return { due, link, paymentId };
  }

  /** As another process would do it: not in the transaction that is open here. */
  const beside = new AsyncResource('beside');
  const outside = (deed: () => Promise<unknown>) => beside.runInAsyncScope(deed);

  /** The first deed is done but not yet committed when the second one comes. */
  async function overlapping(first: () => Promise<unknown>, second: () => Promise<unknown>) {
    let other: Promise<unknown> = Promise.resolve();
    await at.house.db.tx(async () => {
      await first();
      other = outside(second);
      await Promise.race([other, new Promise((resume) => setTimeout(resume, 300))]);
    });
    await other;
  }

  test('the one is settled first: the link is open for what is owed again', async () => {
    const { due, link, paymentId } = await scene();
    await overlapping(
      () => cash(due),
      () => takeBack(paymentId),
    );
    expect((await readLink(at.house.db, link.id)).endedAs).toBeUndefined();
  });

  test('the other is owed again first: the link is not closed', async () => {
    const { due, link, paymentId } = await scene();
    await overlapping(
      () => takeBack(paymentId),
      () => cash(due),
    );
    expect((await readLink(at.house.db, link.id)).endedAs).toBeUndefined();
  });
});
