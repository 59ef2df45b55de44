import type Stripe from 'stripe';
import type { Call } from '../call.ts';
import { postBalance } from '../charges/post-balance.ts';
import { idOf } from '../ids.ts';

/** What a gateway charges for a dispute, in the smallest unit; it keeps it, won or lost. */
const DISPUTE_FEE = 1500;

/** Takes the disputed sum from the account, with a fee, or gives it back; the dispute names the movement. */
export function moveDisputeMoney(call: Call, dispute: Stripe.Dispute, way: 'out' | 'back'): Stripe.Dispute {
  const transaction = postBalance(call, {
    amount: way === 'out' ? -dispute.amount : dispute.amount,
    fee: way === 'out' ? DISPUTE_FEE : 0,
    currency: dispute.currency,
    type: 'adjustment',
    reportingCategory: way === 'out' ? 'dispute' : 'dispute_reversal',
    source: dispute.id,
    description: `Chargeback ${way === 'out' ? 'withdrawal' : 'reversal'} for ${idOf(dispute.charge)}`,
    atOnce: true,
  });
  const before = { balance_transactions: dispute.balance_transactions };
  const moved = call.books.put('dispute', {
    ...dispute,
    balance_transactions: [...dispute.balance_transactions, transaction],
  });
  call.emit(way === 'out' ? 'charge.dispute.funds_withdrawn' : 'charge.dispute.funds_reinstated', moved);
  call.emit('charge.dispute.updated', moved, before);
  return moved;
}
