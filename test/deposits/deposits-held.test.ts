import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { SYSTEM } from '../../src/audit/record.ts';
import { applyDeposit } from '../../src/deposits/apply-deposit.ts';
import { depositsHeldPage, MOST_SHOWN } from '../../src/deposits/deposits-held.pages.ts';
import { type HeldRow, heldBefore, heldInPieces, totalsBefore } from '../../src/deposits/deposits-held.store.ts';
import { paths } from '../../src/paths.ts';
import { startPayment } from '../../src/payments/start-payment.ts';
import { DAY_MS } from '../../src/platform/clock.ts';
import { newId } from '../../src/platform/ids.ts';
import { refundDeposit } from '../../src/refunds/refund-deposit.ts';
import { ENGINES } from '../support/house.ts';
import { aCustomer, aDeposit, anInvoice } from '../support/seeds.ts';
import { signIn } from '../support/sign-in.ts';
import { openTill, type Till } from '../support/till.ts';

describe.each(ENGINES)('deposits held by many customers (%s)', (engine) => {
  let till: Till;
  beforeAll(async () => {
    till = await openTill({ engine });
  });
  afterAll(() => till.stop());

  test('are added up by the database, listed so many at most, and read for the file in pieces', async () => {
    const { house } = till;
    const [zoe, adam] = [await aCustomer(house, { name: 'Zoe' }), await aCustomer(house, { name: 'Adam' })];
    const numbers: string[] = [];
    for (const customerId of [zoe.id, adam.id, zoe.id, adam.id]) {
      const deposit = await aDeposit(house, { customerId, currency: numbers.length === 3 ? 'USD' : 'EUR' });
      await startPayment(house, await till.press(await till.aLink(deposit.id)));
      numbers.push(deposit.number);
      if (numbers.length === 1) {
        const invoice = await anInvoice(house, { customerId, amountMinor: 2_000 });
        const application = { depositId: deposit.id, invoiceId: invoice.id, actor: SYSTEM };
        await applyDeposit(house, { ...application, submissionId: newId('req') });
        await refundDeposit(house, {
          ...{ depositId: deposit.id, amountMinor: 1_000, method: 'card', reference: '', reason: '' },
          ...{ submissionId: newId('req'), actor: SYSTEM },
        });
      }
    }
    // Asked for and not paid: it is passed over, in a piece of its own.
    await aDeposit(house, { customerId: zoe.id });

    const soon = new Date(till.clock.now().getTime() + DAY_MS).toISOString();
    expect(await totalsBefore(house.db, soon)).toEqual([
      { currency: 'EUR', deposits: 3, heldMinor: 12_000 },
      { currency: 'USD', deposits: 1, heldMinor: 5_000 },
    ]);
    expect((await heldBefore(house.db, soon, 3)).map((row) => row.customerName)).toEqual(['Adam', 'Adam', 'Zoe']);
    for (const depositsPerRead of [1, 2, 500]) {
      const rows: HeldRow[] = [];
      for await (const piece of heldInPieces(house.db, soon, depositsPerRead)) rows.push(...piece);
      expect(rows.map((row) => row.number)).toEqual(numbers);
      expect(rows.map((row) => row.heldMinor)).toEqual([2_000, 5_000, 5_000, 5_000]);
    }

    const clerk = await signIn(till, 'clerk');
    const lines = (await clerk.get(paths.depositsHeldCsv())).text.trimEnd().split('\r\n');
    expect(lines).toHaveLength(5);
    expect(lines[1]).toMatch(new RegExp(`Zoe,${numbers[0]},,EUR,20\\.00$`));
  });
});

test('a page ends after so many deposits, says so, and adds up no customer within whom it ends', () => {
  const row = (made: number): HeldRow => ({
    ...{ depositId: `dep_${made}`, number: `D-${made}`, orderReference: '', currency: 'EUR', heldMinor: 100 },
    ...{ customerId: made < 2 ? 'cus_a' : 'cus_b', customerNumber: 'C', customerName: 'C' },
  });
  const pageOf = (count: number) => {
    const rows = Array.from({ length: count }, (_, made) => row(made));
    return depositsHeldPage({ on: '2026-11-01', rows, totals: [], booked: new Map(), typed: { on: '' } });
  };
  const shown = (count: number) => {
    const { cutAt, customers } = pageOf(count);
    return { cutAt, deposits: customers.flatMap((one) => one.deposits).length, sums: customers.map((one) => one.sums) };
  };
  expect(shown(MOST_SHOWN)).toEqual({
    cutAt: undefined,
    deposits: MOST_SHOWN,
    sums: [['€2.00 EUR'], [`€${MOST_SHOWN - 2}.00 EUR`]],
  });
  expect(shown(MOST_SHOWN + 1)).toEqual({ cutAt: MOST_SHOWN, deposits: MOST_SHOWN, sums: [['€2.00 EUR'], []] });
});
