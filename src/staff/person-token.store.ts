import { type Clock, nowIso } from '../platform/clock.ts';
import type { Db } from '../platform/database/database.ts';
import { Refusal } from '../platform/refusal.ts';
import { hashOfToken, type PersonTokenKind } from './issue-person-token.ts';
import type { Person } from './person.ts';
import { findPerson } from './staff.store.ts';

/** Whose token this is. Errors: `token-invalid` (410) when used, expired, unknown or of somebody disabled. */
export async function personOfToken(
  { db, clock }: { db: Db; clock: Clock },
  kind: PersonTokenKind,
  token: string,
): Promise<Person> {
  const row = await db.read
    .selectFrom('person_token')
    .select('person_id')
    .where('token_hash', '=', hashOfToken(token))
    .where('kind', '=', kind)
    .where('used_at', 'is', null)
    .where('expires_at', '>', nowIso(clock))
    .executeTakeFirst();
  const person = row && (await findPerson(db, row.person_id));
  if (!person || person.disabledAt) throw tokenInvalid(kind);
  return person;
}

/** One answer for every reason: it says what to do next, and nothing about who exists. */
export function tokenInvalid(kind: PersonTokenKind): Refusal {
  return kind === 'invite'
    ? new Refusal('token-invalid', 410, 'This invitation was used already or has expired. Ask for a new one.')
    : new Refusal('token-invalid', 410, 'This link was used already or has expired. Ask for a new one.');
}
