import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { SYSTEM } from '../../src/audit/record.ts';
import type { GatewayMovement } from '../../src/gateway/gateway.ts';
import { paths } from '../../src/paths.ts';
import { startPayment } from '../../src/payments/start-payment.ts';
import { matchPayout } from '../../src/payouts/match-payout.ts';
import { readPayout } from '../../src/payouts/payouts.store.ts';
import { readMovements } from '../../src/payouts/read-movements.ts';
import { takePayout } from '../../src/payouts/take-payout.ts';
import { newId } from '../../src/platform/ids.ts';
import { refundPayment } from '../../src/refunds/refund-payment.ts';
import { aCustomer, anInvoice } from '../support/seeds.ts';
import { type SignedInBrowser, signIn } from '../support/sign-in.ts';
import { openTill, type Till } from '../support/till.ts';
import { AT_ONCE, gatewayBooks, ownersAccess, payInvoice, payOut } from './at-the-gateway.ts';

describe('an accountant looks at payouts', () => {
  let till: Till;
  let accountant: SignedInBrowser;
  let clerk: SignedInBrowser;
  let paymentId: string;
  let payoutId: string;
  beforeAll(async () => {
    till = await openTill();
    [accountant, clerk] = await Promise.all([signIn(till, 'accountant'), signIn(till, 'clerk')]);
    await till.control('POST', '/faults', { webhooks: 'off' });
  });
  afterAll(() => till.stop());

  const text = async (path: string, browser = accountant) =>
    (await browser.get(path)).text.replaceAll(/<[^>]+>/g, ' ').replaceAll(/\s+/g, ' ');
  async function read() {
    await till.house.db.q.updateTable('movement_reading').set({ next_read_at: '' }).execute();
    await readMovements(till.house);
  }

  test('before the gateway has booked a charge, its fee is said not to be known', async () => {
    ({ paymentId } = await payInvoice(till, { amountMinor: 10_000, name: 'North Pier' }));
    expect(await text(paths.payment(paymentId))).toContain('The gateway’s fee is not known yet');
    expect(await text(paths.payments())).toContain('€100.00 EUR fee not known yet');
    expect(await text(paths.payouts())).toContain('No payouts yet');
  });

  test('gross, fee and net stand on the page of the payment and in the list, with the day of settlement', async () => {
    await gatewayBooks(till);
    await read();
    expect(await text(paths.payment(paymentId))).toMatch(
      /Charge [^€]+ €100\.00 EUR €3\.20 EUR €96\.80 EUR Not yet .* gateway.fees/i,
    );
    await payInvoice(till, { amountMinor: 2_000, name: 'Later Customer', card: '4242424242424242' });
    const owner = await ownersAccess(till);
    await owner.paymentIntents.create({
      ...{ amount: 4_000, currency: 'eur', confirm: true, payment_method: 'pm_card_bypassPending' },
      allowed_payment_method_types: ['card'],
    });
    await payOut(till);
    await read();
    const payout = await till.house.db.read.selectFrom('payout').selectAll().executeTakeFirstOrThrow();
    payoutId = payout.id;
    expect((await accountant.get(paths.payment(paymentId))).text).toContain(paths.payout(payoutId));
    expect((await clerk.get(paths.payment(paymentId))).text).not.toContain(paths.payout(payoutId));
    const settled = await text(`${paths.payments()}?settled=${payout.arrival_on}`);
    expect(settled).toContain('€96.80 EUR net');
    expect(settled).not.toContain('Later Customer');
    expect(await text(`${paths.payments()}?settled=2020-01-01`)).toContain('No such payments');
    const wrong = await accountant.get(`${paths.payments()}?settled=yesterday`);
    expect(wrong.status).toBe(422);
    expect(wrong.text).toContain('Enter a day such as 2026-11-30.');
    expect(wrong.text).toContain('value="yesterday"');
  });

  test('a payout is explained to the cent, by groups, with what is not ours named', async () => {
    const page = await text(paths.payout(payoutId));
    expect(page).toContain('Explained to the cent: 2 movements come to exactly this payout.');
    expect(page).toContain('1 movement (€38.54 EUR net) without a mark of ours');
    expect(page).toMatch(/Charges Payments taken by card 1 €100\.00 €3\.20 €96\.80/);
    expect(page).toMatch(/Not from this portal [^€]+ 1 €40\.00 €1\.46 €38\.54/);
    expect(page).toMatch(/Together 2 €140\.00 €4\.66 €135\.34 The payout €135\.34/);
    expect(page).toContain('Reported as arrived at the bank by the gateway');
    expect(page).toMatch(/Debit Credit Bank [^€]+ €135\.34 EUR/i);
    expect((await accountant.get(paths.payout(payoutId))).text).toContain(`href="${paths.payment(paymentId)}"`);
    expect(await text(paths.openMovements())).toMatch(/Not from this portal/);
    expect(await text(`${paths.openMovements()}?state=waiting`)).toContain('No such movements');
  });

  test('a refund in a payout says of which document it was, and leads to itself; the payout’s entries are one press away', async () => {
    const customer = await aCustomer(till.house);
    const invoices = await Promise.all(
      ['KEPT-1', 'BACK-2'].map((number) =>
        anInvoice(till.house, { customerId: customer.id, number, amountMinor: 3_000 }),
      ),
    );
    const [kept, back] = invoices.map(({ id }) => id) as [string, string];
    const paid = await startPayment(till.house, await till.press(await till.aLink([kept, back]), { card: AT_ONCE }));
    const [refund] = await refundPayment(till.house, {
      ...{ paymentId: paid.paymentId, shares: [{ payableId: back, amountMinor: 1_000 }], outcome: 'owed-again' },
      ...{ reasonKind: 'goodwill', reason: '', method: 'card', reference: '', submissionId: newId('req') },
      actor: SYSTEM,
    });
    await gatewayBooks(till);
    await read();
    const there = await payOut(till);
    await read();
    const { id } = await till.house.db.read
      .selectFrom('payout')
      .select('id')
      .where('gateway_ref', '=', there.id)
      .executeTakeFirstOrThrow();
    const page = (await accountant.get(paths.payout(id))).text;
    const row = page.slice(page.indexOf(`href="${paths.refund(refund?.id ?? '')}"`));
    expect(row.slice(0, row.indexOf('</tr>'))).toContain('BACK-2');
    expect(row.slice(0, row.indexOf('</tr>'))).not.toContain('KEPT-1');
    expect(page).toContain(`href="${paths.transactions(id)}"`);
    expect(await text(paths.transactions(id))).toMatch(/Paid out to the bank/);
  });

  test('the list says what matches and what does not, and narrows by each filter', async () => {
    await payInvoice(till, { amountMinor: 5_000 });
    await payOut(till, { differBy: -100 });
    await read();
    const all = await text(paths.payouts());
    expect(all).toMatch(/€47\.25 EUR? ?1 Arrived Does not add up The one movement .* €1\.00 EUR less than that/);
    expect(all).toContain('1 movement not matched');
    const rows = async (query: string) =>
      ((await accountant.get(`${paths.payouts()}?${query}`)).text.match(/po_\w+/g) ?? []).length;
    expect(await Promise.all(['', 'matching=off', 'matching=matched', 'state=failed'].map(rows))).toEqual([3, 1, 2, 0]);
    expect(
      await Promise.all([`account=${till.account.id}`, 'account=acc_x', 'currency=EUR', 'currency=USD'].map(rows)),
    ).toEqual([3, 0, 3, 0]);
  });

  test('asking the gateway tells what it says now', async () => {
    expect((await accountant.post(paths.refreshPayout(payoutId))).status).toBe(303);
    expect(await text(paths.payout(payoutId))).toContain('this is what it says now');
  });

  test('a clerk does not see payouts, and one that is not there is a 404', async () => {
    expect((await clerk.get(paths.payouts())).status).toBe(403);
    expect((await clerk.get(paths.payout(payoutId))).status).toBe(403);
    expect((await accountant.get(paths.payout('pou_nothing'))).status).toBe(404);
  });

  test('a payout of many movements shows the latest of each group, and all of them page by page', async () => {
    const many = Array.from({ length: 120 }, (_, i) => aFee(`txn_${i}`));
    const id = await takePayout(till.house, till.account.id, {
      ...{ ref: 'po_many', state: 'paid', automatic: true, saysWhatItPays: false, traceRef: undefined },
      ...{ sum: { amountMinor: 1_200, currency: 'EUR' }, arrivalOn: '2026-11-01', failureCode: undefined },
      createdAt: '2026-11-01T00:00:00.000Z',
    });
    await matchPayout(till.house, await readPayout(till.house.db, id), listed(many));
    const page = await accountant.get(paths.payout(id));
    expect(page.text).toContain('120 movements come to exactly this payout');
    expect(page.text.match(/txn_\d+/g)).toHaveLength(50);
    const names: string[] = [];
    let next: string | undefined = `${paths.payout(id)}?group=fee`;
    while (next) {
      const { text: html } = await accountant.get(next);
      names.push(...(html.match(/txn_\d+/g) ?? []));
      next = /href="([^"]+)" rel="next"/.exec(html)?.[1]?.replaceAll('&amp;', '&');
    }
    expect(new Set(names).size).toBe(120);
  });
});

function aFee(ref: string): GatewayMovement {
  return {
    ...{ ref, type: 'stripe_fee', category: 'fee', meaning: 'fee', currency: 'EUR', description: 'A fee given back' },
    ...{ grossMinor: 10, feeMinor: 0, netMinor: 10, createdAt: '2026-11-01T00:00:00.000Z', availableOn: '2026-11-01' },
    ...{ sourceRef: undefined, chargeRef: undefined, paymentRef: undefined, reference: undefined },
    ...{ exchangedFrom: undefined, exchangeRate: undefined },
  };
}

async function* listed<T>(all: readonly T[]): AsyncGenerator<T> {
  yield* all;
}
