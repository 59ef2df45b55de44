import { randomBytes, timingSafeEqual } from 'node:crypto';
import type { RequestHandler } from 'express';
import { Refusal } from '../refusal.ts';

const SAFE = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * Refuses a change that another site asked for: by Sec-Fetch-Site, else by Origin (OWASP CSRF cheat sheet,
 * "Fetch Metadata"). A client that sends neither is no browser and carries no cookie of ours by itself.
 */
export function sameOriginOnly(baseUrl: string): RequestHandler {
  const ours = new URL(baseUrl).origin;
  return (req, _res, next) => {
    if (SAFE.has(req.method)) return next();
    const site = req.get('sec-fetch-site');
    const origin = req.get('origin');
    const foreign = site ? site !== 'same-origin' && site !== 'none' : origin !== undefined && origin !== ours;
    next(
      foreign
        ? new Refusal(
            'foreign-origin',
            403,
            'This form was not sent from our own page. Please open the page again and retry.',
          )
        : undefined,
    );
  };
}

/**
 * A form of somebody signed in also carries the token of their session, as the field `_csrf` or the header
 * `x-csrf-token`. Needs sessions and a parsed body. An upload (multipart) has no body yet when this runs: at the
 * paths named in `uploadsAt` it is let through, and the route there must put `formTokenInUpload` right after the
 * parser that reads it, before anything is done. At all other paths an upload without the header is refused.
 */
export function formTokenOnly({ uploadsAt = [] }: { uploadsAt?: Array<string | RegExp> } = {}): RequestHandler {
  return (req, res, next) => {
    const named = uploadsAt.some((path) => (typeof path === 'string' ? path === req.path : path.test(req.path)));
    const later = named && Boolean(req.is('multipart/form-data'));
    if (later && req.get('x-csrf-token') === undefined) return next();
    return formTokenInUpload(req, res, next);
  };
}

/** The same check, for a route that reads an upload: right after its parser. Takes the field out of the body. */
export const formTokenInUpload: RequestHandler = (req, _res, next) => {
  if (SAFE.has(req.method) || !req.session?.personId) return next();
  const given = String((req.body as Record<string, unknown> | undefined)?._csrf ?? req.get('x-csrf-token') ?? '');
  if (!same(given, req.session.csrf ?? '')) {
    return next(
      new Refusal('form-expired', 403, 'This page was open for too long. Please go back, reload it and send it again.'),
    );
  }
  if (req.body && typeof req.body === 'object') delete (req.body as Record<string, unknown>)._csrf;
  next();
};

/** A fresh token for a new session. */
export function newFormToken(): string {
  return randomBytes(24).toString('base64url');
}

function same(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return b.length > 0 && left.length === right.length && timingSafeEqual(left, right);
}
