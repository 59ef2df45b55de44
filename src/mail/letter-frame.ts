import type { Response } from 'express';
import { allowGateway, type GatewayOrigins } from '../platform/web/headers.ts';

/** The page may show the letter in a frame of its own; nothing foreign. */
const OWN_FRAME: GatewayOrigins = { script: [], frame: ["'self'"], connect: [], image: [] };
/** Styles stand inside a letter; it runs nothing, loads nothing, its links open a window, and only our own page may frame it. */
const LETTER_POLICY =
  "default-src 'none'; style-src 'unsafe-inline'; form-action 'none'; base-uri 'none'; frame-ancestors 'self'; sandbox allow-popups allow-popups-to-escape-sandbox";

/** For a page that shows a letter in a frame. */
export function allowLetterFrame(res: Response): void {
  allowGateway(res, OWN_FRAME);
}

/** Answers with a letter as mail programs show it, for that frame. */
export function answerWithLetter(res: Response, html: string): void {
  res.set('Content-Security-Policy', LETTER_POLICY).set('X-Frame-Options', 'SAMEORIGIN');
  res.type('html').send(html);
}
