import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { SYSTEM } from '../../src/audit/record.ts';
import { readCustomer } from '../../src/customers/customers.store.ts';
import { applyDeposit } from '../../src/deposits/apply-deposit.ts';
import { readInvoice } from '../../src/invoices/invoices.store.ts';
import { voidInvoice } from '../../src/invoices/void-invoice.ts';
import { endSettledLinks } from '../../src/links/end-settled-links.ts';
import { revokeLink } from '../../src/links/revoke-link.ts';
import type { Payable } from '../../src/payables/payable.ts';
import { readPayables } from '../../src/payables/payables.store.ts';
import { agreedTerms } from '../../src/payments/agreed-terms.ts';
import { chargeCard } from '../../src/payments/charge-card.ts';
import { recordPayment } from '../../src/payments/record-payment.ts';
import { startPayment } from '../../src/payments/start-payment.ts';
import { sweepPayments } from '../../src/payments/sweep-payments.ts';
import { HOUR_MS } from '../../src/platform/clock.ts';
import { newId } from '../../src/platform/ids.ts';
import type { CheckResult } from '../../src/reconcile/check.ts';
import { checkBooks } from '../../src/reconcile/check-books.ts';
import { checkGateway } from '../../src/reconcile/check-gateway.ts';
import { ENGINES } from '../support/house.ts';
import { aDeposit, anInvoice } from '../support/seeds.ts';
import { hirePerson } from '../support/sign-in.ts';
import { openTill, type Till } from '../support/till.ts';

/** What may be done to one invoice, by different people at the same moment. */
const DEEDS = [
  'pay by link',
  'charge in the office',
  'record cash',
  'apply a deposit',
  'make it void',
  'revoke the link',
  'import that it is paid elsewhere',
] as const;
type Deed = (typeof DEEDS)[number];
/** Every deed with every deed, itself too. */
const PAIRS = DEEDS.flatMap((one, i) => DEEDS.slice(i).map((other) => [one, other] as const));

