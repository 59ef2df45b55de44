/** The letters about payment links. */
export const linkWords = {
  subject: (tradingName: string, numbers: string) => `${tradingName}: payment of ${numbers}`,
  heading: (numbers: string) => `Payment of ${numbers}`,
  greeting: (name: string) => `Dear ${name},`,
  askInvoice: (tradingName: string) =>
    `${tradingName} asks you to pay the invoice below. You can pay it by card online.`,
  askDeposit: (tradingName: string) => `${tradingName} asks you for the deposit below. You can pay it by card online.`,
  askSeveral: (tradingName: string) =>
    `${tradingName} asks you to pay what is listed below. You can pay it by card online.`,
  askHandOff: (tradingName: string) =>
    `${tradingName} has started a payment with the card that you let them keep. Your bank wants you to confirm it yourself: please do so with the button below. Nothing has been charged yet.`,
  handOffSubject: (tradingName: string, numbers: string) => `${tradingName}: please confirm your payment of ${numbers}`,
  handOffAction: (amount: string) => `Confirm ${amount}`,
  amountDue: 'Amount due',
  amountAsked: 'Amount asked for',
  inAll: 'Due in all',
  orDeposit: 'Or a deposit of',
  orFrom: 'Or any sum from',
  documents: (kind: 'invoice' | 'deposit' | 'several') =>
    ({ invoice: 'Invoice', deposit: 'Deposit', several: 'Documents' })[kind],
  dueOn: 'Due on',
  payee: 'Paid to',
  validUntil: 'The link can be used until',
  noteLabel: (tradingName: string) => `A note from ${tradingName}`,
  action: (amount: string) => `Pay ${amount}`,
  actionChoose: 'Choose what to pay',
  howToCheck: (tradingName: string, host: string) =>
    `To check that this is real: the page opens on ${host}, names ${tradingName} and shows the same document number and amount as this letter. We never ask for card details by e-mail.`,
  sharing:
    'Anybody who has this link can see the amount and pay it, so pass it on only to the person who pays for you.',

  saveCardSubject: (tradingName: string) => `${tradingName} asks you to save a card`,
  saveCardHeading: 'Save a card for later payments',
  askSaveCard: (tradingName: string) =>
    `${tradingName} asks you to save a card for what you buy later. Nothing is charged now. You can read what you agree to before you save it, and you can withdraw it at any time.`,
  cardKeptFor: 'Saved for',
  saveCardAction: 'Save a card',
  saveCardHowToCheck: (tradingName: string, host: string) =>
    `To check that this is real: the page opens on ${host} and names ${tradingName}. We never ask for card details by e-mail.`,
  saveCardSharing: 'This link is for you only: whoever has it can save a card in your name.',

  replacedSubject: (tradingName: string, numbers: string) => `${tradingName}: your new payment link for ${numbers}`,
  replacedIntro: 'Somebody opened an older payment link of yours and asked for the newer one. Here it is.',

  /** To the company itself, when a customer asks for a new link. */
  wantedSubject: (customer: string, numbers: string) => `${customer} asks for a new payment link for ${numbers}`,
  wantedHeading: 'A customer asks for a new payment link',
  wantedIntro: (customer: string, numbers: string, state: string) =>
    `${customer} opened a payment link for ${numbers} that is ${state}, and asks for a new one. Make and send a new link if it should be paid.`,
  wantedForCard: 'saving a card',
  wantedMessage: 'What they wrote (it may not come from your customer: anybody with the old link can write here)',
  wantedAction: 'Open the old link in the portal',
  wantedClosing: 'There is a case for this in the portal too, until somebody closes it.',
};
