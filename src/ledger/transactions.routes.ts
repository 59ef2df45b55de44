import { Router } from 'express';
import { paths } from '../paths.ts';
import { may } from '../permissions.ts';
import type { Db } from '../platform/database/database.ts';
import { render } from '../platform/web/render.ts';
import { transactionsPage } from './transactions.pages.ts';
import { readTransactionSubject, transactionsOf } from './transactions.store.ts';

/** How an invoice, a deposit or a payment stands in the books. */
export function transactionsRoutes({ db }: { db: Db }): Router {
  const router = Router();

  router.get(paths.transactions(':id'), may('ledger.read'), async (req, res) => {
    const id = String(req.params.id);
    const subject = await readTransactionSubject(db, id);
    render(res, transactionsPage({ id, ...subject }, await transactionsOf(db, id)));
  });

  return router;
}
