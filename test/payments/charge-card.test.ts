import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { issueLink } from '../../src/links/issue-link.ts';
import type { Link } from '../../src/links/link.ts';
import { findLinkInFull } from '../../src/links/links.store.ts';
import { readPayables } from '../../src/payables/payables.store.ts';
import { agreedTerms } from '../../src/payments/agreed-terms.ts';
import { type ChargeRequest, chargeCard } from '../../src/payments/charge-card.ts';
import { cardOnFile, readPayment } from '../../src/payments/payments.store.ts';
import { startPayment } from '../../src/payments/start-payment.ts';
import { sweepPayments } from '../../src/payments/sweep-payments.ts';
import { HOUR_MS } from '../../src/platform/clock.ts';
import { ENGINES } from '../support/house.ts';
import { anInvoice } from '../support/seeds.ts';
import { hirePerson } from '../support/sign-in.ts';
import { CARDS, openTill, type Till } from '../support/till.ts';

describe.each(ENGINES)('charging a card in the office on %s', (engine) => {
  let till: Till;
  let clerk: { id: string };
  let colleague: { id: string };
  beforeAll(async () => {
    till = await openTill({ engine });
    [clerk, colleague] = [await hirePerson(till, 'clerk'), await hirePerson(till, 'clerk')];
  });
  afterAll(() => till.stop());

  const due = async (id: string) => (await readPayables(till.house.db, [id]))[0]?.dueMinor;
  const chargesOf = async (paymentId: string) =>
    (await till.intents()).filter((one) => one.metadata.payment === paymentId);

  async function order(payableId: string, over: Partial<ChargeRequest> = {}): Promise<ChargeRequest> {
    const payables = await readPayables(till.house.db, [payableId]);
    return {
      payableId,
      accountId: till.account.id,
      card: { confirmationToken: '', saveCard: false, consent: { wording: '', language: 'en' } },
      amountMinor: payables[0]?.dueMinor ?? 0,
      agreed: agreedTerms(payables),
      submissionId: randomUUID(),
      personId: clerk.id,
      payerEmail: '',
      ip: '127.0.0.1',
      userAgent: 'test',
      ...over,
    };
  }

  test('a kept card pays an invoice once: charge, balance, receipt, and who did it', async () => {
    const { customerId, cardId } = await till.aKeptCard();
    const invoice = await anInvoice(till.house, { customerId });
    const request = await order(invoice.id, { card: { savedCardId: cardId } });
    const attempt = await chargeCard(till.house, request);
    expect(attempt).toMatchObject({ state: 'succeeded', presence: 'nobody' });
    expect(await due(invoice.id)).toBe(0);
    expect(await chargesOf(attempt.paymentId)).toEqual([
      expect.objectContaining({ status: 'succeeded', amount_received: 12_500 }),
    ]);
    expect(await readPayment(till.house.db, attempt.paymentId)).toMatchObject({ channel: 'office', linkId: undefined });
    const again = await chargeCard(till.house, request);
    expect(again.id).toBe(attempt.id);
  });

  test('a card told by phone pays a part, and is kept with the consent that was given by phone', async () => {
    const invoice = await anInvoice(till.house);
    const attempt = await chargeCard(
      till.house,
      await order(invoice.id, {
        amountMinor: 4_000,
        card: {
          confirmationToken: await till.cardToken(),
          saveCard: true,
          consent: { wording: 'Agreed by phone.', language: 'en' },
        },
      }),
    );
    expect(attempt).toMatchObject({ state: 'succeeded', presence: 'phone' });
    expect(await due(invoice.id)).toBe(8_500);
    const consent = await till.house.db.read
      .selectFrom('consent')
      .select('wording')
      .where('customer_id', '=', invoice.customerId)
      .execute();
    expect(consent).toEqual([{ wording: 'Agreed by phone.' }]);
  });

  test('a card that would ask the payer is not asked by phone: the bank is told that it is an order by phone', async () => {
    const invoice = await anInvoice(till.house);
    const confirmationToken = await till.cardToken(CARDS.challenge);
    const card = { confirmationToken, saveCard: false, consent: { wording: '', language: 'en' } };
    expect(await chargeCard(till.house, await order(invoice.id, { card }))).toMatchObject({ state: 'succeeded' });
  });

  test('more than is due is refused with the balance, and nothing is charged', async () => {
    const { customerId, cardId } = await till.aKeptCard();
    const invoice = await anInvoice(till.house, { customerId });
    const before = (await till.intents()).length;
    for (const amountMinor of [12_501, 0, -5, 1.5]) {
      const request = await order(invoice.id, { amountMinor, card: { savedCardId: cardId } });
      await expect(chargeCard(till.house, request)).rejects.toMatchObject({
        code: 'above-balance',
        message: expect.stringContaining('€125.00'),
      });
    }
    expect(await till.intents()).toHaveLength(before);
  });

  test('a card of another customer is refused, and the try stands in the log', async () => {
    const { cardId } = await till.aKeptCard();
    const invoice = await anInvoice(till.house);
    const request = await order(invoice.id, { card: { savedCardId: cardId } });
    await expect(chargeCard(till.house, request)).rejects.toMatchObject({ code: 'card-foreign', status: 403 });
    const log = await till.house.db.read
      .selectFrom('audit')
      .select('actor_id')
      .where('action', '=', 'card.foreign-refused')
      .where('subject_id', '=', invoice.customerId)
      .execute();
    expect(log).toEqual([{ actor_id: clerk.id }]);
  });

  test('two clerks charge one invoice at the same moment: one charge, the other is told who and since when', async () => {
    const { customerId, cardId } = await till.aKeptCard();
    const invoice = await anInvoice(till.house, { customerId });
    const requests = await Promise.all(
      [clerk, colleague, clerk, colleague].map(({ id }) =>
        order(invoice.id, { card: { savedCardId: cardId }, personId: id }),
      ),
    );
    const outcomes = await Promise.allSettled(requests.map((request) => chargeCard(till.house, request)));
    const won = outcomes.filter((one) => one.status === 'fulfilled');
    expect(won).toHaveLength(1);
    for (const one of outcomes) {
      if (one.status === 'fulfilled') continue;
      expect(['in-flight', 'nothing-due']).toContain(one.reason.code);
      if (one.reason.code === 'in-flight') expect(one.reason.message).toMatch(/since .*, started by The clerk/);
    }
    expect(await due(invoice.id)).toBe(0);
  });

  test('a clerk and the customer at the same moment: one charge', async () => {
    const { customerId, cardId } = await till.aKeptCard();
    const invoice = await anInvoice(till.house, { customerId });
    const link = await till.aLink(invoice.id);
    const presses = await Promise.all([1, 2, 3].map(() => till.press(link)));
    const charges = await Promise.all([1, 2, 3].map(() => order(invoice.id, { card: { savedCardId: cardId } })));
    const outcomes = await Promise.allSettled([
      ...presses.map((press) => startPayment(till.house, press)),
      ...charges.map((charge) => chargeCard(till.house, charge)),
    ]);
    const paid = outcomes.filter((one) => one.status === 'fulfilled' && one.value.state === 'succeeded');
    expect(paid).toHaveLength(1);
    const payments = await till.house.db.read
      .selectFrom('payment_payable')
      .select('payment_id')
      .where('payable_id', '=', invoice.id)
      .execute();
    const intents = await till.intents();
    const received = payments.flatMap(({ payment_id }) =>
      intents.filter((one) => one.metadata.payment === payment_id && one.amount_received > 0),
    );
    expect(received).toHaveLength(1);
  });

  test('while the bank asks the customer on a link, the office is told so', async () => {
    const { customerId, cardId } = await till.aKeptCard();
    const invoice = await anInvoice(till.house, { customerId });
    const link = await till.aLink(invoice.id);
    const asked = await startPayment(till.house, await till.press(link, { card: CARDS.challenge }));
    const request = await order(invoice.id, { card: { savedCardId: cardId } });
    await expect(chargeCard(till.house, request)).rejects.toMatchObject({
      code: 'in-flight',
      message: expect.stringContaining('started by the customer'),
      detail: { paymentId: asked.paymentId },
    });
  });

  describe('when the bank wants the customer to confirm', () => {
    async function handedOver(): Promise<{ paymentId: string; payableId: string; link: Link; email: string }> {
      const { customerId, cardId } = await till.aKeptCard(CARDS.challenge);
      const invoice = await anInvoice(till.house, { customerId });
      const attempt = await chargeCard(till.house, await order(invoice.id, { card: { savedCardId: cardId } }));
      expect(attempt).toMatchObject({ state: 'declined', declineCategory: 'authentication-required' });
      const { id } = await till.house.db.read
        .selectFrom('link')
        .select('id')
        .where('payment_id', '=', attempt.paymentId)
        .executeTakeFirstOrThrow();
      const found = await findLinkInFull(till.house.db, id);
      if (!found) throw new Error('no link');
      return { paymentId: attempt.paymentId, payableId: invoice.id, link: found.link, email: found.customer.email };
    }

    test('a short-lived link is mailed at once, and the customer confirms the same payment with the card on file', async () => {
      const { paymentId, payableId, link, email } = await handedOver();
      const letters = await till.house.db.read
        .selectFrom('letter')
        .select(['to_addresses', 'body_text'])
        .where('link_id', '=', link.id)
        .execute();
      expect(letters).toEqual([
        { to_addresses: JSON.stringify([email]), body_text: expect.stringContaining('confirm it yourself') },
      ]);
      const savedCardId = await cardOnFile(till.house.db, link);
      const press = await till.press(link, { confirmationToken: '-', savedCardId });
      const asked = await startPayment(till.house, press);
      expect(asked).toMatchObject({ state: 'challenged', paymentId });
      await till.passChallenge(paymentId);
      expect(await due(payableId)).toBe(0);
      expect(await chargesOf(paymentId)).toEqual([expect.objectContaining({ status: 'succeeded' })]);
      expect((await findLinkInFull(till.house.db, link.id))?.link.endedAs).toBe('used');
    });

    test('the payable’s own link goes on with the same payment too', async () => {
      const { customerId, cardId } = await till.aKeptCard(CARDS.challenge);
      const invoice = await anInvoice(till.house, { customerId });
      const own = await till.aLink(invoice.id);
      const stopped = await chargeCard(till.house, await order(invoice.id, { card: { savedCardId: cardId } }));
      const paid = await startPayment(till.house, await till.press(own));
      expect(paid).toMatchObject({ state: 'succeeded', paymentId: stopped.paymentId });
      expect(await chargesOf(paid.paymentId)).toHaveLength(1);
      const handOff = await till.house.db.read
        .selectFrom('link')
        .select('ended_as')
        .where('payment_id', '=', paid.paymentId)
        .execute();
      expect(handOff).toEqual([{ ended_as: 'closed' }]);
    });

    test('it waits three days for the customer, then it is given up at the gateway and the link is over', async () => {
      const { paymentId, link } = await handedOver();
      till.clock.advance(71 * HOUR_MS);
      await sweepPayments(till.house);
      expect((await readPayment(till.house.db, paymentId)).state).toBe('ready');
      // The link is over to the minute; the payment at the next look, at most six hours later.
      till.clock.advance(8 * HOUR_MS);
      for (let round = 0; round < 3; round++) await sweepPayments(till.house);
      expect((await readPayment(till.house.db, paymentId)).state).toBe('cancelled');
      expect((await chargesOf(paymentId)).map((one) => one.status)).toEqual(['canceled']);
      expect((await findLinkInFull(till.house.db, link.id))?.link.endedAs).toBe('closed');
      till.clock.advance(-79 * HOUR_MS);
    });

    test('a new ordinary link does not end it, and staff who charge again go on with the same payment', async () => {
      const { paymentId, payableId, link } = await handedOver();
      await issueLink(till.house, { payableIds: [payableId], expiry: '7d', actor: { kind: 'system' } });
      expect((await findLinkInFull(till.house.db, link.id))?.link.endedAs).toBeUndefined();
      const card = {
        confirmationToken: await till.cardToken(),
        saveCard: false,
        consent: { wording: '', language: 'en' },
      };
      const charged = await chargeCard(till.house, await order(payableId, { card, personId: colleague.id }));
      expect(charged).toMatchObject({ state: 'succeeded', paymentId });
    });
  });
});
