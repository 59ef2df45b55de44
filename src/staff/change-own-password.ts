import { type Actor, recordAudit } from '../audit/record.ts';
import { type Clock, MINUTE_MS } from '../platform/clock.ts';
import type { Db } from '../platform/database/database.ts';
import { refuseFields } from '../platform/refusal.ts';
import { forgetHits } from '../platform/throttle.ts';
import { endSessions } from './end-sessions.ts';
import { dropPersonTokens } from './issue-person-token.ts';
import { hashPassword, passwordFault, passwordMatches } from './password.ts';
import type { Person } from './person.ts';
import { countOrRefuse } from './sign-in.ts';
import { passwordHashOf, readPerson } from './staff.store.ts';

/**
 * Changes the password of the person who asks, and ends all their sessions: the route begins a new one with what
 * this gives. Errors: `fields-invalid` (422) on `current` or `password`; `too-many-sign-ins` (429).
 */
export async function changeOwnPassword(
  parts: { db: Db; clock: Clock },
  given: { current: string; password: string },
  actor: Actor & { id: string },
): Promise<Person> {
  const { db } = parts;
  const limit = { key: `own-password ${actor.id}`, most: 8, windowMs: 15 * MINUTE_MS };
  await countOrRefuse(parts, limit);
  const before = await passwordHashOf(db, actor.id);
  if (!(await passwordMatches(given.current, before))) {
    throw refuseFields({ current: 'This is not your password.' });
  }
  const person = await readPerson(db, actor.id);
  const fault =
    given.password === given.current
      ? 'This is the password that you have.'
      : passwordFault(given.password, person.email);
  if (fault) throw refuseFields({ password: fault });
  const passwordHash = await hashPassword(given.password);

  return db.tx(async () => {
    const done = await db.q
      .updateTable('person')
      .set({ password_hash: passwordHash })
      .where('id', '=', actor.id)
      .where('password_hash', '=', before)
      .executeTakeFirst();
    if (done.numUpdatedRows !== 1n) throw refuseFields({ current: 'Your password was changed elsewhere just now.' });
    await forgetHits(parts, limit.key);
    await dropPersonTokens(parts, actor.id);
    const sessionEpoch = await endSessions(parts, actor.id);
    await recordAudit(parts, {
      actor,
      action: 'person.changed-password',
      subjectKind: 'person',
      subjectId: actor.id,
    });
    return { ...person, sessionEpoch };
  });
}
