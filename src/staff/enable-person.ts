import { type Actor, recordAudit } from '../audit/record.ts';
import type { Clock } from '../platform/clock.ts';
import type { Db } from '../platform/database/database.ts';
import { readPerson } from './staff.store.ts';

/** Lets somebody in again, with the password and role they had. Errors: 404. */
export async function enablePerson(parts: { db: Db; clock: Clock }, personId: string, actor: Actor): Promise<void> {
  const { db } = parts;
  await db.tx(async () => {
    await readPerson(db, personId);
    const done = await db.q
      .updateTable('person')
      .set({ disabled_at: null })
      .where('id', '=', personId)
      .where('disabled_at', 'is not', null)
      .executeTakeFirst();
    if (done.numUpdatedRows !== 1n) return;
    await recordAudit(parts, { actor, action: 'person.enabled', subjectKind: 'person', subjectId: personId });
  });
}
