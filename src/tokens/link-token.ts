import { createSecretKey, type KeyObject } from 'node:crypto';
import jwt from 'jsonwebtoken';
import type { Clock } from '../platform/clock.ts';
import type { LinkKey } from '../platform/config.ts';
import { Refusal } from '../platform/refusal.ts';

/** What a token is the right to: `pay` a link's payables, or see one `receipt`, `refund`, `credit-note` or `statement`. */
export type TokenUse = 'pay' | 'receipt' | 'refund' | 'credit-note' | 'statement';

/** The outer bound of a token; when a link ends is its row's business. Receipts stay reachable for long. */
const LIFETIME_SECONDS = 800 * 24 * 3600;
const CANONICAL = /^[A-Za-z0-9_-]{10,200}\.[A-Za-z0-9_-]{10,400}\.[A-Za-z0-9_-]{43}$/;
const KEY_NAME = /^[A-Za-z0-9_-]{1,32}$/;

export interface LinkTokens {
  /** The same subject and time give the same token, so that it can be shown again without being stored. */
  sign(use: TokenUse, id: string, issuedAtIso: string): string;
  /** The id that the token names. Errors: one and the same 404 for everything that is wrong with it. */
  read(use: TokenUse, token: string): string;
}

/**
 * Signed rights as JWT (RFC 7519, RFC 8725): HS256 only, with key names, pinned type, issuer and audience.
 * The first key signs, all verify, so that keys can be changed while old links live.
 */
export function createLinkTokens(parts: { keys: LinkKey[]; issuer: string; clock: Clock }): LinkTokens {
  const keys = new Map<string, KeyObject>(parts.keys.map(({ kid, secret }) => [kid, createSecretKey(secret)]));
  const [signing] = parts.keys;
  if (!signing) throw new Error('no key to sign links with');
  const signingKey = keys.get(signing.kid) as KeyObject;

  return {
    sign(use, id, issuedAtIso) {
      const iat = Math.floor(Date.parse(issuedAtIso) / 1000);
      const claims = { iss: parts.issuer, aud: use, sub: id, iat, exp: iat + LIFETIME_SECONDS };
      return jwt.sign(claims, signingKey, {
        algorithm: 'HS256',
        keyid: signing.kid,
        header: { alg: 'HS256', typ: typeOf(use) },
      });
    },

    read(use, token) {
      if (!CANONICAL.test(token) || !canonical(token)) throw unknownLink();
      const header = headerOf(token);
      const plain = header && Object.keys(header).sort().join() === 'alg,kid,typ' && header.typ === typeOf(use);
      const key =
        plain && typeof header.kid === 'string' && KEY_NAME.test(header.kid) ? keys.get(header.kid) : undefined;
      try {
        const nowSeconds = Math.floor(parts.clock.now().getTime() / 1000);
        const claims = jwt.verify(token, key ?? signingKey, {
          algorithms: ['HS256'],
          issuer: parts.issuer,
          audience: use,
          clockTimestamp: nowSeconds,
        }) as jwt.JwtPayload;
        const { sub, iat, exp } = claims;
        if (!key || typeof sub !== 'string' || !Number.isInteger(iat) || !Number.isInteger(exp)) throw unknownLink();
        if ((iat as number) > nowSeconds + 60) throw unknownLink();
        return sub;
      } catch {
        throw unknownLink();
      }
    },
  };
}

/** The one answer to a token that is malformed, foreign, of another use, or of a key taken out of use. */
export function unknownLink(): Refusal {
  return new Refusal(
    'unknown-link',
    404,
    'This link is not complete or does not exist. Please open it again from the letter, or ask the sender for a new one.',
  );
}

function typeOf(use: TokenUse): string {
  return `${use}+jwt`;
}

/** One spelling per token: base64url has spare bits that decoders ignore, and an altered one must not pass. */
function canonical(token: string): boolean {
  return token.split('.').every((part) => Buffer.from(part, 'base64url').toString('base64url') === part);
}

function headerOf(token: string): Record<string, unknown> | undefined {
  try {
    const header: unknown = JSON.parse(Buffer.from(token.split('.')[0] as string, 'base64url').toString('utf8'));
    return typeof header === 'object' && header !== null && !Array.isArray(header)
      ? (header as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}
