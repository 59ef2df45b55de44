import type { Decline, DeclineCategory } from '../gateway/gateway.ts';

/** What each kind of decline means for staff, who may call the customer about it. */
export const DECLINE_LABELS: Record<DeclineCategory, { label: string; meaning: string }> = {
  'card-declined': { label: 'Card declined', meaning: 'The bank refused without a reason. Another card may work.' },
  'insufficient-funds': {
    label: 'Not enough money',
    meaning: 'The card has not enough money, or its limit is reached.',
  },
  'expired-card': { label: 'Card expired', meaning: 'Another card is needed.' },
  'incorrect-details': { label: 'Wrong card details', meaning: 'Number, date or security code were not right.' },
  'authentication-failed': {
    label: 'Bank confirmation failed',
    meaning: 'The payer did not, or could not, confirm the payment with the bank.',
  },
  'authentication-required': {
    label: 'Bank confirmation needed',
    meaning: 'The bank wants the payer to confirm. Send a payment link, where that is possible.',
  },
  'processing-error': {
    label: 'Processing problem',
    meaning: 'The gateway or the bank had a problem. Try again later.',
  },
  'not-supported': {
    label: 'Card not supported',
    meaning: 'This card cannot pay this sum here. Another card is needed.',
  },
};

/** What the bank advises, in words. */
export const ADVICE_LABELS: Record<NonNullable<Decline['advice']>, string> = {
  'try-again-later': 'The bank advises to try again later.',
  'do-not-try-again': 'The bank advises not to try this card again.',
  'confirm-card-data': 'The bank advises to check the card details.',
};
