import { createHash, randomBytes } from 'node:crypto';
import { type Clock, DAY_MS, HOUR_MS, laterIso, nowIso } from '../platform/clock.ts';
import type { Db } from '../platform/database/database.ts';

export const TOKEN_LIFE_MS = { invite: 7 * DAY_MS, reset: HOUR_MS } as const;
export type PersonTokenKind = keyof typeof TOKEN_LIFE_MS;

/**
 * Makes the secret of a link by which somebody sets a password, once; earlier ones of theirs stop working.
 * Gives the secret: it is told to nobody but them, and only its hash is kept.
 */
export async function issuePersonToken(
  { db, clock }: { db: Db; clock: Clock },
  personId: string,
  kind: PersonTokenKind,
): Promise<string> {
  const token = randomBytes(32).toString('base64url');
  await db.tx(async () => {
    await dropPersonTokens({ db }, personId);
    await db.q
      .insertInto('person_token')
      .values({
        token_hash: hashOfToken(token),
        person_id: personId,
        kind,
        created_at: nowIso(clock),
        expires_at: laterIso(clock, TOKEN_LIFE_MS[kind]),
        used_at: null,
      })
      .execute();
  });
  return token;
}

/** Makes the links that somebody holds and has not used stop working. */
export async function dropPersonTokens({ db }: { db: Db }, personId: string): Promise<void> {
  await db.q.deleteFrom('person_token').where('person_id', '=', personId).where('used_at', 'is', null).execute();
}

/** What is kept of a token. It has 256 bits of chance, so a plain hash cannot be turned back. */
export function hashOfToken(token: string): string {
  return createHash('sha256').update(token).digest('base64url');
}
