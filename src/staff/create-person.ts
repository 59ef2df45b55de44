import { type Actor, recordAudit } from '../audit/record.ts';
import { readMailAddress } from '../mail/address.ts';
import type { Role } from '../permissions.ts';
import { type Clock, nowIso } from '../platform/clock.ts';
import type { Db } from '../platform/database/database.ts';
import { newId } from '../platform/ids.ts';
import { refuseFields } from '../platform/refusal.ts';
import { tidyLine } from '../platform/text-key.ts';
import { emailKey, type Person } from './person.ts';
import { readPerson } from './staff.store.ts';

/**
 * Enters somebody who cannot sign in yet: an invitation comes next.
 * Errors: `fields-invalid` (422) on `email` when it is none or somebody has it already.
 */
export async function createPerson(
  parts: { db: Db; clock: Clock },
  wanted: { email: string; name: string; role: Role },
  actor: Actor,
): Promise<Person> {
  const { db, clock } = parts;
  const email = readMailAddress(wanted.email.trim());
  if (!email) throw refuseFields({ email: 'This is not an e-mail address that we can write to.' });
  return db.tx(async () => {
    const id = newId('per');
    const added = await db.q
      .insertInto('person')
      .values({
        id,
        email,
        email_key: emailKey(email),
        name: tidyLine(wanted.name),
        role: wanted.role,
        password_hash: null,
        created_at: nowIso(clock),
        last_sign_in_at: null,
        disabled_at: null,
      })
      .onConflict((clash) => clash.column('email_key').doNothing())
      .returning('id')
      .executeTakeFirst();
    if (!added) throw refuseFields({ email: 'Somebody with this e-mail address is here already.' });
    await recordAudit(parts, {
      actor,
      action: 'person.created',
      subjectKind: 'person',
      subjectId: id,
      detail: { role: wanted.role },
    });
    return readPerson(db, id);
  });
}
