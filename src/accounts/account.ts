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
  'refund.created',
  'refund.updated',
  'refund.failed',
] as const;
export type WebhookEvent = (typeof WEBHOOK_EVENTS)[number];
