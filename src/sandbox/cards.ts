/**
 * Every card that the sandbox takes: Stripe's documented test cards (docs.stripe.com/testing).
 * Any other number is declined, so that no real card can be tried here. Any security code and any expiry date in
 * the future go with them.
 */
export interface TestCard {
  number: string;
  /** `pm_card_<alias>` stands for the card wherever a payment method is named, `tok_<alias>` for a token. */
  aliases: string[];
  does: string;
  /** Charging it is declined; saving it too, unless `savable`. */
  decline?: Decline;
  savable?: boolean;
  /** 3-D Secure: at every payment, at every one unless the card was set up for later, or only when asked for. */
  authentication?: 'always' | 'unless_set_up' | 'optional';
  cvcCheck?: 'fail';
  postalCheck?: 'fail';
  refund?: 'pending' | 'fails_later';
  /** Its bank disputes what it has paid, a moment later. */
  dispute?: { reason: string; inquiry: boolean };
  /** Its money is available at once. */
  skipsPending?: boolean;
  funding?: 'debit' | 'prepaid';
}

export interface Decline {
  code: 'card_declined' | 'expired_card' | 'incorrect_cvc' | 'processing_error';
  declineCode?: string;
  advice: 'try_again_later' | 'do_not_try_again' | 'confirm_card_data';
  networkCode?: string;
  /** Refused by the gateway itself, not by the bank. */
  blocked?: boolean;
}

const declined = (
  declineCode: string,
  advice: Decline['advice'] = 'try_again_later',
  networkCode = '05',
): { decline: Decline } => ({ decline: { code: 'card_declined', declineCode, advice, networkCode } });

