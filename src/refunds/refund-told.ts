import { showMoneyWithCode } from '../money/show-money.ts';
import type { Refund, RefundState } from './refund.ts';

/** What became of the refunds of one form, in one sentence: the least certain of them decides. */
export function toldOf(refunds: readonly Refund[]) {
  const [first] = refunds;
  const amountMinor = refunds.reduce((sum, refund) => sum + refund.amountMinor, 0);
  const sum = showMoneyWithCode({ amountMinor, currency: first?.currency ?? 'EUR' });
  const some = (...states: RefundState[]) => refunds.some((refund) => states.includes(refund.state));
  if (some('waiting')) {
    return {
      tone: 'warn' as const,
      text: `${sum} is more than one person may give back alone. Nothing is sent before a second person approves it.`,
    };
  }
  if (some('failed', 'cancelled')) {
    return {
      tone: 'bad' as const,
      text: 'It did not reach the card. The reason stands below; the money is here again.',
    };
  }
  // What is reserved has been tried already, and only a dispute keeps it from being sent.
  if (some('reserved')) {
    return {
      tone: 'warn' as const,
      text: `${sum} waits for the dispute of this payment to be decided. Nothing is sent before; the portal sends it then by itself.`,
    };
  }
  if (some('sent')) {
    return {
      tone: 'warn' as const,
      text: `The gateway has given no clear answer about ${sum} yet. Nothing is lost: the portal asks again by itself.`,
    };
  }
  if (some('pending')) return { tone: 'ok' as const, text: `${sum} is on its way back to the card.` };
  return { tone: 'ok' as const, text: `${sum} is refunded.` };
}
