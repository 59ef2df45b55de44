import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { SYSTEM } from '../../src/audit/record.ts';
import { changeCompany } from '../../src/company/change-company.ts';
import { readCompany } from '../../src/company/company.store.ts';
import { applyDeposit } from '../../src/deposits/apply-deposit.ts';
import { creditNotesOn } from '../../src/invoices/credit-notes.store.ts';
import { issueCreditNote } from '../../src/invoices/issue-credit-note.ts';
import { voidInvoice } from '../../src/invoices/void-invoice.ts';
import { endSettledLinks } from '../../src/links/end-settled-links.ts';
import { readLink } from '../../src/links/links.store.ts';
import type { Payable } from '../../src/payables/payable.ts';
import { readPayables } from '../../src/payables/payables.store.ts';
import { agreedTerms } from '../../src/payments/agreed-terms.ts';
import { chargeCard } from '../../src/payments/charge-card.ts';
import { readPayment } from '../../src/payments/payments.store.ts';
import { recordPayment } from '../../src/payments/record-payment.ts';
import { reversePayment } from '../../src/payments/reverse-payment.ts';
import { startPayment } from '../../src/payments/start-payment.ts';
import { newId } from '../../src/platform/ids.ts';
import { checkBooks } from '../../src/reconcile/check-books.ts';
import { checkGateway } from '../../src/reconcile/check-gateway.ts';
import { approveRefund } from '../../src/refunds/approve-refund.ts';
import { endWaitingRefund } from '../../src/refunds/end-waiting-refund.ts';
import { explainRefund } from '../../src/refunds/explain-refund.ts';
import { hearOfRefund } from '../../src/refunds/hear-of-refund.ts';
import { hearRefunds } from '../../src/refunds/hear-refunds.ts';
import type { Refund } from '../../src/refunds/refund.ts';
import { refundPayment } from '../../src/refunds/refund-payment.ts';
import { findRefundReceipt } from '../../src/refunds/refund-receipts.store.ts';
import { readRefund } from '../../src/refunds/refunds.store.ts';
import type { PaymentRefundOrder } from '../../src/refunds/reserve-payment-refund.ts';
import { settleRefund } from '../../src/refunds/settle-refund.ts';
import { sendReminders } from '../../src/reminders/send-reminders.ts';
import { aMailedInvoice, moveTo, switchOn } from '../reminders/reminded.ts';
import { ENGINES } from '../support/house.ts';
import { aCustomer, aDeposit, anInvoice } from '../support/seeds.ts';
import { hirePerson } from '../support/sign-in.ts';
import { openTill, type Till } from '../support/till.ts';

const PENDING_REFUND = '4000000000007726';
const FAILING_REFUND = '4000000000005126';

type Person = { kind: 'person'; id: string };

