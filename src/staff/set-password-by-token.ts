import { type Actor, recordAudit } from '../audit/record.ts';
import { type Clock, nowIso } from '../platform/clock.ts';
import type { Db } from '../platform/database/database.ts';
import { refuseFields } from '../platform/refusal.ts';
import { tidyLine } from '../platform/text-key.ts';
import { endSessions } from './end-sessions.ts';
import { dropPersonTokens, hashOfToken, type PersonTokenKind } from './issue-person-token.ts';
import { hashPassword, passwordFault } from './password.ts';
import type { Person } from './person.ts';
import { personOfToken, tokenInvalid } from './person-token.store.ts';

/**
 * Accepts an invitation or ends a reset: sets the password (and, when accepting, the name), uses the token up and
 * ends all sessions. Gives the person.
 * Errors: `token-invalid` (410) when used, expired, unknown or of somebody disabled; `fields-invalid` (422).
 */
export async function setPasswordByToken(
  parts: { db: Db; clock: Clock },
  kind: PersonTokenKind,
  given: { token: string; password: string; name?: string },
  from: Pick<Actor, 'ip' | 'requestId'>,
): Promise<Person> {
  const { db, clock } = parts;
  const person = await personOfToken(parts, kind, given.token);
  const fault = passwordFault(given.password, person.email);
  if (fault) throw refuseFields({ password: fault });
  const passwordHash = await hashPassword(given.password);

  await db.tx(async () => {
    const used = await db.q
      .updateTable('person_token')
      .set({ used_at: nowIso(clock) })
      .where('token_hash', '=', hashOfToken(given.token))
      .where('used_at', 'is', null)
      .executeTakeFirst();
    if (used.numUpdatedRows !== 1n) throw tokenInvalid(kind);
    const name = given.name === undefined ? person.name : tidyLine(given.name);
    await db.q.updateTable('person').set({ password_hash: passwordHash, name }).where('id', '=', person.id).execute();
    await dropPersonTokens(parts, person.id);
    await endSessions(parts, person.id);
    await recordAudit(parts, {
      actor: { kind: 'person', id: person.id, ...from },
      action: kind === 'invite' ? 'person.accepted-invite' : 'person.reset-password',
      subjectKind: 'person',
      subjectId: person.id,
    });
  });
  return person;
}
