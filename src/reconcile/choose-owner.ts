import { type Actor, recordAudit } from '../audit/record.ts';
import { type Clock, nowIso } from '../platform/clock.ts';
import type { Db } from '../platform/database/database.ts';
import { refuseFields } from '../platform/refusal.ts';
import { possibleOwners } from './settings.store.ts';

/** Chooses whom differences that are found from now on go to; empty for nobody. Errors: `fields-invalid` (422). */
export async function chooseOwner(
  parts: { db: Db; clock: Clock },
  { ownerId, actor }: { ownerId: string; actor: Actor },
): Promise<void> {
  const { db, clock } = parts;
  if (ownerId && !(await possibleOwners(db)).some((person) => person.id === ownerId)) {
    throw refuseFields({ ownerId: 'Choose somebody from the list.' });
  }
  const row = { owner_id: ownerId || null, updated_at: nowIso(clock) };
  await db.tx(async () => {
    await db.q
      .insertInto('reconcile_settings')
      .values({ id: 'company', ...row })
      .onConflict((clash) => clash.column('id').doUpdateSet(row))
      .execute();
    const detail = { ownerId: row.owner_id };
    await recordAudit(parts, {
      actor,
      action: 'reconcile.owner-chosen',
      subjectKind: 'company',
      subjectId: 'company',
      detail,
    });
  });
}
