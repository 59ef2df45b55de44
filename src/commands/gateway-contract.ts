import {
  type Gateway,
  type GatewayDispute,
  GatewayError,
  type GatewayErrorKind,
  type GatewayPayment,
} from '../gateway/gateway.ts';
import type { TokenMaker } from '../gateway/stripe-test-cards.ts';

/** One thing that every gateway must do; `run` throws with a sentence when this one does otherwise. */
export interface ContractStep {
  name: string;
  run(): Promise<void>;
}

export interface ContractParts {
  gateway: Gateway;
  tokenFor: TokenMaker;
  /** Different for each run: keys and references are made of it. */
  runId: string;
}

const RETURN_URL = 'https://portal.example/pay/return';

/** What the portal relies on, as steps to be run in this order with test keys: each builds on those before it. */
export function gatewayContract({ gateway, tokenFor, runId }: ContractParts): ContractStep[] {
  const startedIso = new Date(Date.now() - 60_000).toISOString();
  const key = (name: string) => `contract-${runId}-${name}`;
  let customerRef = '';
  let paymentRef = '';
  let challengedRef = '';

  const create = (name: string, amountMinor: number, currency = 'EUR') =>
    gateway.createPayment({
      sum: { amountMinor, currency },
      customerRef,
      reference: `pay_${runId}_${name}`,
      description: 'A check of the gateway',
      statementSuffix: 'CHECK',
      key: key(`create-${name}`),
    });
  const confirm = async (ref: string, card: string, name: string, saveCard = false) =>
    gateway.confirmPayment(ref, {
      source: { confirmationToken: await tokenFor(card) },
      presence: 'payer',
      saveCard,
      returnUrl: RETURN_URL,
      key: key(`confirm-${name}`),
    });

  return [
    step('the keys belong to an account in test mode', async () => {
      const check = await gateway.checkAccount();
      expect(check.accountRef !== '', 'the account has no name');
      expect(!check.livemode, 'the account answers in live mode');
    }),
    step('a customer is made, and made once for one key', async () => {
      const wanted = {
        reference: `cus_${runId}`,
        name: 'Gateway check',
        email: 'check@example.com',
        key: key('customer'),
      };
      const first = await gateway.createCustomer(wanted);
      expect((await gateway.createCustomer(wanted)).ref === first.ref, 'the same key made a second customer');
      customerRef = first.ref;
    }),
    step('a payment is made that nobody has confirmed', async () => {
      const made = await create('main', 1250);
      expectStatus(made, 'needs-card');
      expect(made.money.amountMinor === 1250 && made.money.currency === 'EUR', 'it has another sum');
      expect(made.reference === `pay_${runId}_main`, 'it does not carry our reference');
      expect(made.customerRef === customerRef, 'it does not carry the customer');
      expect(made.receivedMinor === 0, 'money was received already');
      paymentRef = made.ref;
    }),
    step('the same key gives the same payment', async () => {
      expect((await create('main', 1250)).ref === paymentRef, 'the same key made a second payment');
    }),
    step('the same key with another sum is refused', () => expectError('key-taken', () => create('main', 1251))),
    step('the sum can be changed before it is confirmed', async () => {
      const changed = await gateway.changeAmount(
        paymentRef,
        { amountMinor: 1300, currency: 'EUR' },
        key('change-amount'),
      );
      expect(changed.money.amountMinor === 1300, 'the sum did not change');
    }),
    step('a currency without decimals keeps its sum', async () => {
      const yen = await create('yen', 500, 'JPY');
      expect(yen.money.amountMinor === 500 && yen.money.currency === 'JPY', 'it has another sum');
      expectStatus(await gateway.cancelPayment(yen.ref, key('cancel-yen')), 'cancelled');
    }),
    step('a declined card is an answer with a reason, and the payment lives on', async () => {
      const declined = await confirm(paymentRef, 'pm_card_chargeDeclined', 'declined');
      expectStatus(declined, 'needs-card');
      expect(declined.decline?.category === 'card-declined', `it says ${declined.decline?.category ?? 'no reason'}`);
      expect(declined.receivedMinor === 0, 'money was received');
    }),
    step('the same payment succeeds with another card', async () => {
      const paid = await confirm(paymentRef, 'pm_card_visa', 'paid');
      expectStatus(paid, 'succeeded');
      expect(paid.receivedMinor === 1300, `it received ${paid.receivedMinor}`);
      expect(paid.chargeRef !== undefined, 'it names no charge');
      expect(paid.card?.last4 === '4242' && paid.card.brand === 'visa', 'it names another card');
      expect(paid.card?.reusable === false, 'the card was kept though nobody agreed to that');
    }),
    step('what is read is what was answered', async () => {
      const read = await gateway.readPayment(paymentRef);
      expectStatus(read, 'succeeded');
      expect(read.receivedMinor === 1300 && read.reference === `pay_${runId}_main`, 'it reads otherwise');
    }),
    step('a payment that succeeded cannot be cancelled', () =>
      expectError('refused', () => gateway.cancelPayment(paymentRef, key('cancel-paid'))),
    ),
    step('a payment that succeeded cannot be confirmed again', () =>
      expectError('refused', () => confirm(paymentRef, 'pm_card_visa', 'again')),
    ),
    step('a card is kept where the payer agreed', async () => {
      const made = await create('save', 700);
      const paid = await confirm(made.ref, 'pm_card_mastercard', 'save', true);
      expectStatus(paid, 'succeeded');
      expect(paid.card?.reusable === true && paid.card.methodRef !== undefined, 'the card was not kept');
    }),
    step('a card that asks for the payer waits for them', async () => {
      challengedRef = (await create('challenge', 900)).ref;
      const waiting = await confirm(challengedRef, 'pm_card_threeDSecure2Required', 'challenge');
      expectStatus(waiting, 'needs-action');
      expect(waiting.clientSecret !== undefined, 'it gives the browser nothing to go on with');
    }),
    step('a payment that waits can be cancelled, and then nobody can pay it', async () => {
      expectStatus(await gateway.cancelPayment(challengedRef, key('cancel-challenge')), 'cancelled');
      await expectError('refused', () => confirm(challengedRef, 'pm_card_visa', 'too-late'));
      expectStatus(await gateway.readPayment(challengedRef), 'cancelled');
    }),
    step('a card is kept without a payment, read, and taken away for good', async () => {
      const made = await gateway.createSetup({ customerRef, reference: `set_${runId}`, key: key('setup') });
      expect(made.status === 'needs-card' && made.reference === `set_${runId}`, 'it is not as it was asked for');
      const kept = await gateway.confirmSetup(made.ref, {
        confirmationToken: await tokenFor('pm_card_visa'),
        presence: 'payer',
        returnUrl: RETURN_URL,
        key: key('confirm-setup'),
      });
      expect(kept.status === 'succeeded' && kept.card?.reusable === true, 'the card was not kept');
      const methodRef = kept.card?.methodRef ?? '';
      const read = await gateway.readCard(methodRef);
      expect(read.last4 === '4242' && read.reusable, 'it reads otherwise');
      await gateway.detachCard(methodRef);
      await gateway.detachCard(methodRef);
      expect(!(await gateway.readCard(methodRef)).reusable, 'it still belongs to the customer');
    }),
    step('a wish to keep a card can be cancelled while it waits, and says why a card was refused', async () => {
      const made = await gateway.createSetup({ customerRef, reference: `set_${runId}_2`, key: key('setup-2') });
      const refused = await gateway.confirmSetup(made.ref, {
        confirmationToken: await tokenFor('pm_card_chargeDeclined'),
        presence: 'payer',
        returnUrl: RETURN_URL,
        key: key('confirm-setup-2'),
      });
      expect(refused.status === 'needs-card' && refused.decline !== undefined, 'it names no reason');
      expect((await gateway.cancelSetup(made.ref, key('cancel-setup'))).status === 'cancelled', 'it is not cancelled');
    }),
    step('a disputed payment is listed, with what the bank took, and takes one answer', async () => {
      const made = await create('disputed', 1100);
      const paid = await confirm(made.ref, 'pm_card_createDispute', 'disputed');
      expectStatus(paid, 'succeeded');
      expect(paid.checks !== undefined, 'it does not say what the bank checked');
      const found = await disputeOf(gateway, made.ref, startedIso);
      expect(found.status === 'needs-answer' && found.dueAt !== undefined, `it is ${found.rawStatus}`);
      const takenMinor = found.movements.reduce((sum, { amountMinor }) => sum + amountMinor, 0);
      expect(takenMinor === -1100, `the bank took ${takenMinor}`);
      const evidence = { ...NO_EVIDENCE, customerName: 'Gateway check', statement: 'losing_evidence' };
      const answered = await gateway.submitEvidence(found.ref, evidence, key('answer'));
      expect(answered.submissions === 1 && answered.status !== 'needs-answer', 'the answer did not arrive');
    }),
    step('a payment that does not exist is not found', () =>
      expectError('not-found', () => gateway.readPayment('pi_1ContractNoSuchPayment')),
    ),
    step('movements of the balance and payouts can be read, and add up', async () => {
      const untilIso = new Date(Date.now() + 60_000).toISOString();
      for await (const one of gateway.listMovements(startedIso, untilIso)) {
        expect(one.grossMinor - one.feeMinor === one.netMinor, `${one.ref} does not add up`);
      }
      for await (const one of gateway.listPayouts(startedIso, untilIso)) {
        expect((await gateway.readPayout(one.ref)).ref === one.ref, `${one.ref} reads otherwise`);
      }
    }),
    step('the list has the payments, newest first', async () => {
      const wanted = [challengedRef, paymentRef];
      const seen: string[] = [];
      for await (const payment of gateway.listPayments(startedIso)) {
        if (wanted.includes(payment.ref)) seen.push(payment.ref);
        if (seen.length === wanted.length) break;
      }
      expect(seen.join() === wanted.join(), `it has ${seen.length} of ${wanted.length}, or in another order`);
    }),
  ];
}

