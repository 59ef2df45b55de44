import { paths } from '../paths.ts';
import type { Db } from '../platform/database/database.ts';
import type { Page } from '../platform/web/render.ts';
import type { LinkTokens } from '../tokens/link-token.ts';
import type { Receipt } from './receipt.ts';
import { receiptToken } from './receipt-url.ts';
import { receiptView } from './receipt-view.ts';
import { readReceipt } from './receipts.store.ts';

/** What a customer sees of a receipt; `token` is their right to it. */
export function customerReceiptPage(receipt: Receipt, token: string) {
  const view = receiptView(receipt);
  return {
    view: 'receipts/customer-receipt',
    layout: 'pay' as const,
    title: `${view.title} ${view.number}`,
    subtitle: `${view.title} ${view.number}`,
    receipt: view,
    pdfUrl: paths.customerReceiptPdf(token),
  } satisfies Page & Record<string, unknown>;
}

/** The same page by the receipt's id, for whoever has shown another right to it (a link paid through). Errors: 404. */
export async function readReceiptPage({ db, linkTokens }: { db: Db; linkTokens: LinkTokens }, receiptId: string) {
  const receipt = await readReceipt(db, receiptId);
  return customerReceiptPage(receipt, receiptToken({ linkTokens }, receipt));
}
