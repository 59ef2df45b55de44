import { type Request, Router } from 'express';
import { findAccount } from '../accounts/accounts.store.ts';
import { brandLook } from '../accounts/brand-look.ts';
import { paths } from '../paths.ts';
import type { Db } from '../platform/database/database.ts';
import { limitViews } from '../platform/web/rate-limit.ts';
import { type Page, render, type Surroundings } from '../platform/web/render.ts';
import { type LinkTokens, unknownLink } from '../tokens/link-token.ts';
import { wordsFor } from '../words/words.ts';
import { refundNumber } from './refund.ts';
import type { RefundReceipt } from './refund-receipt.ts';
import { refundReceiptPdf } from './refund-receipt-pdf.ts';
import { refundReceiptView } from './refund-receipt-view.ts';
import { findRefundReceipt } from './refund-receipts.store.ts';

const VIEWS_PER_MINUTE = 60;

/** What a customer opens from the letter: the receipt of a refund, as a page and as a PDF. */
export function customerRefundRoutes(parts: { db: Db; linkTokens: LinkTokens }): Router {
  const router = Router();
  const limited = limitViews(VIEWS_PER_MINUTE);

  router.get(paths.customerRefund(':token'), limited, async (req, res) => {
    const receipt = await receiptOf(parts, req);
    const surroundings = res.locals.surroundings as Surroundings;
    const account = receipt.accountId ? await findAccount(parts.db, receipt.accountId) : undefined;
    if (account) surroundings.brand = brandLook(account);
    // As on the receipt itself: the name under which it was issued.
    surroundings.company = { ...surroundings.company, ...receipt.content.company };
    surroundings.testMode = receipt.content.testMode;
    surroundings.frame = wordsFor(receipt.content.language).page;
    render(res, customerRefundPage(receipt, String(req.params.token)));
  });

  router.get(paths.customerRefundPdf(':token'), limited, async (req, res) => {
    const receipt = await receiptOf(parts, req);
    res
      .type('application/pdf')
      .attachment(`refund-${refundNumber(receipt.number)}.pdf`)
      .send(await refundReceiptPdf(receipt));
  });

  return router;
}

function customerRefundPage(receipt: RefundReceipt, token: string) {
  const view = refundReceiptView(receipt);
  return {
    view: 'refunds/customer-refund',
    layout: 'pay' as const,
    title: `${view.title} ${view.number}`,
    subtitle: `${view.title} ${view.number}`,
    refund: view,
    pdfUrl: paths.customerRefundPdf(token),
  } satisfies Page & Record<string, unknown>;
}

/** Errors: the one 404 for every token that is no right to the receipt of a refund. */
async function receiptOf({ db, linkTokens }: { db: Db; linkTokens: LinkTokens }, req: Request): Promise<RefundReceipt> {
  const receipt = await findRefundReceipt(db, { id: linkTokens.read('refund', String(req.params.token)) });
  if (!receipt) throw unknownLink();
  return receipt;
}
