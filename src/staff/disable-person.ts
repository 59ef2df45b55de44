import { type Actor, recordAudit } from '../audit/record.ts';
import { type Clock, nowIso } from '../platform/clock.ts';
import type { Db } from '../platform/database/database.ts';
import { endSessions } from './end-sessions.ts';
import { dropPersonTokens } from './issue-person-token.ts';
import { keepAnAdmin, refuseOneself } from './keep-an-admin.ts';
import { readPerson } from './staff.store.ts';

/**
 * Shuts somebody out at once: sessions and open links end. Their name stays on what they did.
 * Errors: 404; `not-yourself` (409); `last-admin` (409).
 */
export async function disablePerson(parts: { db: Db; clock: Clock }, personId: string, actor: Actor): Promise<void> {
  const { db, clock } = parts;
  refuseOneself(personId, actor.id, 'disable');
  await db.tx(async () => {
    await readPerson(db, personId);
    await keepAnAdmin(parts, personId);
    const done = await db.q
      .updateTable('person')
      .set({ disabled_at: nowIso(clock) })
      .where('id', '=', personId)
      .where('disabled_at', 'is', null)
      .executeTakeFirst();
    if (done.numUpdatedRows !== 1n) return;
    await dropPersonTokens(parts, personId);
    await endSessions(parts, personId);
    await recordAudit(parts, { actor, action: 'person.disabled', subjectKind: 'person', subjectId: personId });
  });
}