describe.each(ENGINES)('two deeds at once on one invoice, on %s', (engine) => {
  let till: Till;
  let clerk: { kind: 'person'; id: string };
  beforeAll(async () => {
    till = await openTill({ engine });
    clerk = { kind: 'person', id: (await hirePerson(till, 'clerk')).id };
  });
  const holds = (results: CheckResult[]) =>
    expect(results.flatMap(({ promise, broken }) => broken.map((row) => ({ promise, row })))).toEqual([]);
  afterEach(async () => holds(await checkBooks(till.house.db)));
  afterAll(async () => {
    till.clock.advance(HOUR_MS);
    await sweepPayments(till.house);
    holds([...(await checkBooks(till.house.db)), ...(await checkGateway(till.house))]);
    await till.stop();
  });

  const now = async (id: string) => (await readPayables(till.house.db, [id]))[0] as Payable;

  /** An invoice over 125.00 with a link, a customer with a kept card and a deposit of 60.00, and a hand for each deed. */
  async function scene() {
    const { customerId, cardId } = await till.aKeptCard();
    const deposit = await aDeposit(till.house, { customerId, amountMinor: 6_000 });
    await cash(deposit.id, 6_000);
    const invoice = await anInvoice(till.house, { customerId });
    const link = await till.aLink(invoice.id);
    const press = await till.press(link);
    const seen = await now(invoice.id);
    const deeds: Record<Deed, () => Promise<unknown>> = {
      'pay by link': () => startPayment(till.house, { ...press, submissionId: newId('req').replace('_', '-') }),
      'charge in the office': () => charge(seen, cardId),
      'record cash': () => cash(invoice.id, 12_500, seen.version),
      'apply a deposit': () =>
        applyDeposit(till.house, {
          depositId: deposit.id,
          invoiceId: invoice.id,
          submissionId: newId('req'),
          actor: clerk,
        }),
      'make it void': () =>
        voidInvoice({ ...till.house, endSettledLinks }, { id: invoice.id, reason: 'Wrong.', actor: clerk }),
      'revoke the link': () => revokeLink(till.house, { linkId: link.id, actor: SYSTEM }),
      'import that it is paid elsewhere': () => fileTells([invoice], '125.00'),
    };
    return { invoice, cardId, link, deeds };
  }

  /** A file that says of each of these how much was paid elsewhere; a line that is refused is told with its reason. */
  async function fileTells(invoices: readonly Payable[], paidElsewhere: string) {
    const rows = await Promise.all(
      invoices.map(async ({ id, number, customerId, currency }) => {
        const { issuedOn, dueOn } = (await readInvoice(till.house.db, id)).draft;
        const { number: customerNumber } = await readCustomer(till.house.db, customerId);
        return { number, issuedOn, dueOn, customerNumber, currency, total: '125.00', paidElsewhere };
      }),
    );
    const notation = { dates: 'ymd', decimals: 'point' } as const;
    const { db, importers } = till.house;
    return db.tx(() => importers.invoices.take(till.house, rows, { notation, actor: clerk, dryRun: false }));
  }

  async function cash(payableId: string, amountMinor: number, version?: number) {
    return recordPayment(till.house, {
      payableId,
      version: version ?? (await now(payableId)).version,
      submissionId: newId('req'),
      method: 'cash',
      amountMinor,
      receivedOn: till.clock.now().toISOString().slice(0, 10),
      reference: '',
      note: '',
      sendReceipt: false,
      actor: clerk,
    });
  }

  const charge = (seen: Payable, cardId: string, amountMinor = seen.dueMinor) =>
    chargeCard(till.house, {
      payableId: seen.id,
      accountId: till.account.id,
      card: { savedCardId: cardId },
      amountMinor,
      agreed: agreedTerms([seen]),
      submissionId: newId('req'),
      personId: clerk.id,
      payerEmail: '',
      ip: '127.0.0.1',
      userAgent: 'test',
    });

  test.each(PAIRS)('%s, and %s: no more is settled than was due, and the loser is told why', async (one, other) => {
    const { invoice, deeds } = await scene();
    const ended = await Promise.allSettled([deeds[one](), deeds[other]()]);
    for (const result of ended) {
      // What is refused is refused with a sentence, not with a fault of the database.
      if (result.status === 'rejected') expect(result.reason).toMatchObject({ status: expect.any(Number) });
    }
    expect(ended.some((result) => result.status === 'fulfilled')).toBe(true);
    const { totalMinor, paidMinor, state } = await now(invoice.id);
    expect(paidMinor).toBeLessThanOrEqual(totalMinor);
    expect(state).toBe(
      state === 'void' ? 'void' : paidMinor === 0 ? 'open' : paidMinor < totalMinor ? 'part_paid' : 'paid',
    );
    if (state === 'void') expect(paidMinor).toBe(0);
  });

  test('many deeds at once on the invoices of shared links: each is done or refused with a sentence, and no link outlives them', async () => {
    for (let round = 0; round < 6; round++) {
      const { customerId, cardId } = await till.aKeptCard();
      const some = await Promise.all([1, 2, 3].map(() => anInvoice(till.house, { customerId })));
      const [a, b, c] = some as [Payable, Payable, Payable];
      const shared = [
        await till.aLink([a.id, b.id]),
        await till.aLink([b.id, c.id]),
        await till.aLink([a.id, c.id]),
      ] as const;
      const [press, other] = await Promise.all([till.press(shared[0]), till.press(shared[1])]);
      const ended = await Promise.allSettled([
        startPayment(till.house, press),
        startPayment(till.house, other),
        fileTells(some, round % 2 ? '125.00' : '25.00'),
        fileTells(some.toReversed(), '60.00'),
        cash(c.id, 12_500, c.version),
        charge(a, cardId),
        till.aLink([a.id, b.id, c.id]),
      ]);
      for (const result of ended) {
        if (result.status === 'rejected') expect(result.reason).toMatchObject({ status: expect.any(Number) });
      }
      // What is left of them is taken in cash, at once too.
      await Promise.all(
        some.map(async ({ id }) => {
          const { dueMinor, version } = await now(id);
          if (dueMinor > 0) await cash(id, dueMinor, version);
        }),
      );
      const left = await till.house.db.read
        .selectFrom('link')
        .select('id')
        .where('customer_id', '=', customerId)
        .where('ended_as', 'is', null)
        .execute();
      expect(left).toEqual([]);
    }
  }, 60_000);

  test('fifty press at once, by link and in the office: one of them pays', async () => {
    const { invoice, cardId, link } = await scene();
    const seen = await now(invoice.id);
    const presses = await Promise.all(Array.from({ length: 25 }, () => till.press(link)));
    const ended = await Promise.allSettled([
      ...presses.map((press, i) => startPayment(till.house, { ...press, ip: `10.0.0.${i}` })),
      ...presses.map(() => charge(seen, cardId)),
    ]);
    const paid = ended.filter((one) => one.status === 'fulfilled' && one.value.state === 'succeeded');
    expect(paid).toHaveLength(1);
    expect(await now(invoice.id)).toMatchObject({ state: 'paid', paidMinor: 12_500 });
  }, 60_000);

  test('many charge a part at once: what they took together is what is settled, and never more than was due', async () => {
    const { invoice, cardId } = await scene();
    for (let round = 0; round < 4; round++) {
      const seen = await now(invoice.id);
      await Promise.allSettled(Array.from({ length: 5 }, () => charge(seen, cardId, Math.min(5_000, seen.dueMinor))));
    }
    expect(await now(invoice.id)).toMatchObject({ state: 'paid', paidMinor: 12_500 });
  }, 60_000);
});
