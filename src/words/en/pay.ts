import type { DeclineWords } from '../decline-words.ts';

/** What stands on the customer's page. */
export const payWords = {
  invoice: (number: string) => `Invoice ${number}`,
  deposit: (number: string) => `Deposit ${number}`,
  documents: (count: number) => `${count} documents`,
  due: (date: string) => `due ${date}`,
  payTo: (company: string, customer: string) => `to ${company} for ${customer}`,
  total: 'Total',
  paidBefore: 'Already paid',
  credited: 'Credited',
  stillDue: 'Due now',
  download: 'Download as PDF',
  summaryHeading: 'Summary',
  customerNumber: 'Customer number',
  issuedOn: 'Issued on',
  dueOn: 'Due on',
  orderReference: 'Order reference',
  description: 'Description',
  quantity: 'Quantity',
  amount: 'Amount',
  pageOf: (page: number, pages: number) => `Page ${page} of ${pages}`,
  payHeading: 'Pay by card',
  email: 'Email for the receipt',
  emailFault: 'Please enter one e-mail address, such as name@example.com.',
  cardFields: 'Card details',
  cardLoading: 'The card fields are loading…',
  cardUnreachable: 'The card fields could not be loaded. Please check your connection and reload this page.',
  saveCard: 'Save this card for later payments',
  consent: (company: string) =>
    `I allow ${company} to keep this card with its payment service and to charge it for later invoices and deposits that I owe, in the amounts agreed then. I can withdraw this at any time by writing to ${company}.`,
  howMuch: 'How much would you like to pay?',
  payDeposit: (amount: string) => `A deposit of ${amount}`,
  payAll: (amount: string) => `All (${amount})`,
  anotherSum: 'Another sum',
  sumField: 'Sum to pay',
  sumBounds: (least: string, most: string) => `Between ${least} and ${most}.`,
  staysDue: (amount: string) => `${amount} stays due after this payment.`,
  nothingStaysDue: 'Nothing stays due after this payment.',
  sumUnreadable: (example: string) => `Please enter a sum such as ${example}.`,
  sumBelow: (least: string) => `The least that you can pay here is ${least}.`,
  sumAbove: (due: string) => `That is more than what is due. Please enter at most ${due}.`,
  sumRest: (rest: string) =>
    `That would leave ${rest}, too little to be paid by card later. Please choose another sum.`,
  sumUntakeable: 'A card cannot be charged exactly this sum. Please choose another one.',
  sumUnreachable: 'We could not be reached to check this sum. Please check your connection and try again.',
  paidOfThese: (amount: string) => `${amount} of this has been paid already and is not asked for again.`,
  payNow: (amount: string) => `Pay ${amount}`,
  handedOff: (company: string) =>
    `${company} started this payment with the card that you let them keep, and your bank wants you to confirm it yourself.`,
  confirmOnFile: 'Confirm with your bank',
  anotherCard: 'Or pay with another card',
  overTitle: 'This request is over',
  over: 'It can no longer be confirmed. Nothing was charged.',
  paying: 'Paying… please keep this page open.',
  challenge: 'Your bank wants you to confirm this payment.',
  refunds: (terms: string) => `Refunds: ${terms}`,
  secured: 'The card fields belong to our payment service. We never see your card number.',
  needsScript: 'To type a card number, your browser must allow JavaScript for this page.',
  changed: (amount: string) =>
    `The amount due has changed to ${amount}. You were not charged. Please check it and press the button again.`,
  connectionLost: 'The connection was lost. We are asking whether your payment went through…',
  unclear:
    'We could not find out whether your payment went through. Please reload this page in a minute; you will not be charged twice.',
  abandoned: 'This try did not reach the payment service, and you were not charged. Please press the button again.',

  declined: {
    'card-declined': 'Your bank declined the card. You were not charged. Please try another card or ask your bank.',
    'insufficient-funds':
      'The card has not enough money for this payment, or its limit is reached. You were not charged. Please try another card.',
    'expired-card': 'This card has expired. You were not charged. Please try another card.',
    'incorrect-details':
      'The card details are not right. You were not charged. Please check the number, date and security code.',
    'authentication-failed':
      'Your bank could not confirm that it is you. You were not charged. Please try again or use another card.',
    'authentication-required':
      'Your bank wants you to confirm this payment. You were not charged. Please try again and follow the steps of your bank.',
    'processing-error': 'The payment service had a problem. You were not charged. Please try again in a minute.',
    'not-supported': 'This card cannot be used for this payment. You were not charged. Please try another card.',
  } satisfies DeclineWords,

  waitingTitle: 'Payment under way',
  waiting: 'Your payment is being confirmed. This page turns into the receipt by itself.',
  waitingForBank: 'Your bank wants you to confirm this payment, perhaps in another window.',
  waitingSince: (time: string) => `Started ${time}.`,
  continueAtBank: 'Continue with your bank',
  startAgain: 'Start again here',
  startAgainHint:
    'If that window is closed or lost, you can give that try up and begin anew. You are not charged twice.',
  reload: 'Look again',

  paidTitle: 'Payment received',
  settledTitle: 'Nothing to pay',
  settled: 'Nothing is due any more: this has been settled already.',
  settledOn: (date: string) => `It was settled on ${date}.`,

  expiredTitle: 'This link has expired',
  expired: (date: string) => `It could be used until ${date}. Nothing was charged.`,
  revokedTitle: 'This link was withdrawn',
  revoked: (company: string) => `${company} has withdrawn it. Nothing was charged.`,
  replacedTitle: 'There is a newer link',
  replaced: (company: string) =>
    `${company} has made a newer link in place of this one. We can mail it to the e-mail address on file.`,
  mailNewer: 'Mail me the newer link',
  newerMailed: 'If the newer link is still open, it is on its way to the e-mail address on file.',
  askTitle: 'Ask for a new link',
  askMessage: 'Message (optional)',
  askSend: 'Ask for a new link',
  asked: (company: string) => `${company} has been told that you would like a new link.`,

  offTitle: 'Card payments are paused',
  off: (company: string) =>
    `${company} cannot take card payments through this link just now. Nothing was charged. Please try later or ask them.`,
};
