import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { SYSTEM } from '../../src/audit/record.ts';
import { postJournal } from '../../src/ledger/post-journal.ts';
import { startPayment } from '../../src/payments/start-payment.ts';
import { newId } from '../../src/platform/ids.ts';
import { checkBooks } from '../../src/reconcile/check-books.ts';
import { refundPayment } from '../../src/refunds/refund-payment.ts';
import { anInvoice } from '../support/seeds.ts';
import { openTill, type Till } from '../support/till.ts';

describe('a promise about refunds of claims and credit notes that is broken is named, with the row', () => {
  let till: Till;
  let refundId: string;
  let invoiceId: string;
  beforeAll(async () => {
    till = await openTill();
    const invoice = await anInvoice(till.house);
    invoiceId = invoice.id;
    const { paymentId } = await startPayment(till.house, await till.press(await till.aLink(invoice.id)));
    const [done] = await refundPayment(till.house, {
      ...{ paymentId, shares: [{ payableId: invoice.id, amountMinor: 5_000 }], outcome: 'claim-reduced' },
      ...{
        method: 'card',
        reference: '',
        reasonKind: 'returned',
        reason: '',
        submissionId: newId('req'),
        actor: SYSTEM,
      },
    });
    refundId = done?.id ?? '';
  });
  afterAll(() => till.stop());

  async function brokenBy(promise: string): Promise<string> {
    const found = (await checkBooks(till.house.db)).find((one) => one.promise.includes(promise));
    if (!found) throw new Error(`nobody promises "${promise}"`);
    return JSON.stringify(found.broken);
  }
  const q = () => till.house.db.q;

  test('nothing is, to begin with', async () => {
    expect((await checkBooks(till.house.db)).flatMap((one) => one.broken)).toEqual([]);
  });

  test('a credit note that says another sum than its row, and an invoice that is said to be paid', async () => {
    const says = (amount_minor: number) =>
      q().updateTable('credit_note').set({ amount_minor }).where('payable_id', '=', invoiceId).execute();
    await says(4_999);
    expect(await brokenBy('every credit note lowers its claim')).toContain(invoiceId);
    await says(5_000);
    const be = (state: 'credited' | 'paid') =>
      q().updateTable('payable').set({ state }).where('id', '=', invoiceId).execute();
    await be('credited');
    expect(await brokenBy('states follow from the sums')).toContain(invoiceId);
    await be('paid');
    expect(await brokenBy('states follow from the sums')).toBe('[]');
  });

  test('lines that do not make up their refund, and one that nothing was taken back for', async () => {
    const line = () => q().updateTable('refund_line').where('refund_id', '=', refundId);
    await line().set({ amount_minor: 4_000 }).execute();
    expect(await brokenBy('documents that make up its sum')).toContain(refundId);
    expect(await brokenBy('or was given back of what it had settled')).toContain('4000');
    await line().set({ amount_minor: 5_000 }).execute();
    const { allocation_id } = await till.house.db.read
      .selectFrom('refund_line')
      .select('allocation_id')
      .where('refund_id', '=', refundId)
      .executeTakeFirstOrThrow();
    await line().set({ allocation_id: null }).execute();
    expect(await brokenBy('is taken off what was settled')).toContain(refundId);
    await line().set({ allocation_id }).execute();
  });

  test('more that went back than was paid, and a receipt of what never went back', async () => {
    const refund = (amount_minor: number) =>
      q().updateTable('refund').set({ amount_minor }).where('id', '=', refundId).execute();
    await refund(12_501);
    expect(await brokenBy('no more goes back to a card')).toContain('12501');
    await refund(5_000);
    const receipt = await till.house.db.read.selectFrom('refund_receipt').selectAll().executeTakeFirstOrThrow();
    await q().updateTable('refund').set({ settled_at: null }).where('id', '=', refundId).execute();
    expect(await brokenBy('refund receipts are numbered')).toContain('never given back');
    await q().updateTable('refund').set({ settled_at: receipt.issued_at }).where('id', '=', refundId).execute();
    expect(await brokenBy('refund receipts are numbered')).toBe('[]');
  });

  test('a booking of a refund on suspense that nobody has to explain', async () => {
    const lines = [
      { ledgerAccount: 'suspense' as const, currency: 'SEK', amountMinor: 100 },
      { ledgerAccount: 'refunds' as const, currency: 'SEK', amountMinor: -100 },
    ];
    await postJournal(till.house, { kind: 'by-hand', subjectKind: 'refund', subjectId: refundId, memo: '', lines });
    expect(await brokenBy('what refunds hold in suspense')).toContain(refundId);
    expect(await brokenBy('every credit note lowers its claim')).toContain('-100');
  });
});
