import type { SavedCard } from '../cards/saved-card.ts';
import { expiryState, showExpiry } from '../gateway/card-expiry.ts';
import { showMoney } from '../money/show-money.ts';
import { paths } from '../paths.ts';
import { MINUTE_MS } from '../platform/clock.ts';
import { dayInZone, showDate, showDateTime } from '../platform/show-time.ts';
import { receiptNumber } from '../receipts/receipt.ts';
import { receiptToken } from '../receipts/receipt-url.ts';
import type { LinkTokens } from '../tokens/link-token.ts';
import { cardText } from '../words/card-brand.ts';
import { CODE_LIVES_MS } from './access-code.ts';
import type { Setting } from './checkout.pages.ts';
import type { OwnReceipt } from './own-cards.store.ts';

/** Where the code is typed. It says the same whoever asked, and whether or not a letter went out. */
export function accessCodePage({ token, words }: Setting, errors: { code?: string } = {}) {
  return {
    view: 'checkout/access-code',
    layout: 'pay' as const,
    title: words.card.codeTitle,
    words: words.card,
    sent: words.card.codeSent(CODE_LIVES_MS / MINUTE_MS),
    action: paths.payProof(token),
    again: paths.payAccessCode(token),
    back: paths.pay(token),
    typed: {},
    errors,
  };
}

/** What a payer who has proved to be the customer may see and do. */
export function ownCardsPage(
  setting: Setting,
  own: {
    cards: SavedCard[];
    receipts: OwnReceipt[];
    until: string;
    /** The card that was just removed. */
    removed: SavedCard | undefined;
    linkTokens: LinkTokens;
  },
) {
  const { token, company, language, words } = setting;
  const { timeZone } = company;
  return {
    view: 'checkout/own-cards',
    layout: 'pay' as const,
    title: words.card.cardsTitle,
    words: words.card,
    back: paths.pay(token),
    ends: words.card.proofEnds(showDateTime(own.until, timeZone, language)),
    removed: own.removed && words.card.removed(cardText(own.removed.brand, own.removed.last4)),
    cards: own.cards.map((card) => ownCardShown(setting, card)),
    receipts: own.receipts.map((receipt) => ({
      name: words.card.receipt(receiptNumber(receipt.number)),
      href: paths.customerReceipt(receiptToken(own, receipt)),
      on: showDate(receipt.issuedAt, timeZone, language),
      amount: showMoney(receipt, language),
    })),
  };
}

function ownCardShown({ token, found, company, words, now }: Setting, card: SavedCard) {
  const name = cardText(card.brand, card.last4);
  const expired = expiryState(card, dayInZone(now.toISOString(), company.timeZone)) === 'expired';
  return {
    id: card.id,
    name,
    expiry: (expired ? words.card.expired : words.card.expires)(showExpiry(card)),
    isDefault: card.isDefault,
    /** Why it cannot pay what this link is for. */
    unfit: card.accountId !== found.link.accountId ? words.card.elsewhere : expired ? words.card.overdue : undefined,
    remove: {
      action: paths.payRemoveCard(token, card.id),
      label: words.card.remove(name),
      ask: words.card.removeAsk(name, company.tradingName),
    },
  };
}
