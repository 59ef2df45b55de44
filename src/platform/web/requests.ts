import { randomUUID } from 'node:crypto';
import type { RequestHandler } from 'express';
import type { Logger } from '../logger.ts';

/** Gives each request an id and writes one log line when it is answered; link tokens never stand in it. */
export function logRequests(log: Logger): RequestHandler {
  return (req, res, next) => {
    const startedMs = performance.now();
    // Sixteen digits are enough to find a line by; Node keeps chance in store for UUIDs, so this asks the system seldom.
    const requestId = randomUUID().replaceAll('-', '').slice(16);
    res.locals.requestId = requestId;
    res.setHeader('X-Request-Id', requestId);
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
  return (url.split('?')[0] ?? '').replace(/^\/(pay|r|s|welcome|reset)\/[^/]+/, '/$1/[token]');
}
