/** What a reason means and what to do, in plain words for staff (docs.stripe.com/disputes/categories). */
export interface ReasonAdvice {
  label: string;
  /** What the cardholder says. */
  meaning: string;
  /** What an answer should show, and when not to fight. */
  advice: string;
}

const REASONS: Record<string, ReasonAdvice> = {
  fraudulent: {
    label: 'Fraud',
    meaning: 'The cardholder says that they did not make this payment.',
    advice:
      'Show that it was them: 3-D Secure, letters that reached them, a page opened by a person, earlier payments with the same card that nobody disputed. If the card was stolen, do not fight it.',
  },
  product_not_received: {
    label: 'Not received',
    meaning: 'The cardholder says that they did not get what they paid for.',
    advice:
      'Send proof of delivery: signed delivery note, tracking, or the day on which the service was done. If it was not delivered, do not fight it.',
  },
  product_unacceptable: {
    label: 'Not as described',
    meaning: 'The cardholder says that it was defective or not what was agreed.',
    advice: 'Send the order or offer that they agreed to, and what was said when they complained.',
  },
  duplicate: {
    label: 'Charged twice',
    meaning: 'The cardholder says that they paid the same thing twice.',
    advice: 'Show both documents and that each was for something of its own. If it was paid twice, do not fight it.',
  },
  subscription_canceled: {
    label: 'Cancelled before',
    meaning: 'The cardholder says that they had cancelled and were charged all the same.',
    advice: 'Show the consent that was given for later charges, and that no cancellation came before the charge.',
  },
  credit_not_processed: {
    label: 'Refund not received',
    meaning: 'The cardholder says that a refund was promised and did not come.',
    advice:
      'Show the refund with its reference if it was made; else show your refund terms and that they were agreed to.',
  },
  unrecognized: {
    label: 'Not recognised',
    meaning: 'The cardholder does not recognise the payment on their statement.',
    advice: 'Ask the customer first: many take it back once they know whose it is. Then send invoice and receipt.',
  },
  noncompliant: {
    label: 'Against the rules',
    meaning: 'The bank says that the payment broke a rule of the card scheme.',
    advice: 'Ask the support of the payment service which rule is meant before anything is sent.',
  },
  incorrect_account_details: {
    label: 'Wrong account',
    meaning: 'The bank says that the account was not the customer’s.',
    advice: 'Ask the customer; send the document and what they agreed to.',
  },
  insufficient_funds: {
    label: 'Not enough money',
    meaning: 'The bank says that the account did not cover the payment.',
    advice: 'There is nothing to fight about: agree with the customer how it is paid instead.',
  },
  general: {
    label: 'General',
    meaning: 'The bank gives no closer reason.',
    advice: 'Ask the customer what is wrong, and send document, receipt and letters.',
  },
};

export function reasonAdvice(reason: string): ReasonAdvice {
  const known = Object.hasOwn(REASONS, reason) ? REASONS[reason] : undefined;
  return known ?? { ...(REASONS.general as ReasonAdvice), label: readable(reason) };
}

function readable(reason: string): string {
  const words = reason.replaceAll('_', ' ').trim();
  return words ? words.charAt(0).toUpperCase() + words.slice(1) : 'General';
}
