import type { ErrorRequestHandler, Request, RequestHandler, Response } from 'express';
import type { Logger } from '../logger.ts';
import { Refusal } from '../refusal.ts';
import { render } from './render.ts';

/** The page for a refusal that no route answered itself. */
export function errorPage(refusal: Refusal, requestId: string) {
  return {
    view: 'shared/error',
    layout: 'plain' as const,
    title: titleOf(refusal.status),
    status: refusal.status,
    code: refusal.code,
    sentence: refusal.message,
    requestId,
  };
}

function titleOf(status: number): string {
  if (status === 404) return 'Page not found';
  if (status === 403) return 'Not allowed';
  if (status === 429 || status === 503) return 'Please try again shortly';
  return status >= 500 ? 'Something went wrong' : 'This could not be done';
}

/** The one place that speaks to people of errors: a Refusal in its own words, all else as "our fault" with the request id. */
export function errorHandler(log: Logger): ErrorRequestHandler {
  return (error, req, res, next) => {
    const refusal = error instanceof Refusal ? error : refusalFor(error);
    const requestId = String(res.locals.requestId ?? '');
    if (refusal.status >= 500) log.error({ err: error, requestId }, 'a request failed');
    if (res.headersSent) return next(error);
    if (refusal.retryAfterSeconds) res.set('Retry-After', String(refusal.retryAfterSeconds));
    answer(req, res, refusal, requestId);
  };
}

/** The last middleware: nothing lives at this address. */
export const notFoundHandler: RequestHandler = (_req, _res, next) => {
  next(new Refusal('not-found', 404, 'Nothing lives at this address. Please check the link you followed.'));
};

function answer(req: Request, res: Response, refusal: Refusal, requestId: string): void {
  if (req.accepts(['html', 'json']) === 'json' || !res.locals.surroundings) {
    res.status(refusal.status).json({
      error: { code: refusal.code, message: refusal.message, fields: refusal.fields, requestId, ...refusal.detail },
    });
    return;
  }
  render(res, errorPage(refusal, requestId), refusal.status);
}

/** Errors of express and its parsers carry a status and a type; anything unknown is a 500 without its message. */
function refusalFor(error: { status?: number; type?: string; code?: string }): Refusal {
  if (error.type === 'entity.too.large' || error.code === 'LIMIT_FILE_SIZE') {
    return new Refusal('too-large', 413, 'What was sent is too large. Please send less at once.', { cause: error });
  }
  if (error.status && error.status >= 400 && error.status < 500) {
    return new Refusal('bad-request', error.status, 'The request could not be read.', { cause: error });
  }
  return new Refusal('internal', 500, 'Something went wrong on our side. Nothing was lost; please try again.', {
    cause: error,
  });
}
