import { paths } from '../paths.ts';
import type { LinkTokens } from '../tokens/link-token.ts';

/** The right to see a receipt, made anew each time and never stored: keep it out of logs. */
export function receiptToken(
  { linkTokens }: { linkTokens: LinkTokens },
  receipt: { id: string; issuedAt: string },
): string {
  return linkTokens.sign('receipt', receipt.id, receipt.issuedAt);
}

/** The address of the customer's own page of a receipt, for letters. */
export function receiptUrl(
  parts: { config: { baseUrl: string }; linkTokens: LinkTokens },
  receipt: { id: string; issuedAt: string },
): string {
  return `${parts.config.baseUrl}${paths.customerReceipt(receiptToken(parts, receipt))}`;
}
