import type { Brand } from './brand.ts';

/** One connection to a gateway, as staff know it. */
export interface Account {
  id: string;
  name: string;
  kind: 'stripe' | 'sandbox';
  publishableKey: string;
  /** ISO 4217 codes that it takes; empty means any. */
  currencies: string[];
  statementSuffix: string;
  livemode: boolean;
  active: boolean;
  /** What the last check found wrong; empty when all was well. */
  problems: string[];
  checkedAt: string | undefined;
  /** The gateway's own name for it, as the last check gave it. */
  gatewayRef: string | undefined;
  /** Staff may type cards that customers tell them by phone; an administrator has switched that on. */
  takesKeyedCards: boolean;
  secretKeyReplacedAt: string | undefined;
  webhookSecretReplacedAt: string | undefined;
  brand: Brand;
}

/** The name of an account as staff read it wherever it stands: one that moves no real money says so. */
export function accountLabel({ name, livemode }: Pick<Account, 'name' | 'livemode'>): string {
  return livemode ? name : `${name} (test)`;
}

/** Why an account cannot take this currency now, as a sentence; undefined when it can. */
export function accountProblem(account: Account, currency: string): string | undefined {
  if (!account.active) return `The payment service account "${account.name}" is switched off.`;
  if (account.currencies.length > 0 && !account.currencies.includes(currency)) {
    return `The payment service account "${account.name}" does not take ${currency}.`;
  }
  return undefined;
}

/** What the gateway must tell us of, so that a payment is known here even when the payer closes the page. */
export const WEBHOOK_EVENTS = [
  'payment_intent.succeeded',
  'payment_intent.payment_failed',
  'payment_intent.processing',
  'payment_intent.requires_action',
  'payment_intent.canceled',
  'charge.succeeded',
  'charge.failed',
  'setup_intent.succeeded',
  'setup_intent.setup_failed',
  'payment_method.updated',
  'payment_method.automatically_updated',
  'payment_method.detached',
  'refund.created',
  'refund.updated',
  'refund.failed',
  'charge.dispute.created',
  'charge.dispute.updated',
  'charge.dispute.closed',
  'charge.dispute.funds_withdrawn',
  'charge.dispute.funds_reinstated',
  'charge.updated',
  'payout.created',
  'payout.updated',
  'payout.paid',
  'payout.failed',
  'payout.canceled',
  'payout.reconciliation_completed',
] as const;
export type WebhookEvent = (typeof WEBHOOK_EVENTS)[number];
