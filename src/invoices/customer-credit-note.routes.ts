import { Router } from 'express';
import { paths } from '../paths.ts';
import type { Db } from '../platform/database/database.ts';
import { limitViews } from '../platform/web/rate-limit.ts';
import type { LinkTokens } from '../tokens/link-token.ts';
import { creditNoteFileName, creditNotePdf } from './credit-note-pdf.ts';
import { readCreditNote } from './credit-notes.store.ts';

const VIEWS_PER_MINUTE = 60;

/** What a customer opens from the letter: the credit note itself. */
export function customerCreditNoteRoutes({ db, linkTokens }: { db: Db; linkTokens: LinkTokens }): Router {
  const router = Router();

  router.get(paths.customerCreditNotePdf(':token'), limitViews(VIEWS_PER_MINUTE), async (req, res) => {
    const note = await readCreditNote(db, linkTokens.read('credit-note', String(req.params.token)));
    res
      .type('application/pdf')
      .attachment(creditNoteFileName(note))
      .send(await creditNotePdf(note));
  });

  return router;
}
