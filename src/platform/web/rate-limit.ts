import type { RequestHandler } from 'express';
import rateLimit from 'express-rate-limit';
import { Refusal } from '../refusal.ts';

/**
 * Limits views per address and minute, counted in memory since a GET writes nothing.
 * Counters that guard money or passwords stand in the database instead (see throttle.ts).
 */
export function limitViews(perMinute: number): RequestHandler {
  return rateLimit({
    windowMs: 60_000,
    limit: perMinute,
    standardHeaders: false,
    legacyHeaders: false,
    handler: (_req, _res, next) =>
      next(
        new Refusal('too-many-requests', 429, 'Too many requests from your address. Please wait a minute.', {
          retryAfterSeconds: 60,
        }),
      ),
  });
}
