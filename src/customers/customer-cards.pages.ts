import { EXPIRY_WORDS, expiryState, showExpiry } from '../gateway/card-expiry.ts';
import { paths } from '../paths.ts';
import { cardText } from '../words/card-brand.ts';
import type { CardShown, ConsentShown } from './customer-cards.store.ts';

const HOW: Record<ConsentShown['how'], string> = {
  payment: 'by the customer, while paying through a payment link',
  link: 'by the customer, through a link to save a card',
  phone: 'by phone',
};

/** A saved card as one line: what it is, where it is kept, and what may be done. `today` is yyyy-mm-dd where we are. */
export function cardShown(card: CardShown, customerId: string, today: string) {
  return {
    id: card.id,
    name: cardText(card.brand, card.last4),
    expires: showExpiry(card),
    badges: [
      ...(card.isDefault ? [{ text: 'Default', tone: 'info' }] : []),
      ...[EXPIRY_WORDS[expiryState(card, today)] ?? []].flat(),
    ],
    isDefault: card.isDefault,
    account: { href: paths.account(card.account.id), name: card.account.name, test: !card.account.livemode },
    consents: card.consents.map(({ how, recordedBy, ...consent }) => ({
      ...consent,
      how: recordedBy ? `${HOW[how]}, recorded by ${recordedBy}` : HOW[how],
    })),
    makeDefault: paths.defaultCard(customerId, card.id),
    remove: paths.removeCard(customerId, card.id),
  };
}
