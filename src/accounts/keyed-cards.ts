import { type Account, accountLabel } from './account.ts';

/**
 * Why staff may not type a card that a customer tells them by phone into this account's fields, as a sentence; undefined
 * when they may (docs.stripe.com/payments/mail-and-telephone-orders-moto: the gateway must allow it on the account).
 */
export function keyedCardsProblem(account: Pick<Account, 'takesKeyedCards' | 'name' | 'livemode'>): string | undefined {
  if (account.takesKeyedCards) return undefined;
  return `Keyed cards are switched off for “${accountLabel(account)}”. An administrator can switch them on when the gateway allows it; until then send the customer a link.`;
}
