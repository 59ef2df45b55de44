import { Router } from 'express';
import { paths } from '../paths.ts';
import { may } from '../permissions.ts';
import type { Db } from '../platform/database/database.ts';
import { isId } from '../platform/ids.ts';
import { queryText } from '../platform/web/forms.ts';
import { withQuery } from '../platform/web/query.ts';
import { render } from '../platform/web/render.ts';
import { readPlace } from './place.ts';
import { readTransactionSubject } from './subjects.store.ts';
import { transactionsPage } from './transactions.pages.ts';
import { transactionEntries, transactionSums } from './transactions.store.ts';

/** How a document, a payment, a customer or a payment service account stands in the books. */
export function transactionsRoutes({ db }: { db: Db }): Router {
  const router = Router();

  router.get(paths.transactions(':id'), may('ledger.read'), async (req, res) => {
    const id = String(req.params.id);
    // All that moved in an account is a journal of its own.
    if (isId(id, 'acc')) return res.redirect(303, withQuery(paths.journal(), { account: id }));
    const subject = await readTransactionSubject(db, id);
    const after = readPlace(queryText(req, 'after'));
    const [page, sums] = await Promise.all([transactionEntries(db, id, after), transactionSums(db, id)]);
    render(res, transactionsPage({ id, ...subject }, page, { sums, after }));
  });

  return router;
}
