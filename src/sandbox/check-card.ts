import { cvcDigits, isWholeNumber, passesLuhn } from './card-number.ts';
import { StripeError } from './stripe-error.ts';

export interface CardDetails {
  number: string;
  expMonth: number;
  expYear: number;
  cvc?: string | undefined;
}

/** Throws Stripe's 402 for details that cannot be a card's. */
export function checkCard(card: CardDetails, nowSeconds: number): void {
  const { number, expMonth, expYear, cvc } = card;
  if (!/^\d*$/.test(number) || !passesLuhn(number) || !isWholeNumber(number)) {
    const whole = /^\d{12,19}$/.test(number);
    if (whole) throw wrong('incorrect_number', 'number', 'Your card number is incorrect.');
    throw wrong('invalid_number', 'number', 'The card number is not a valid credit card number.');
  }
  if (!(expMonth >= 1 && expMonth <= 12)) {
    throw wrong('invalid_expiry_month', 'exp_month', 'Your card’s expiration month is invalid.');
  }
  const year = expYear < 100 ? expYear + 2000 : expYear;
  const now = new Date(nowSeconds * 1000);
  const thisYear = now.getUTCFullYear();
  if (!Number.isInteger(year) || year < thisYear || year > thisYear + 50) {
    throw wrong('invalid_expiry_year', 'exp_year', 'Your card’s expiration year is invalid.');
  }
  if (year === thisYear && expMonth < now.getUTCMonth() + 1) {
    throw wrong('invalid_expiry_month', 'exp_month', 'Your card’s expiration month is invalid.');
  }
  if (cvc !== undefined && !new RegExp(`^\\d{${cvcDigits(number)}}$`).test(cvc)) {
    throw wrong('invalid_cvc', 'cvc', 'Your card’s security code is invalid.');
  }
}

function wrong(code: string, param: string, message: string): StripeError {
  return new StripeError(402, { type: 'card_error', code, param, message: message.replaceAll('’', "'") });
}