const NO_EVIDENCE = {
  customerName: '',
  customerEmail: '',
  customerAddress: '',
  whatWasSold: '',
  serviceDate: '',
  activity: '',
  refundTerms: '',
  statement: '',
};

/** The dispute of a payment: its bank opens it a moment later. */
async function disputeOf(gateway: Gateway, paymentRef: string, sinceIso: string): Promise<GatewayDispute> {
  for (let waitedMs = 0; waitedMs < 30_000; waitedMs += 250) {
    for await (const dispute of gateway.listDisputes(sinceIso)) {
      if (dispute.paymentRef === paymentRef && dispute.movements.length > 0) return gateway.readDispute(dispute.ref);
    }
    await new Promise((resume) => setTimeout(resume, 250));
  }
  throw new Error('the payment was not disputed within half a minute');
}

function step(name: string, run: () => Promise<void>): ContractStep {
  return { name, run };
}

function expect(holds: boolean, otherwise: string): void {
  if (!holds) throw new Error(otherwise);
}

function expectStatus(payment: GatewayPayment, status: GatewayPayment['status']): void {
  expect(payment.status === status, `it is ${payment.status} where ${status} was expected`);
}

async function expectError(kind: GatewayErrorKind, deed: () => Promise<unknown>): Promise<void> {
  let done: unknown;
  try {
    done = await deed();
  } catch (error) {
    if (error instanceof GatewayError && error.kind === kind) return;
    throw error;
  }
  throw new Error(`it was done, where "${kind}" was expected: ${JSON.stringify((done as { status?: string }).status)}`);
}
