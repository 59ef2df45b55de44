import { type Request, Router } from 'express';
import { z } from 'zod';
import { paths } from '../paths.ts';
import { lookAgain } from '../payments/look-again.ts';
import { isFinal } from '../payments/payment.ts';
import type { PaymentParts } from '../payments/payment-parts.ts';
import { may } from '../permissions.ts';
import { readForm } from '../platform/web/forms.ts';
import { render } from '../platform/web/render.ts';
import { chargePage, standingOf } from './charge.pages.ts';
import { readCharge } from './process-card.store.ts';

/** What came of a charge, for whoever made it: the page waits and turns green. */
export function chargeRoutes(parts: PaymentParts): Router {
  const { db } = parts;
  const router = Router();
  const idOf = (req: Request) => String(req.params.id);

  router.get(paths.charge(':id'), may('charges.make'), async (req, res) => {
    render(res, chargePage(await readCharge(db, idOf(req))));
  });

  router.post(paths.chargeStatus(':id'), may('charges.make'), async (req, res) => {
    readForm(z.strictObject({}), req);
    const charge = await readCharge(db, idOf(req));
    if (!isFinal(charge.state)) await lookAgain(parts, charge.id);
    res.json({ standing: standingOf(await readCharge(db, charge.id)) });
  });

  return router;
}
