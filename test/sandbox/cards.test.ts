import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { TEST_CARDS } from '../../src/sandbox/cards.ts';
import { type Play, playSandbox, refusal } from './play-sandbox.ts';

let play: Play;
beforeAll(async () => {
  play = await playSandbox();
});
afterAll(() => play.close());

async function pay(number: string) {
  const intent = await play.newIntent();
  return play.stripe.paymentIntents.confirm(intent.id, {
    confirmation_token: await play.tokenFor(number),
    use_stripe_sdk: true,
    return_url: 'http://portal.test/',
  });
}

const pays = TEST_CARDS.filter(
  ({ decline, authentication }) => !decline && (!authentication || authentication === 'optional'),
);
const declines = TEST_CARDS.filter(({ decline, authentication }) => decline && !authentication);
const asks = TEST_CARDS.filter(({ authentication }) => authentication && authentication !== 'optional');

test.each(pays.map(({ number, does }) => [number, does]))('card %s pays (%s)', async (number) => {
  expect((await pay(number)).status).toBe('succeeded');
});

test.each(declines.map(({ number, decline }) => [number, decline!.declineCode ?? decline!.code]))(
  'card %s is declined: %s',
  async (number, reason) => {
    const error = await refusal(pay(number));
    expect(error).toMatchObject({ statusCode: 402, type: 'StripeCardError', rawType: 'card_error' });
    expect(error.decline_code || error.code).toBe(reason);
    const intent = error.payment_intent!;
    expect(intent).toMatchObject({ status: 'requires_payment_method', payment_method: null, amount_received: 0 });
    expect(intent.last_payment_error).toMatchObject({ code: error.code, advice_code: error.advice_code });
    expect(intent.latest_charge).toBe(error.charge);
    expect(error.payment_method?.card?.last4).toBe(number.slice(-4));
    const charge = await play.stripe.charges.retrieve(error.charge!);
    expect(charge).toMatchObject({
      status: 'failed',
      paid: false,
      failure_code: error.code,
      balance_transaction: null,
    });
  },
);

test.each(asks.map(({ number }) => [number]))('card %s asks for authentication', async (number) => {
  const intent = await pay(number);
  expect(intent.status).toBe('requires_action');
  expect(intent.next_action).toMatchObject({
    type: 'use_stripe_sdk',
    use_stripe_sdk: { type: 'three_d_secure_redirect' },
  });
});

test('the declined intent is confirmed again with another card, and one success remains', async () => {
  const { id } = await play.newIntent();
  const confirm = async (number: string) =>
    play.stripe.paymentIntents.confirm(id, {
      confirmation_token: await play.tokenFor(number),
      return_url: 'http://x.test/',
    });
  await refusal(confirm('4000000000009995'));
  const paid = await confirm('4242424242424242');
  expect(paid).toMatchObject({ status: 'succeeded', last_payment_error: null });
  const charges = await play.stripe.charges.list({ payment_intent: id });
  expect(charges.data.map(({ status }) => status)).toEqual(['succeeded', 'failed']);
});

test('a number that is no test card is declined, so that no real card is ever taken', async () => {
  const error = await refusal(pay('4532015112830366'));
  expect(error).toMatchObject({ code: 'card_declined', decline_code: 'test_mode_live_card' });
});

test('a wrong security code is told by the charge even when the payment succeeds', async () => {
  const paid = await pay('4000000000000101');
  const charge = await play.stripe.charges.retrieve(String(paid.latest_charge));
  expect(charge.payment_method_details?.card?.checks?.cvc_check).toBe('fail');
});

describe('what cannot be a card is refused when the token is made', () => {
  const nextYear = new Date().getFullYear() + 1;
  test.each([
    [{ number: '4242424242424241' }, 'incorrect_number'],
    [{ number: '4242' }, 'invalid_number'],
    [{ number: '4242424242424242', exp_month: 13 }, 'invalid_expiry_month'],
    [{ number: '4242424242424242', exp_year: 2020 }, 'invalid_expiry_year'],
    [{ number: '4242424242424242', exp_year: nextYear + 60 }, 'invalid_expiry_year'],
    [{ number: '4242424242424242', cvc: '12' }, 'invalid_cvc'],
    [{ number: '378282246310005', cvc: '123' }, 'invalid_cvc'],
  ])('%j: %s', async (card, code) => {
    const all = { exp_month: 12, exp_year: nextYear, cvc: '123', ...card };
    const fields = Object.entries(all).map(([name, value]) => [`payment_method_data[card][${name}]`, String(value)]);
    const params = { 'payment_method_data[type]': 'card', ...Object.fromEntries(fields) };
    const answer = await play.asBrowser('POST', '/v1/confirmation_tokens', params);
    expect(answer).toMatchObject({ status: 402, body: { error: { type: 'card_error', code } } });
  });
});

test('a server may not send a card number', async () => {
  const card = { number: '4242424242424242', exp_month: 12, exp_year: 2040, cvc: '123' };
  const error = await refusal(play.stripe.paymentMethods.create({ type: 'card', card }));
  expect(error.statusCode).toBe(402);
  expect(error.message).toContain('generally unsafe');
  const inside = { payment_method_data: { type: 'card', card } } as object;
  expect((await refusal(play.newIntent({ confirm: true, ...inside }))).message).toContain('generally unsafe');
});

test('aliases stand for cards on both sides', async () => {
  const made = await play.stripe.paymentMethods.create({ type: 'card', card: { token: 'tok_mastercard' } });
  expect(made.card).toMatchObject({ brand: 'mastercard', last4: '4444' });
  const error = await refusal(
    play.newIntent({ confirm: true, payment_method: 'pm_card_chargeDeclinedInsufficientFunds' }),
  );
  expect(error.decline_code).toBe('insufficient_funds');
  const token = await play.stripe.testHelpers.confirmationTokens.create({ payment_method: 'pm_card_amex' });
  expect(token.payment_method_preview?.card?.last4).toBe('0005');
  expect((await refusal(play.newIntent({ confirm: true, payment_method: 'pm_card_moon' }))).code).toBe(
    'resource_missing',
  );
});

test('a confirmation token is used once, and not after it has expired', async () => {
  const token = await play.tokenFor('4242424242424242');
  const confirm = async () =>
    play.stripe.paymentIntents.confirm((await play.newIntent()).id, {
      confirmation_token: token,
      return_url: 'http://x.test/',
    });
  const paid = await confirm();
  expect(await play.stripe.confirmationTokens.retrieve(token)).toMatchObject({ payment_intent: paid.id });
  expect(await refusal(confirm())).toMatchObject({ statusCode: 400, param: 'confirmation_token' });

  const late = await play.tokenFor('4242424242424242');
  await play.control('POST', '/clock', { advanceMs: 13 * 3_600_000 });
  const { id } = await play.newIntent();
  const error = await refusal(
    play.stripe.paymentIntents.confirm(id, { confirmation_token: late, return_url: 'http://x.test/' }),
  );
  expect(error.message).toContain('expired');
  expect(await refusal(play.stripe.confirmationTokens.retrieve('ctoken_none'))).toMatchObject({ statusCode: 404 });
});
