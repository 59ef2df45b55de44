import { paths } from '../paths.ts';
import type { LinkTokens } from '../tokens/link-token.ts';

/** The customer's own address of a refund's receipt, for letters: a right, so keep it out of logs. */
export function refundReceiptUrl(
  { config, linkTokens }: { config: { baseUrl: string }; linkTokens: LinkTokens },
  receipt: { id: string; issuedAt: string },
): string {
  return `${config.baseUrl}${paths.customerRefund(linkTokens.sign('refund', receipt.id, receipt.issuedAt))}`;
}
