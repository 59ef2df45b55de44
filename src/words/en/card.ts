import type { DeclineWords } from '../decline-words.ts';

/** What stands on the pages where a card is saved without a payment, and where customers see their saved cards. */
export const cardWords = {
  title: 'Save a card',
  asks: (company: string, customer: string) =>
    `${company} asks ${customer} to save a card for later payments. Nothing is charged now.`,
  agree: 'By pressing “Save card” you agree to this:',
  save: 'Save card',
  formLabel: 'Card to save',
  saving: 'Saving… please keep this page open.',
  challenge: 'Your bank wants you to confirm that the card is yours.',
  connectionLost: 'The connection was lost. We are asking whether the card was saved…',
  unclear: 'We could not find out whether the card was saved. Please reload this page in a minute.',
  abandoned: 'This try did not reach the payment service, and no card was saved. Please press the button again.',
  declined: {
    'card-declined': 'The bank declined the card, so it was not saved. Please try another card or ask the bank.',
    'insufficient-funds': 'The bank declined the card, so it was not saved. Please try another card.',
    'expired-card': 'This card has expired, so it was not saved. Please try another card.',
    'incorrect-details':
      'The card details are not right, so the card was not saved. Please check the number, date and security code.',
    'authentication-failed':
      'The bank could not confirm that the card is yours, so it was not saved. Please try again or use another card.',
    'authentication-required':
      'The bank wants the card’s owner to confirm, so the card was not saved. Please try again and follow the steps of the bank.',
    'processing-error': 'The payment service had a problem and the card was not saved. Please try again in a minute.',
    'not-supported': 'This card cannot be saved here. Please try another card.',
  } satisfies DeclineWords,

  waitingTitle: 'Saving your card',
  waiting: 'The payment service is confirming your card. This page says by itself what came of it.',
  waitingForBank: 'Your bank wants you to confirm that the card is yours, perhaps in another window.',
  startAgainHint: 'If that window is closed or lost, you can give that try up and begin anew.',

  savedTitle: 'Your card is saved',
  saved: (company: string) =>
    `${company} can charge it for what you agree to later. You can withdraw this at any time by writing to ${company}.`,
  closedTitle: 'Not needed any more',
  closed: (company: string) => `${company} does not need a card from you through this link any more.`,

  ownTitle: 'Use a saved card or see past receipts',
  ownHint: 'To show them we need to know that it is you: we mail a code to the e-mail address that we have on file.',
  sendCode: 'Mail me a code',
  codeTitle: 'Enter the code from our e-mail',
  codeSent: (minutes: number) =>
    `If we have an e-mail address on file for this customer, a code of six digits is on its way to it. It can be used for ${minutes} minutes. We mail at most three codes an hour.`,
  code: 'Code',
  codeCheck: 'Show my cards and receipts',
  codeWrong: 'This code is not right, or it can no longer be used. Check the newest e-mail, or ask for a new code.',
  newCode: 'Mail me a new code',
  back: 'Back to the payment',

  cardsTitle: 'Saved cards',
  noCards: 'No card is saved.',
  expires: (date: string) => `Expires ${date}`,
  expired: (date: string) => `Expired ${date}`,
  elsewhere: 'Saved with another payment service of ours, so it cannot pay here.',
  overdue: 'It has expired, so it cannot pay here.',
  isDefault: 'Usual card',
  payWith: (amount: string, card: string) => `Pay ${amount} with ${card}`,
  payTyped: (card: string) => `Pay this sum with ${card}`,
  payNote:
    'The card is charged when you press the button, and your receipt is mailed to you. Your bank may ask you to confirm.',
  remove: (card: string) => `Remove ${card}…`,
  removeAsk: (card: string, company: string) =>
    `Remove ${card}? You withdraw your consent, and ${company} can never charge this card again unless you save it anew.`,
  removeYes: 'Yes, remove it',
  removed: (card: string) => `${card} was removed. It will not be charged any more.`,
  receiptsTitle: 'Past receipts',
  noReceipts: 'No receipts yet.',
  receipt: (number: string) => `Receipt ${number}`,
  proofEnds: (time: string) => `For your safety this page closes at ${time}.`,

  /** The letter with the code. */
  codeSubject: (company: string) => `${company}: your code`,
  codeHeading: 'Your code',
  codeAsked: (company: string) =>
    `Somebody, most likely you, wants to see the saved cards and receipts at ${company} and asked for this code.`,
  codeLabel: 'Code',
  codeEnds: (time: string) => `It can be used until ${time}, on the page where it was asked for.`,
  codeUnexpected:
    'If it was not you, do nothing: without the code nobody sees anything. Never tell this code to anybody, by phone either.',
};
