import { type Request, Router } from 'express';
import { findAccount } from '../accounts/accounts.store.ts';
import { brandLook } from '../accounts/brand-look.ts';
import { paths } from '../paths.ts';
import type { Db } from '../platform/database/database.ts';
import { limitViews } from '../platform/web/rate-limit.ts';
import { render, type Surroundings } from '../platform/web/render.ts';
import { type LinkTokens, unknownLink } from '../tokens/link-token.ts';
import { wordsFor } from '../words/words.ts';
import type { Receipt } from './receipt.ts';
import { receiptNumber } from './receipt.ts';
import { receiptFileName, receiptPdf } from './receipt-pdf.ts';
import { customerReceiptPage } from './receipts.pages.ts';
import { findReceipt } from './receipts.store.ts';

const VIEWS_PER_MINUTE = 60;

/** What a customer opens from the letter: the page of a receipt and its PDF. */
export function customerReceiptRoutes(parts: { db: Db; linkTokens: LinkTokens }): Router {
  const router = Router();
  const limited = limitViews(VIEWS_PER_MINUTE);

  router.get(paths.customerReceipt(':token'), limited, async (req, res) => {
    const receipt = await receiptOf(parts, req);
    const surroundings = res.locals.surroundings as Surroundings;
    const account = receipt.accountId ? await findAccount(parts.db, receipt.accountId) : undefined;
    if (account) surroundings.brand = brandLook(account);
    // As on the receipt itself: the name under which it was issued.
    surroundings.company = { ...surroundings.company, ...receipt.content.company };
    surroundings.testMode = receipt.content.testMode;
    surroundings.frame = wordsFor(receipt.content.language).page;
    render(res, customerReceiptPage(receipt, String(req.params.token)));
  });

  router.get(paths.customerReceiptPdf(':token'), limited, async (req, res) => {
    const receipt = await receiptOf(parts, req);
    res
      .type('application/pdf')
      .attachment(receiptFileName(receiptNumber(receipt.number)))
      .send(await receiptPdf(receipt));
  });

  return router;
}

/** Errors: the one 404 for every token that is no right to a receipt. */
async function receiptOf({ db, linkTokens }: { db: Db; linkTokens: LinkTokens }, req: Request): Promise<Receipt> {
  const receipt = await findReceipt(db, linkTokens.read('receipt', String(req.params.token)));
  if (!receipt) throw unknownLink();
  return receipt;
}