describe.each(ENGINES)('refunding what payments settled, on %s', (engine) => {
  let till: Till;
  let asks: Person;
  let approves: Person;
  beforeAll(async () => {
    till = await openTill({ engine });
    await till.control('POST', '/faults', { webhooks: 'off' });
    asks = { kind: 'person', id: (await hirePerson(till, 'accountant')).id };
    approves = { kind: 'person', id: (await hirePerson(till, 'admin')).id };
  });
  afterEach(async () => {
    await limit('');
    if (engine === 'sqlite') await allIsTrue();
  });
  afterAll(async () => {
    await allIsTrue();
    await till.stop();
  });

  async function allIsTrue() {
    const results = [...(await checkBooks(till.house.db)), ...(await checkGateway(till.house))];
    expect(results.flatMap(({ promise, broken }) => broken.map((row) => ({ promise, row })))).toEqual([]);
  }

  const now = async ({ id }: Payable) => (await readPayables(till.house.db, [id]))[0] as Payable;
  const limit = async (refundLimits: string) =>
    changeCompany(till.house, { ...(await readCompany(till.house.db)), refundLimits }, SYSTEM);

  /** Paid in full by one card payment, through one link. */
  async function paid(payables: Payable[], card?: string) {
    const link = await till.aLink(payables.map((one) => one.id));
    const { paymentId } = await startPayment(till.house, await till.press(link, card ? { card } : {}));
    return { paymentId, link };
  }
  async function aPaidInvoice(card?: string) {
    const invoice = await anInvoice(till.house);
    return { invoice, ...(await paid([invoice], card)) };
  }
  /** A combined payment of 250.00: an invoice of 125.00 each. */
  async function twoPaidInvoices(card?: string) {
    const first = await anInvoice(till.house);
    const second = await anInvoice(till.house, { customerId: first.customerId });
    return { first, second, ...(await paid([first, second], card)) };
  }
  const orderOf = (
    paymentId: string,
    shares: Array<[Payable, number]>,
    over: Partial<PaymentRefundOrder> = {},
  ): PaymentRefundOrder => ({
    paymentId,
    shares: shares.map(([payable, amountMinor]) => ({ payableId: payable.id, amountMinor })),
    outcome: 'owed-again',
    method: 'card',
    reference: '',
    reasonKind: 'returned',
    reason: '',
    submissionId: newId('req'),
    actor: asks,
    ...over,
  });
  const refund = async (...given: Parameters<typeof orderOf>): Promise<Refund> => {
    const [done] = await refundPayment(till.house, orderOf(...given));
    return done as Refund;
  };
  const booked = async (subjectId: string) =>
    (
      await till.house.db.read
        .selectFrom('journal_line')
        .innerJoin('journal_entry', 'journal_entry.id', 'journal_line.entry_id')
        .select(['ledger_account', 'amount_minor'])
        .where('subject_id', '=', subjectId)
        .orderBy('journal_entry.id')
        .orderBy('position')
        .execute()
    ).map((line) => [line.ledger_account, line.amount_minor]);
  const casesOn = (refundId: string) =>
    till.house.db.read
      .selectFrom('case_file')
      .select(['kind', 'closed_at'])
      .where('subject_id', '=', refundId)
      .execute();
  /** The gateway's bank sends back what it had taken, and we ask. */
  async function comesBack({ id }: Refund) {
    await till.control('POST', '/webhooks/flush', {});
    await till.control('POST', '/clock', { advanceMs: 60_000 });
    expect(await settleRefund(till.house, id)).toBe('failed');
  }
  async function atTheDashboard(paymentId: string, amountMinor: number): Promise<string> {
    const { gatewayRef = '' } = await readPayment(till.house.db, paymentId);
    const key = await till.house.db.read
      .selectFrom('account')
      .select('secret_key_sealed')
      .where('id', '=', till.account.id)
      .executeTakeFirstOrThrow();
    const made = await fetch(`${till.sandboxUrl}/v1/refunds`, {
      method: 'POST',
      headers: { authorization: `Bearer ${till.house.sealer.open(key.secret_key_sealed)}` },
      body: new URLSearchParams({ payment_intent: gatewayRef, amount: String(amountMinor) }),
    });
    return ((await made.json()) as { id: string }).id;
  }
  async function heard(paymentId: string, amountMinor: number): Promise<Refund> {
    const ref = await atTheDashboard(paymentId, amountMinor);
    await hearOfRefund(till.house, till.account.id, ref);
    const { id } = await till.house.db.read
      .selectFrom('refund')
      .select('id')
      .where('gateway_ref', '=', ref)
      .executeTakeFirstOrThrow();
    return readRefund(till.house.db, id);
  }
  const explain = ({ id }: Refund, shares: Array<[Payable, number]>, over: object = {}) =>
    explainRefund(till.house, {
      refundId: id,
      shares: shares.map(([payable, amountMinor]) => ({ payableId: payable.id, amountMinor })),
      outcome: 'owed-again',
      reasonKind: 'duplicate',
      reason: '',
      actor: approves,
      ...over,
    });

  test('owed again: the invoice is open again, the books and the customer know', async () => {
    const { invoice, paymentId } = await aPaidInvoice();
    const done = await refund(paymentId, [[invoice, 12_500]]);
    expect(done).toMatchObject({ state: 'succeeded', amountMinor: 12_500 });
    expect(await now(invoice)).toMatchObject({ state: 'open', dueMinor: 12_500, paidMinor: 0 });
    expect(await booked(done.id)).toEqual([
      ['receivables', 12_500],
      ['gateway-clearing', -12_500],
    ]);
    const receipt = await findRefundReceipt(till.house.db, { refundId: done.id });
    expect(receipt?.content.receipts).toEqual([expect.stringMatching(/^R-\d{6}$/)]);
    expect(receipt?.content.lines).toEqual([expect.objectContaining({ number: invoice.number, amountMinor: 12_500 })]);
    const letter = await till.house.db.read
      .selectFrom('letter')
      .select('body_text')
      .where('subject_id', '=', done.id)
      .executeTakeFirstOrThrow();
    expect(letter.body_text).toContain(`Invoice ${invoice.number}: €125.00 EUR is open again.`);
    expect(letter.body_text).toContain('/refund');
  });

  test('claim reduced: a credit note lowers the invoice, which is credited and asks for nothing', async () => {
    const { invoice, paymentId } = await aPaidInvoice();
    const done = await refund(paymentId, [[invoice, 12_500]], { outcome: 'claim-reduced' });
    expect(await now(invoice)).toMatchObject({ state: 'credited', dueMinor: 0, creditedMinor: 12_500 });
    const [note] = await creditNotesOn(till.house.db, invoice.id);
    expect(note).toMatchObject({ amountMinor: 12_500, refundId: done.id, reasonKind: 'returned' });
    expect(await booked(note?.allocationId ?? '')).toEqual([
      ['refunds', 12_500],
      ['receivables', -12_500],
    ]);
  });

  test('one document of a combined payment goes back, in part; no more than remains, which is said', async () => {
    const { first, second, paymentId } = await twoPaidInvoices();
    await refund(paymentId, [[second, 5_000]]);
    expect([(await now(first)).dueMinor, (await now(second)).dueMinor]).toEqual([0, 5_000]);
    await expect(refund(paymentId, [[second, 7_501]])).rejects.toThrow(
      `Only €75.00 EUR is left to refund of what this payment settled of invoice ${second.number}.`,
    );
    const both = await refund(paymentId, [
      [first, 12_500],
      [second, 7_500],
    ]);
    expect(both.lines).toHaveLength(2);
    await expect(refund(paymentId, [[first, 1]])).rejects.toThrow('Nothing is left to refund');
    const stranger = await anInvoice(till.house);
    await expect(refund(paymentId, [[stranger, 1]])).rejects.toMatchObject({ code: 'more-than-left' });
  });

  test('what was paid by card does not go back by hand, nor what was recorded to a card; no sum that is none', async () => {
    const { invoice, paymentId } = await aPaidInvoice();
    await expect(refund(paymentId, [[invoice, 1]], { method: 'cash' })).rejects.toMatchObject({ code: 'card-first' });
    for (const amountMinor of [0, -1, 0.5]) {
      await expect(refund(paymentId, [[invoice, amountMinor]])).rejects.toMatchObject({ code: 'fields-invalid' });
    }
    await expect(refund(paymentId, [[invoice, 1]], { outcome: undefined })).rejects.toThrow('Choose what becomes');
    await expect(refund(paymentId, [[invoice, 1]], { reasonKind: 'other' })).rejects.toThrow('Say why');
  });

  test('two at once over all that is left: one goes out, the other is told; the same form twice is one', async () => {
    const { invoice, paymentId } = await aPaidInvoice();
    const ended = await Promise.allSettled([
      refund(paymentId, [[invoice, 10_000]]),
      refund(paymentId, [[invoice, 10_000]]),
    ]);
    expect(ended.filter((one) => one.status === 'fulfilled')).toHaveLength(1);
    expect(ended.find((one) => one.status === 'rejected')).toMatchObject({
      reason: { code: 'more-than-left', message: expect.stringContaining('Only €25.00 EUR is left') },
    });
    const form = { submissionId: newId('req') };
    const pressed = await Promise.all([
      refund(paymentId, [[invoice, 2_500]], form),
      refund(paymentId, [[invoice, 2_500]], form),
    ]);
    expect(pressed[0].id).toBe(pressed[1].id);
    expect((await now(invoice)).dueMinor).toBe(12_500);
  });

  test('the claim changes when the money has gone, not before', async () => {
    const { invoice, paymentId } = await aPaidInvoice(PENDING_REFUND);
    const pending = await refund(paymentId, [[invoice, 12_500]]);
    expect(pending.state).toBe('pending');
    expect((await now(invoice)).state).toBe('paid');
    await expect(refund(paymentId, [[invoice, 1]])).rejects.toThrow('Nothing is left to refund');
    await till.control('POST', '/webhooks/flush', {});
    await till.control('POST', '/clock', { advanceMs: 60_000 });
    await settleRefund(till.house, pending.id);
    expect((await now(invoice)).state).toBe('open');
  });

  test.each(['owed-again', 'claim-reduced'] as const)(
    'a refund that comes back later puts everything back (%s)',
    async (outcome) => {
      const { invoice, paymentId } = await aPaidInvoice(FAILING_REFUND);
      const done = await refund(paymentId, [[invoice, 12_500]], { outcome });
      expect((await now(invoice)).state).toBe(outcome === 'owed-again' ? 'open' : 'credited');
      const link = outcome === 'owed-again' ? await till.aLink(invoice.id) : undefined;
      await comesBack(done);
      expect(await now(invoice)).toMatchObject({ state: 'paid', paidMinor: 12_500, creditedMinor: 0 });
      const notes = await creditNotesOn(till.house.db, invoice.id);
      expect(notes.map((note) => note.withdrawn !== undefined)).toEqual(outcome === 'owed-again' ? [] : [true]);
      if (link) expect((await readLink(till.house.db, link.id)).endedAs).toBe('closed');
      expect(await casesOn(done.id)).toMatchObject([{ kind: 'failed-refund' }]);
      expect((await findRefundReceipt(till.house.db, { refundId: done.id }))?.returnedAt).toBeDefined();
    },
  );

  test('money that comes back to an invoice paid otherwise meanwhile is held as a deposit, with a case', async () => {
    const { invoice, paymentId } = await aPaidInvoice(FAILING_REFUND);
    const done = await refund(paymentId, [[invoice, 12_500]]);
    await paid([await now(invoice)]);
    await comesBack(done);
    expect(await now(invoice)).toMatchObject({ state: 'paid', paidMinor: 12_500 });
    const held = await till.house.db.read
      .selectFrom('payable')
      .select(['total_minor', 'state'])
      .where('customer_id', '=', invoice.customerId)
      .where('kind', '=', 'deposit')
      .execute();
    expect(held).toEqual([{ total_minor: 12_500, state: 'held' }]);
    expect((await casesOn(done.id)).map((one) => one.kind).sort()).toEqual(['excess-payment', 'failed-refund']);
  });

  test('what staff recorded goes back by hand, with the same two outcomes; closed links open again; no reversal then', async () => {
    const invoice = await anInvoice(till.house);
    const link = await till.aLink(invoice.id);
    const paymentId = await recordPayment(till.house, {
      ...{ payableId: invoice.id, version: invoice.version, submissionId: newId('req'), method: 'cash' },
      ...{ amountMinor: 12_500, receivedOn: till.clock.now().toISOString().slice(0, 10), reference: '', note: '' },
      ...{ sendReceipt: false, actor: asks },
    });
    await expect(refund(paymentId, [[invoice, 1]])).rejects.toMatchObject({ code: 'no-card' });
    const done = await refund(paymentId, [[invoice, 2_500]], { method: 'transfer', outcome: 'claim-reduced' });
    expect(done.state).toBe('succeeded');
    expect(await booked(done.id)).toEqual([
      ['receivables', 2_500],
      ['undeposited-funds', -2_500],
    ]);
    expect(await now(invoice)).toMatchObject({ state: 'paid', creditedMinor: 2_500 });
    expect((await readLink(till.house.db, link.id)).endedAs).toBe('closed');
    await refund(paymentId, [[invoice, 10_000]], { method: 'cash' });
    expect((await readLink(till.house.db, link.id)).endedAs).toBeUndefined();
    const reversal = { paymentId, reason: 'Wrong.', actor: asks };
    await expect(reversePayment(till.house, reversal)).rejects.toMatchObject({ code: 'partly-taken-back' });
  });

  test('above the limit nothing is sent before somebody else agrees, and two who agree at once send it once', async () => {
    await limit('EUR 100');
    const { invoice, paymentId } = await aPaidInvoice();
    expect((await refund(paymentId, [[invoice, 4_000]])).state).toBe('succeeded');
    // In several steps it is one sum.
    const waiting = await refund(paymentId, [[invoice, 7_000]]);
    expect(waiting.state).toBe('waiting');
    expect((await now(invoice)).dueMinor).toBe(4_000);
    await expect(approveRefund(till.house, { refundId: waiting.id, actor: asks })).rejects.toMatchObject({
      code: 'own-refund',
    });
    const approve = () => approveRefund(till.house, { refundId: waiting.id, actor: approves });
    const ended = await Promise.allSettled([approve(), approve()]);
    expect(ended.filter((one) => one.status === 'fulfilled')).toHaveLength(1);
    expect(ended.find((one) => one.status === 'rejected')).toMatchObject({ reason: { code: 'not-waiting' } });
    expect((await readRefund(till.house.db, waiting.id)).state).toBe('succeeded');
    const { refunds } = await till.control<{ refunds: Array<{ metadata: { refund?: string } }> }>('GET', '/ledger');
    expect(refunds.filter((one) => one.metadata.refund === waiting.id)).toHaveLength(1);
  });

  test('a refund that waits is declined with a reason, or withdrawn by who asked; then the sum is free again', async () => {
    await limit('EUR 1');
    const { invoice, paymentId } = await aPaidInvoice();
    const waiting = await refund(paymentId, [[invoice, 12_500]]);
    const end = (as: 'declined' | 'withdrawn', actor: Person, reason = 'Not ours to give.', id = waiting.id) =>
      endWaitingRefund(till.house, { refundId: id, as, reason, actor });
    await expect(end('declined', approves, ' ')).rejects.toMatchObject({ code: 'fields-invalid' });
    await expect(end('withdrawn', approves)).rejects.toMatchObject({ code: 'not-own-refund' });
    await expect(end('declined', asks)).rejects.toMatchObject({ code: 'own-refund' });
    const ended = await Promise.allSettled([
      end('declined', approves),
      approveRefund(till.house, { refundId: waiting.id, actor: approves }),
    ]);
    expect(ended.map((one) => one.status).sort()).toEqual(['fulfilled', 'rejected']);
    await expect(end('withdrawn', asks)).rejects.toMatchObject({ code: 'not-waiting' });
    const other = await aPaidInvoice();
    const again = await refund(other.paymentId, [[other.invoice, 12_500]]);
    await end('withdrawn', asks, 'Thought better of it.', again.id);
    expect((await refund(other.paymentId, [[other.invoice, 12_500]])).state).toBe('waiting');
  });

  test('a refund made at the gateway’s dashboard, heard ten times and by the sweep at once, is one row in suspense', async () => {
    const { first, second, paymentId } = await twoPaidInvoices();
    const ref = await atTheDashboard(paymentId, 20_000);
    const hear = () => hearOfRefund(till.house, till.account.id, ref);
    await Promise.all([...Array.from({ length: 10 }, hear), hearRefunds(till.house), hearRefunds(till.house)]);
    const rows = await till.house.db.read
      .selectFrom('refund')
      .select('id')
      .where('payment_id', '=', paymentId)
      .execute();
    expect(rows).toHaveLength(1);
    const found = await readRefund(till.house.db, rows[0]?.id ?? '');
    expect(found).toMatchObject({ origin: 'gateway', state: 'succeeded', lines: [], amountMinor: 20_000 });
    expect((await booked(found.id))[0]).toEqual(['suspense', 20_000]);
    expect([(await now(first)).state, (await now(second)).state]).toEqual(['paid', 'paid']);
    expect(await casesOn(found.id)).toEqual([{ kind: 'refund-elsewhere', closed_at: null }]);
    await expect(refund(paymentId, [[first, 1]])).rejects.toMatchObject({ code: 'unexplained-refund' });

    await expect(explain(found, [[first, 12_500]])).rejects.toThrow('these sums come to €125.00 EUR');
    await expect(explain(found, [[first, 20_000]])).rejects.toMatchObject({ code: 'more-than-left' });
    const both: Array<[Payable, number]> = [
      [first, 12_500],
      [second, 7_500],
    ];
    const said = await Promise.allSettled([explain(found, both), explain(found, both)]);
    expect(said.map((one) => one.status).sort()).toEqual(['fulfilled', 'rejected']);
    expect([(await now(first)).dueMinor, (await now(second)).dueMinor]).toEqual([12_500, 7_500]);
    expect((await booked(found.id)).slice(2)).toEqual([
      ['receivables', 12_500],
      ['receivables', 7_500],
      ['suspense', -20_000],
    ]);
    expect(await casesOn(found.id)).toEqual([{ kind: 'refund-elsewhere', closed_at: expect.any(String) }]);
    expect(await findRefundReceipt(till.house.db, { refundId: found.id })).toBeDefined();
  });

  test('one that was explained while it was on its way is booked as it was said; one that comes back first leaves nothing', async () => {
    const { invoice, paymentId } = await aPaidInvoice(PENDING_REFUND);
    const pending = await heard(paymentId, 2_500);
    expect(pending.state).toBe('pending');
    await explain(pending, [[invoice, 2_500]], { outcome: 'claim-reduced' });
    expect((await now(invoice)).creditedMinor).toBe(0);
    await till.control('POST', '/webhooks/flush', {});
    await till.control('POST', '/clock', { advanceMs: 60_000 });
    await settleRefund(till.house, pending.id);
    expect(await now(invoice)).toMatchObject({ state: 'paid', creditedMinor: 2_500 });

    const other = await aPaidInvoice(FAILING_REFUND);
    const found = await heard(other.paymentId, 12_500);
    await comesBack(found);
    expect(await casesOn(found.id)).toEqual([{ kind: 'refund-elsewhere', closed_at: expect.any(String) }]);
    await expect(explain(found, [[other.invoice, 12_500]])).rejects.toMatchObject({ code: 'explained-already' });
    expect((await now(other.invoice)).state).toBe('paid');
  });

  test('a deposit of which money went back at the gateway is not applied before somebody has said so', async () => {
    const customer = await aCustomer(till.house);
    const deposit = await aDeposit(till.house, { customerId: customer.id });
    const { paymentId } = await paid([deposit]);
    const invoice = await anInvoice(till.house, { customerId: customer.id });
    const found = await heard(paymentId, 2_000);
    const apply = () =>
      applyDeposit(till.house, {
        ...{ depositId: deposit.id, invoiceId: invoice.id, submissionId: newId('req'), actor: SYSTEM },
      });
    await expect(apply()).rejects.toMatchObject({ code: 'unexplained-refund' });
    await explain(found, [[deposit, 2_000]], { outcome: undefined });
    expect(await apply()).toBe(3_000);
  });

  test('a refund at the same moment as any other deed: both are done or one is told, and the books are right', async () => {
    const { customerId, cardId } = await till.aKeptCard();
    const part = async () => {
      const invoice = await anInvoice(till.house, { customerId });
      const deposit = await aDeposit(till.house, { customerId, amountMinor: 6_000 });
      await paid([deposit]);
      const attempt = await chargeCard(till.house, {
        ...{ payableId: invoice.id, accountId: till.account.id, card: { savedCardId: cardId }, amountMinor: 6_000 },
        ...{ agreed: agreedTerms([invoice]), submissionId: newId('req'), personId: asks.id, payerEmail: '' },
        ...{ ip: '127.0.0.1', userAgent: 'test' },
      });
      return { invoice: await now(invoice), deposit, paymentId: attempt.paymentId };
    };
    type Part = Awaited<ReturnType<typeof part>>;
    const deeds: Record<string, (of: Part) => Promise<unknown>> = {
      pay: async ({ invoice }) => startPayment(till.house, await till.press(await till.aLink(invoice.id))),
      void: ({ invoice }) =>
        voidInvoice({ ...till.house, endSettledLinks }, { id: invoice.id, reason: 'Wrong.', actor: asks }),
      apply: ({ invoice, deposit }) =>
        applyDeposit(till.house, {
          ...{ depositId: deposit.id, invoiceId: invoice.id, submissionId: newId('req'), actor: SYSTEM },
        }),
      credit: ({ invoice }) =>
        issueCreditNote(
          { ...till.house, endSettledLinks },
          {
            ...{ invoiceId: invoice.id, amountMinor: 6_500, reasonKind: 'goodwill', reason: '' },
            ...{ submissionId: newId('req'), actor: asks },
          },
        ),
      'refund again': ({ invoice, paymentId }) => refund(paymentId, [[invoice, 6_000]]),
    };
    for (const [i, [name, deed]] of Object.entries(deeds).entries()) {
      const of = await part();
      const outcome = i % 2 === 0 ? 'owed-again' : 'claim-reduced';
      const ended = await Promise.allSettled([refund(of.paymentId, [[of.invoice, 6_000]], { outcome }), deed(of)]);
      for (const one of ended) {
        if (one.status === 'rejected') expect(one.reason).toMatchObject({ status: expect.any(Number) });
      }
      const { paidMinor, totalMinor } = await now(of.invoice);
      expect({ name, fits: paidMinor >= 0 && paidMinor <= totalMinor }).toEqual({ name, fits: true });
      expect(ended.some((one) => one.status === 'fulfilled')).toBe(true);
    }
  }, 60_000);

  test('no reminder goes to the customer while nobody has said what the gateway’s own refund was for', async () => {
    await switchOn(till);
    const { invoice, customerId } = await aMailedInvoice(till, 4);
    const other = await anInvoice(till.house, { customerId });
    const { paymentId } = await paid([other]);
    const found = await heard(paymentId, 2_500);
    await till.house.db.q
      .updateTable('case_file')
      .set({ closed_at: '2026-01-01' })
      .where('subject_id', '=', found.id)
      .execute();
    const reminded = async () => {
      moveTo(till, 1);
      await sendReminders(till.house);
      return till.house.db.read
        .selectFrom('letter')
        .select('id')
        .where('kind', '=', 'reminder')
        .where('customer_id', '=', invoice.customerId)
        .execute();
    };
    expect(await reminded()).toEqual([]);
    await explain(found, [[other, 2_500]]);
    expect(await reminded()).toHaveLength(1);
  });
});
