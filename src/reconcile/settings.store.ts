import type { Db } from '../platform/database/database.ts';

/** Whom differences go to; undefined where the company chose nobody, or somebody who has left. */
export async function differencesOwner(db: Db): Promise<{ id: string; name: string } | undefined> {
  return db.read
    .selectFrom('reconcile_settings')
    .innerJoin('person', 'person.id', 'reconcile_settings.owner_id')
    .select(['person.id', 'person.name'])
    .where('person.disabled_at', 'is', null)
    .where('person.role', 'in', ['admin', 'accountant'])
    .executeTakeFirst();
}

/** Who may be chosen: everybody whose work is the desk. */
export async function possibleOwners(db: Db): Promise<Array<{ id: string; name: string }>> {
  return db.read
    .selectFrom('person')
    .select(['id', 'name'])
    .where('disabled_at', 'is', null)
    .where('role', 'in', ['admin', 'accountant'])
    .orderBy('name')
    .orderBy('id')
    .execute();
}
