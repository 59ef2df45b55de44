import { type Actor, recordAudit } from '../audit/record.ts';
import type { Clock } from '../platform/clock.ts';
import type { Db } from '../platform/database/database.ts';

/** Notes that somebody left; the route ends the session itself, whose id only the request knows. */
export async function signOut(parts: { db: Db; clock: Clock }, actor: Actor & { id: string }): Promise<void> {
  await recordAudit(parts, { actor, action: 'person.signed-out', subjectKind: 'person', subjectId: actor.id });
}
