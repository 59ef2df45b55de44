import type Stripe from 'stripe';
import type { GatewayMovement, GatewayPayout, MovementMeaning } from './gateway.ts';
import { fromStripeUnits, roundedFromStripeUnits } from './stripe-amounts.ts';
import { idOf } from './stripe-payment.ts';

/** Stripe's reporting categories in our words (docs.stripe.com/reports/reporting-categories); others we do not know. */
const MEANINGS: Record<string, MovementMeaning> = {
  charge: 'charge',
  refund: 'refund',
  refund_failure: 'refund',
  dispute: 'dispute',
  dispute_reversal: 'dispute',
  fee: 'fee',
  network_cost: 'fee',
  tax: 'fee',
  payout: 'payout',
  payout_reversal: 'payout',
};

/** A BalanceTransaction with `source` expanded, in our words. */
export function gatewayMovementOf(transaction: Stripe.BalanceTransaction): GatewayMovement {
  const { currency } = transaction;
  const gross = roundedFromStripeUnits(transaction.amount, currency);
  const net = roundedFromStripeUnits(transaction.net, currency);
  const source = sourceOf(transaction);
  return {
    ref: transaction.id,
    type: transaction.type,
    category: transaction.reporting_category,
    meaning: MEANINGS[transaction.reporting_category] ?? 'other',
    currency: gross.currency,
    grossMinor: gross.amountMinor,
    feeMinor: gross.amountMinor - net.amountMinor,
    netMinor: net.amountMinor,
    sourceRef: idOf(transaction.source as string | { id: string } | null),
    chargeRef: source?.object === 'charge' ? source.id : idOf(source?.charge),
    paymentRef: idOf(source?.payment_intent),
    reference: source?.metadata?.payment ?? source?.metadata?.refund,
    exchangedFrom: exchangedFrom(transaction, source),
    exchangeRate: transaction.exchange_rate === null ? undefined : String(transaction.exchange_rate),
    description: transaction.description ?? '',
    createdAt: new Date(transaction.created * 1000).toISOString(),
    availableOn: dayOf(transaction.available_on),
  };
}

/** What moved the balance, where it is one of those that concern a payment. */
type Source = {
  id: string;
  object: 'charge' | 'refund' | 'dispute';
  amount: number;
  amount_captured?: number;
  currency: string;
  charge?: string | { id: string } | null;
  payment_intent?: string | { id: string } | null;
  metadata?: Record<string, string> | null;
};

function sourceOf({ source }: Stripe.BalanceTransaction): Source | undefined {
  if (typeof source !== 'object' || source === null) return undefined;
  return ['charge', 'refund', 'dispute'].includes(source.object) ? (source as unknown as Source) : undefined;
}

function exchangedFrom({ amount, currency }: Stripe.BalanceTransaction, source: Source | undefined) {
  if (!source || source.currency === currency) return undefined;
  const units = source.amount_captured ?? source.amount;
  return fromStripeUnits(amount < 0 ? -units : units, source.currency);
}

/** Stripe's payout statuses are ours but for the spelling of one. */
const PAYOUT_STATES: Record<string, GatewayPayout['state']> = {
  pending: 'pending',
  in_transit: 'in_transit',
  paid: 'paid',
  failed: 'failed',
  canceled: 'cancelled',
};

/** A Payout in our words. */
export function gatewayPayoutOf(payout: Stripe.Payout): GatewayPayout {
  return {
    ref: payout.id,
    state: PAYOUT_STATES[payout.status] ?? 'pending',
    automatic: payout.automatic,
    saysWhatItPays: payout.reconciliation_status === 'completed',
    sum: roundedFromStripeUnits(payout.amount, payout.currency),
    arrivalOn: dayOf(payout.arrival_date),
    traceRef: payout.trace_id?.value ?? undefined,
    failureCode: payout.failure_code ?? undefined,
    createdAt: new Date(payout.created * 1000).toISOString(),
  };
}

/** Stripe gives days as their midnight in UTC. */
function dayOf(seconds: number): string {
  return new Date(seconds * 1000).toISOString().slice(0, 10);
}
