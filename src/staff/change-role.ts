import { type Actor, recordAudit } from '../audit/record.ts';
import type { Role } from '../permissions.ts';
import type { Clock } from '../platform/clock.ts';
import type { Db } from '../platform/database/database.ts';
import { endSessions } from './end-sessions.ts';
import { keepAnAdmin, refuseOneself } from './keep-an-admin.ts';
import { readPerson } from './staff.store.ts';

/**
 * Gives somebody another role and ends their sessions.
 * Errors: 404; `not-yourself` (409); `last-admin` (409).
 */
export async function changeRole(
  parts: { db: Db; clock: Clock },
  personId: string,
  role: Role,
  actor: Actor,
): Promise<void> {
  const { db } = parts;
  refuseOneself(personId, actor.id, 'change the role of');
  await db.tx(async () => {
    const person = await readPerson(db, personId);
    if (person.role === role) return;
    if (role !== 'admin') await keepAnAdmin(parts, personId);
    const done = await db.q
      .updateTable('person')
      .set({ role })
      .where('id', '=', personId)
      .where('role', '=', person.role)
      .executeTakeFirst();
    if (done.numUpdatedRows !== 1n) return;
    await endSessions(parts, personId);
    await recordAudit(parts, {
      actor,
      action: 'person.changed-role',
      subjectKind: 'person',
      subjectId: personId,
      detail: { from: person.role, to: role },
    });
  });
}
