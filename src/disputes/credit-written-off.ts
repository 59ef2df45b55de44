import type { Actor } from '../audit/record.ts';
import type { PaymentParts } from '../payments/payment-parts.ts';

/** A claim that is open again after a lost dispute, and is given up. Whole minor units. */
export interface WrittenOff {
  invoiceId: string;
  amountMinor: number;
  reason: string;
  disputeId: string;
  actor: Actor & { id: string };
}

/** What deciding needs; without a way to credit claims nothing can be written off. */
export interface DecisionParts extends PaymentParts {
  /** Lowers the claim by a credit note that names the dispute, in the transaction one stands in. */
  creditWrittenOff?: ((parts: PaymentParts, writtenOff: WrittenOff) => Promise<void>) | undefined;
}
