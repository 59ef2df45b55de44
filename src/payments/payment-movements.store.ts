import type { MovementMeaning } from '../gateway/gateway.ts';
import type { Money } from '../money/money.ts';
import type { Db } from '../platform/database/database.ts';

/** What a payment moved at its gateway. Sums in whole minor units, negative for what left. */
export interface PaymentMovement {
  meaning: MovementMeaning;
  createdAt: string;
  currency: string;
  grossMinor: number;
  feeMinor: number;
  netMinor: number;
  exchangeRate: string | undefined;
  payoutId: string | undefined;
  /** The day on which it reached the bank, yyyy-mm-dd. */
  settledOn: string | undefined;
}

/** What the payment, its refunds and its disputes moved, oldest first; nothing before the gateway has booked it. */
export async function movementsOfPayment(db: Db, paymentId: string): Promise<PaymentMovement[]> {
  const rows = await db.read
    .selectFrom('gateway_movement')
    .selectAll()
    .where('payment_id', '=', paymentId)
    .orderBy('created_at')
    .orderBy('id')
    .execute();
  return rows.map((row) => ({
    meaning: row.meaning,
    createdAt: row.created_at,
    currency: row.currency,
    grossMinor: row.gross_minor,
    feeMinor: row.fee_minor,
    netMinor: row.net_minor,
    exchangeRate: row.exchange_rate ?? undefined,
    payoutId: row.payout_id ?? undefined,
    settledOn: row.settled_on ?? undefined,
  }));
}

/** What of each payment is left after the gateway's fee, where that is known: payment id → net. */
export async function netsOf(db: Db, paymentIds: string[]): Promise<Map<string, Money>> {
  if (paymentIds.length === 0) return new Map();
  const rows = await db.read
    .selectFrom('gateway_movement')
    .select(['payment_id', 'currency', 'net_minor'])
    .where('payment_id', 'in', paymentIds)
    .where('meaning', '=', 'charge')
    .execute();
  return new Map(
    rows.map((row) => [row.payment_id ?? '', { amountMinor: row.net_minor, currency: row.currency }] as const),
  );
}
