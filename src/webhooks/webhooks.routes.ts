import express, { Router } from 'express';
import { paths } from '../paths.ts';
import type { PaymentParts } from '../payments/payment-parts.ts';
import { handleEvent } from './handle-event.ts';
import { receiveEvent } from './receive-event.ts';

/** Where gateways write to: the raw body, before any parser, since the seal is on its bytes. */
export function webhooksRoutes(parts: PaymentParts): Router {
  const router = Router();
  router.post(paths.webhook(':accountId'), express.raw({ type: () => true, limit: '512kb' }), async (req, res) => {
    const id = await receiveEvent(parts, {
      accountId: String(req.params.accountId),
      rawBody: Buffer.isBuffer(req.body) ? req.body : Buffer.alloc(0),
      signature: req.get('stripe-signature') ?? '',
    });
    res.status(200).json({ received: true });
    handleEvent(parts, id).catch((error) =>
      parts.log.error({ err: error, eventId: id }, 'an event could not be handled'),
    );
  });
  return router;
}
