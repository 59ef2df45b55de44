import { randomBytes } from 'node:crypto';
import type { RequestHandler } from 'express';
import type { Logger } from '../logger.ts';

/** Gives each request an id and writes one log line when it is answered; link tokens never stand in it. */
export function logRequests(log: Logger): RequestHandler {
  return (req, res, next) => {
    const startedMs = performance.now();
    const requestId = randomBytes(8).toString('hex');
    res.locals.requestId = requestId;
    res.set('X-Request-Id', requestId);
    res.on('finish', () => {
      log.info({
        requestId,
        method: req.method,
        path: withoutToken(req.originalUrl),
        status: res.statusCode,
        tookMs: Math.round(performance.now() - startedMs),
      });
    });
    next();
  };
}

/** `/pay/eyJ…/status?x=1` → `/pay/[token]/status`. */
export function withoutToken(url: string): string {
  return (url.split('?')[0] ?? '').replace(/^\/(pay|r|welcome|reset)\/[^/]+/, '/$1/[token]');
}
