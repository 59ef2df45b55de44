import { createHash } from 'node:crypto';
import type { Ledger } from '../ledger.ts';
import { StripeError } from '../stripe-error.ts';

const KEPT_MS = 24 * 3600 * 1000;
const LONGEST_KEY = 255;

export interface Answer {
  status: number;
  body: string;
  requestId: string;
  replayed?: boolean;
}

export interface KeyedRequest {
  account: string;
  key: string;
  path: string;
  /** A fingerprint: what was sent may contain what must not be kept. */
  params: string;
}

/** The key of a request, if it has one. */
export function keyedRequest(
  account: string,
  key: string | undefined,
  path: string,
  text: string,
): KeyedRequest | undefined {
  if (key === undefined || key === '') return undefined;
  if (key.length > LONGEST_KEY) {
    throw problem(400, `Idempotency keys can be at most ${LONGEST_KEY} characters long.`);
  }
  const sorted = JSON.stringify([...new URLSearchParams(text)].sort());
  return { account, key, path, params: createHash('sha256').update(sorted).digest('hex') };
}

/** The answer that was given under this key before. Throws 400 when the key was used for something else. */
export function recallAnswer(ledger: Ledger, request: KeyedRequest, nowMs: number): Answer | undefined {
  const { account, key, path, params } = request;
  ledger.prepare('DELETE FROM idempotency WHERE created_ms < ?').run(nowMs - KEPT_MS);
  const kept = ledger.prepare('SELECT * FROM idempotency WHERE account = ? AND key = ?').get(account, key) as
    | { path: string; params: string; status: number; body: string; request_id: string }
    | undefined;
  if (!kept) return undefined;
  if (kept.path !== path) {
    throw problem(
      400,
      `Keys for idempotent requests can only be used for the same endpoint they were first used for ('${path}' vs '${kept.path}'). Try using a key other than '${key}' if you meant to execute a different request.`,
    );
  }
  if (kept.params !== params) {
    throw problem(
      400,
      `Keys for idempotent requests can only be used with the same parameters they were first used with. Try using a key other than '${key}' if you meant to execute a different request.`,
    );
  }
  return { status: kept.status, body: kept.body, requestId: kept.request_id, replayed: true };
}

/** Keeps the answer for the key. Only answers of requests that were carried out are kept. */
export function rememberAnswer(ledger: Ledger, request: KeyedRequest, answer: Answer, nowMs: number): void {
  ledger
    .prepare(
      `INSERT OR REPLACE INTO idempotency (account, key, path, params, request_id, status, body, created_ms)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
    )
    .run(
      ...[request.account, request.key, request.path, request.params],
      ...[answer.requestId, answer.status, answer.body, nowMs],
    );
}

/** The 409 for a key whose first request is still being carried out. */
export function keyInUse(): StripeError {
  return problem(
    409,
    'There is currently another in-progress request using this Idempotent Key (that probably means you submitted twice, and the other request is still going through). Please try again later.',
    'idempotency_key_in_use',
  );
}

function problem(status: number, message: string, code?: string): StripeError {
  return new StripeError(status, { type: 'idempotency_error', message, ...(code ? { code } : {}) });
}
