import { randomUUID } from 'node:crypto';
import type { SavedCard } from '../cards/saved-card.ts';
import { expiryState, showExpiry } from '../gateway/card-expiry.ts';
import type { HostedFields } from '../gateway/gateway.ts';
import { askedFor } from '../links/link-terms.ts';
import { plainAmount, showMoney } from '../money/show-money.ts';
import { paths } from '../paths.ts';
import { agreedTerms } from '../payments/agreed-terms.ts';
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
    fields: HostedFields;
    /** A press that came to nothing: with which card, what is to be said, and the sum that was typed. */
    after: { cardId?: string; message?: string; typed?: string };
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
    cards: own.cards.map((card) => ownCardShown(setting, card, own)),
    payNote: words.card.payNote,
    sumField: words.pay.sumField,
    receipts: own.receipts.map((receipt) => ({
      name: words.card.receipt(receiptNumber(receipt.number)),
      href: paths.customerReceipt(receiptToken(own, receipt)),
      on: showDate(receipt.issuedAt, timeZone, language),
      amount: showMoney(receipt, language),
    })),
  };
}

type Own = Parameters<typeof ownCardsPage>[1];

function ownCardShown(setting: Setting, card: SavedCard, own: Own) {
  const { token, found, company, words, now } = setting;
  const name = cardText(card.brand, card.last4);
  const expired = expiryState(card, dayInZone(now.toISOString(), company.timeZone)) === 'expired';
  const unfit =
    card.accountId !== found.link.accountId ? words.card.elsewhere : expired ? words.card.overdue : undefined;
  return {
    id: card.id,
    name,
    expiry: (expired ? words.card.expired : words.card.expires)(showExpiry(card)),
    isDefault: card.isDefault,
    /** Why it cannot pay what this link is for. */
    unfit,
    fault: own.after.cardId === card.id ? own.after.message : undefined,
    pay: unfit === undefined ? paymentShown(setting, card, own) : undefined,
    remove: {
      action: paths.payRemoveCard(token, card.id),
      label: words.card.remove(name),
      ask: words.card.removeAsk(name, company.tradingName),
    },
  };
}

/** Each sum that can be paid has a button; where any sum is welcome there is a field for it. */
function paymentShown({ token, found, words, language }: Setting, card: SavedCard, { fields, after }: Own) {
  const { link, payables } = found;
  const { currency } = link;
  const show = (amountMinor: number) => showMoney({ amountMinor, currency }, language);
  const { offeredMinor, range } = askedFor(link, payables, (amountMinor) =>
    fields.checkAmount({ amountMinor, currency }),
  );
  const name = cardText(card.brand, card.last4);
  const [usualMinor = 0] = offeredMinor;
  return {
    action: paths.payWithCard(token, card.id),
    submissionId: randomUUID(),
    agreed: agreedTerms(payables),
    sums: range
      ? []
      : offeredMinor.map((amountMinor) => ({
          amountMinor: offeredMinor.length > 1 ? amountMinor : undefined,
          label: words.card.payWith(show(amountMinor), name),
        })),
    typed: range && {
      bounds: words.pay.sumBounds(show(range.leastMinor), show(range.mostMinor)),
      value: (after.cardId === card.id && after.typed) || plainAmount({ amountMinor: usualMinor, currency }),
      label: words.card.payTyped(name),
    },
  };
}
