import { recordAudit } from '../audit/record.ts';
import { type Clock, nowIso } from '../platform/clock.ts';
import type { Db } from '../platform/database/database.ts';
import { Refusal } from '../platform/refusal.ts';
import { countHit, forgetHits, hitsOf, secondsUntilReset, takeBackHit } from '../platform/throttle.ts';
import { passwordMatches } from './password.ts';
import type { Person } from './person.ts';
import { KNOWN_MS, type Limit, signInLimits } from './sign-in-limits.ts';
import { findByEmail } from './staff.store.ts';

export interface Credentials {
  email: string;
  password: string;
  ip: string;
  requestId?: string | undefined;
}

/**
 * Gives the person whose credentials these are. Counts before it looks, so that parallel guesses count too.
 * Errors: `wrong-credentials` (422), the same and in the same time for a wrong password, an unknown, invited or
 * disabled account; `too-many-sign-ins` (429).
 */
export async function signIn(parts: { db: Db; clock: Clock }, given: Credentials): Promise<Person> {
  const { db, clock } = parts;
  const limits = signInLimits(given.email, given.ip);
  await countOrRefuse(parts, limits.address);
  await countOrRefuse(parts, limits.pair);
  const known = (await hitsOf(parts, limits.known)) > 0;
  if (!known) await countOrRefuse(parts, limits.account);

  const found = await findByEmail(db, given.email);
  const matches = await passwordMatches(given.password, found?.passwordHash);
  if (!found || !matches || found.person.disabledAt) {
    throw new Refusal('wrong-credentials', 422, 'The e-mail address or the password is not right.');
  }

  await db.tx(async () => {
    await forgetHits(parts, limits.pair.key);
    await takeBackHit(parts, limits.address.key);
    if (!known) await takeBackHit(parts, limits.account.key);
    await forgetHits(parts, limits.known);
    await countHit(parts, limits.known, KNOWN_MS);
    await db.q
      .updateTable('person')
      .set({ last_sign_in_at: nowIso(clock) })
      .where('id', '=', found.person.id)
      .execute();
    await recordAudit(parts, {
      actor: { kind: 'person', id: found.person.id, ip: given.ip, requestId: given.requestId },
      action: 'person.signed-in',
      subjectKind: 'person',
      subjectId: found.person.id,
    });
  });
  return found.person;
}

/** Counts one more. Errors: `too-many-sign-ins` (429) with the time to wait. */
export async function countOrRefuse(parts: { db: Db; clock: Clock }, limit: Limit): Promise<void> {
  if ((await countHit(parts, limit.key, limit.windowMs)) <= limit.most) return;
  const retryAfterSeconds = await secondsUntilReset(parts, limit.key);
  const minutes = Math.ceil(retryAfterSeconds / 60);
  throw new Refusal(
    'too-many-sign-ins',
    429,
    `There were too many tries. Please wait ${minutes === 1 ? 'a minute' : `${minutes} minutes`} and try again.`,
    { retryAfterSeconds },
  );
}
