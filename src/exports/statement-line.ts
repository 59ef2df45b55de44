import { type MoneyMoved, type Movement, movementType } from './movement.ts';

/** One line of a bank statement: what came in (positive) or went out. */
export interface StatementLine {
  amountMinor: number;
  /** Who paid or was paid; the gateway for its own fees and payouts. */
  payee: string;
  description: string;
}

const WORDS: Record<ReturnType<typeof movementType>, string> = {
  payment: 'Payment',
  reversal: 'Reversed payment',
  refund: 'Refund',
  'refund-returned': 'Refund returned',
  fee: 'Fee',
  dispute: 'Dispute',
  payout: 'Payout',
  'credit-note': 'Credit note',
  'deposit-applied': 'Deposit applied',
  exchange: 'Exchange',
  suspense: 'Not known',
  other: 'Other',
};

/**
 * What a movement is on the statement of its account: the whole sum, and a fee as a line of its own; no line is zero. The
 * payout that it belongs to stands in each.
 */
export function statementLines(movement: Movement, { grossMinor, feeMinor, netMinor }: MoneyMoved): StatementLine[] {
  const type = movementType(movement.kind);
  const payee = movement.customer?.name ?? movement.account ?? '';
  const documents = (movement.documents ?? []).map((document) => document.number);
  const payout = movement.payoutRef && !movement.memo.includes(movement.payoutRef) && `payout ${movement.payoutRef}`;
  const describe = (word: string) => {
    const what = movement.customer ? [word, movement.receiptNumber, ...documents] : [movement.memo];
    return [...what, payout].filter(Boolean).join(' ');
  };
  const gateway = movement.account ?? payee;
  if (type === 'fee') return nonZero([{ amountMinor: netMinor, payee: gateway, description: describe(WORDS.fee) }]);
  return nonZero([
    { amountMinor: grossMinor, payee, description: describe(WORDS[type]) },
    { amountMinor: -feeMinor, payee: gateway, description: describe(WORDS.fee) },
  ]);
}

function nonZero(lines: StatementLine[]): StatementLine[] {
  return lines.filter((line) => line.amountMinor !== 0);
}
