import { type Request, Router } from 'express';
import { paths } from '../paths.ts';
import { type Clock, DAY_MS } from '../platform/clock.ts';
import type { Db } from '../platform/database/database.ts';
import { Refusal } from '../platform/refusal.ts';
import { limitViews } from '../platform/web/rate-limit.ts';
import { render, type Surroundings } from '../platform/web/render.ts';
import { type LinkTokens, unknownLink } from '../tokens/link-token.ts';
import { wordsFor } from '../words/words.ts';
import { customerStatementPage } from './statement.pages.ts';
import { findStatement, type KeptStatement } from './statement.store.ts';
import { STATEMENT_DAYS } from './statement.ts';
import { statementFileName, statementPdf } from './statement-pdf.ts';

const VIEWS_PER_MINUTE = 60;

type Parts = { db: Db; clock: Clock; linkTokens: LinkTokens };

/** What a customer opens from the letter: the statement as it was mailed, and its PDF. */
export function customerStatementRoutes(parts: Parts): Router {
  const router = Router();
  const limited = limitViews(VIEWS_PER_MINUTE);

  router.get(paths.customerStatement(':token'), limited, async (req, res) => {
    const { content } = await statementOf(parts, req);
    const surroundings = res.locals.surroundings as Surroundings;
    surroundings.company = { ...surroundings.company, ...content.company };
    surroundings.frame = wordsFor(content.customer.language).page;
    render(res, customerStatementPage(content, String(req.params.token)));
  });

  router.get(paths.customerStatementPdf(':token'), limited, async (req, res) => {
    const { content } = await statementOf(parts, req);
    res
      .type('application/pdf')
      .attachment(statementFileName(content))
      .send(await statementPdf(content));
  });

  return router;
}

/** Errors: the one 404 for every token that is no right to a statement; 410 `statement-over` after its days. */
async function statementOf({ db, clock, linkTokens }: Parts, req: Request): Promise<KeptStatement> {
  const statement = await findStatement(db, linkTokens.read('statement', String(req.params.token)));
  if (!statement) throw unknownLink();
  if (clock.now().getTime() > Date.parse(statement.createdAt) + STATEMENT_DAYS * DAY_MS) {
    throw new Refusal('statement-over', 410, 'This statement can be opened no more. Please ask for a new one.');
  }
  return statement;
}
