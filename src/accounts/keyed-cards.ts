import type { Account } from './account.ts';

/**
 * True where staff may type a card that a customer tells them by phone. A live gateway must have allowed it for the
 * account (docs.stripe.com/payments/mail-and-telephone-orders-moto), so only the sandbox does without being asked.
 */
export function mayKeyCards(account: Pick<Account, 'kind'>): boolean {
  return account.kind === 'sandbox';
}