// biome-ignore format: one card a line
export const TEST_CARDS: readonly TestCard[] = [
  // Accepted
  { number: '4242424242424242', aliases: ['visa', 'us'], does: 'succeeds' },
  { number: '4000056655665556', aliases: ['visa_debit'], does: 'succeeds', funding: 'debit' },
  { number: '5555555555554444', aliases: ['mastercard'], does: 'succeeds' },
  { number: '2223003122003222', aliases: ['mastercard_2series'], does: 'succeeds' },
  { number: '5200828282828210', aliases: ['mastercard_debit'], does: 'succeeds', funding: 'debit' },
  { number: '5105105105105100', aliases: ['mastercard_prepaid'], does: 'succeeds', funding: 'prepaid' },
  { number: '378282246310005', aliases: ['amex'], does: 'succeeds' },
  { number: '6011111111111117', aliases: ['discover'], does: 'succeeds' },
  { number: '3056930009020004', aliases: ['diners'], does: 'succeeds' },
  { number: '3566002020360505', aliases: ['jcb'], does: 'succeeds' },
  { number: '6200000000000005', aliases: ['unionpay'], does: 'succeeds' },
  { number: '4000000000000077', aliases: ['bypassPending'], does: 'money available at once', skipsPending: true },

  // Declined
  { number: '4000000000000002', aliases: ['chargeDeclined', 'visa_chargeDeclined'], does: 'declined', ...declined('generic_decline') },
  { number: '4000000000009995', aliases: ['chargeDeclinedInsufficientFunds', 'visa_chargeDeclinedInsufficientFunds'], does: 'declined', ...declined('insufficient_funds', 'try_again_later', '51') },
  { number: '4000000000009987', aliases: ['chargeDeclinedLostCard', 'visa_chargeDeclinedLostCard'], does: 'declined', ...declined('lost_card', 'do_not_try_again', '41') },
  { number: '4000000000009979', aliases: ['chargeDeclinedStolenCard', 'visa_chargeDeclinedStolenCard'], does: 'declined', ...declined('stolen_card', 'do_not_try_again', '43') },
  { number: '4000000000006975', aliases: ['chargeDeclinedVelocityLimitExceeded', 'visa_chargeDeclinedVelocityLimitExceeded'], does: 'declined', ...declined('card_velocity_exceeded', 'try_again_later', '61') },
  { number: '4000000000000069', aliases: ['chargeDeclinedExpiredCard'], does: 'declined', decline: { code: 'expired_card', advice: 'do_not_try_again', networkCode: '54' } },
  { number: '4000000000000127', aliases: ['chargeDeclinedIncorrectCvc'], does: 'declined', decline: { code: 'incorrect_cvc', advice: 'confirm_card_data', networkCode: 'N7' }, cvcCheck: 'fail' },
  { number: '4000000000000119', aliases: ['chargeDeclinedProcessingError'], does: 'declined', decline: { code: 'processing_error', advice: 'try_again_later', networkCode: '06' } },
  { number: '4100000000000019', aliases: ['chargeDeclinedFraudulent', 'radarBlock'], does: 'blocked as fraud', decline: { code: 'card_declined', declineCode: 'fraudulent', advice: 'do_not_try_again', blocked: true } },
  { number: '4000000000000341', aliases: ['chargeCustomerFail'], does: 'can be saved, every charge is declined', ...declined('generic_decline'), savable: true },

  // Checks that fail without a decline
  { number: '4000000000000101', aliases: ['cvcCheckFail'], does: 'succeeds, the security code is wrong', cvcCheck: 'fail' },
  { number: '4000000000000036', aliases: ['avsZipFail'], does: 'succeeds, the postal code is wrong', postalCheck: 'fail' },

  // 3-D Secure
  { number: '4000002760003184', aliases: ['authenticationRequired'], does: 'asks every time', authentication: 'always' },
  { number: '4000002500003155', aliases: ['authenticationRequiredOnSetup', 'authenticationRequiredSetupForOffSession'], does: 'asks unless set up', authentication: 'unless_set_up' },
  { number: '4000000000003220', aliases: ['threeDSecure2Required', 'threeDSecureRequired'], does: 'asks every time', authentication: 'always' },
  { number: '4000000000003055', aliases: ['threeDSecureOptional'], does: 'succeeds without asking', authentication: 'optional' },
  { number: '4000008400001629', aliases: ['threeDSecureRequiredChargeDeclined'], does: 'asks, then declined', authentication: 'always', ...declined('generic_decline'), savable: true },
  { number: '4000008260003178', aliases: ['authenticationRequiredChargeDeclinedInsufficientFunds'], does: 'asks unless set up, then declined', authentication: 'unless_set_up', ...declined('insufficient_funds', 'try_again_later', '51'), savable: true },

  // Refunds and disputes
  { number: '4000000000007726', aliases: ['pendingRefund'], does: 'a refund is pending first', refund: 'pending' },
  { number: '4000000000005126', aliases: ['refundFail'], does: 'a refund fails later', refund: 'fails_later' },
  { number: '4000000000000259', aliases: ['createDispute'], does: 'succeeds, then disputed as fraud', dispute: { reason: 'fraudulent', inquiry: false } },
  { number: '4000000000002685', aliases: ['createDisputeProductNotReceived'], does: 'succeeds, then disputed: not received', dispute: { reason: 'product_not_received', inquiry: false } },
  { number: '4000000000001976', aliases: ['createDisputeInquiry'], does: 'succeeds, then the bank asks', dispute: { reason: 'fraudulent', inquiry: true } },
  { number: '4000000000005423', aliases: ['createIssuerFraudRecord'], does: 'succeeds (warnings are not played yet)' },
];

/** A well-formed number that is no test card. Declined like a live card in Stripe's test mode. */
const FOREIGN: TestCard = {
  number: '',
  aliases: [],
  does: 'declined',
  ...declined('test_mode_live_card', 'do_not_try_again'),
};

const BY_NUMBER = new Map(TEST_CARDS.map((card) => [card.number, card]));
const BY_ALIAS = new Map(TEST_CARDS.flatMap((card) => card.aliases.map((alias) => [alias, card] as const)));

/** The card with this number; one that is not in the table declines. */
export function cardByNumber(number: string): TestCard {
  return BY_NUMBER.get(number) ?? FOREIGN;
}

/** The card that `pm_card_visa` or `tok_visa` stands for. */
export function cardByAlias(name: string): TestCard | undefined {
  return BY_ALIAS.get(name.replace(/^(pm_card|tok)_/, ''));
}
