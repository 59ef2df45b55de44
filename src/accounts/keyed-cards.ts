import type { Account } from './account.ts';

/**
 * Why staff may not type a card that a customer tells them by phone into this account's fields, as a sentence; undefined
 * when they may (docs.stripe.com/payments/mail-and-telephone-orders-moto: the gateway must allow it on the account).
 */
export function mayKeyCards(account: Pick<Account, 'kind' | 'name'>): string | undefined {
  if (account.kind === 'sandbox') return undefined;
  return `Keyed cards are switched off for "${account.name}". An administrator can switch them on when the gateway allows it; until then send the customer a link.`;
}
