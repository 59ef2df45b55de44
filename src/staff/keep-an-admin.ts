import type { Db } from '../platform/database/database.ts';
import { Refusal } from '../platform/refusal.ts';

/**
 * Call in the transaction that takes an administrator's rights away: there must be another who can sign in.
 * On PostgreSQL it locks them all, in one order, so that two administrators cannot remove each other at once.
 * Errors: `last-admin` (409).
 */
export async function keepAnAdmin({ db }: { db: Db }, without: string): Promise<void> {
  let admins = db.q
    .selectFrom('person')
    .select('id')
    .where('role', '=', 'admin')
    .where('disabled_at', 'is', null)
    .where('password_hash', 'is not', null)
    .orderBy('id');
  if (db.dialect === 'postgres') admins = admins.forUpdate();
  const ids = (await admins.execute()).map((row) => row.id);
  if (ids.includes(without) && ids.length === 1) {
    throw new Refusal('last-admin', 409, 'This is the last administrator. Make somebody else administrator first.');
  }
}

/** Errors: `not-yourself` (409): nobody takes their own rights away by mistake. */
export function refuseOneself(personId: string, actorId: string | undefined, deed: string): void {
  if (personId === actorId) throw new Refusal('not-yourself', 409, `You cannot ${deed} yourself.`);
}
