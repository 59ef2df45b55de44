import { type Actor, recordAudit } from '../audit/record.ts';
import type { Clock } from '../platform/clock.ts';
import type { Db } from '../platform/database/database.ts';
import { readOwnView } from './saved-views.store.ts';

/** Deletes a view of one's own, for those too with whom it was shared. Errors: 404. */
export async function deleteView(
  parts: { db: Db; clock: Clock },
  order: { viewId: string; actor: Actor & { id: string } },
): Promise<void> {
  const { db } = parts;
  await db.tx(async () => {
    const { name, query } = await readOwnView(db, order.viewId, order.actor.id);
    await db.q.deleteFrom('saved_view').where('id', '=', order.viewId).execute();
    await recordAudit(parts, {
      actor: order.actor,
      action: 'saved-view.deleted',
      subjectKind: 'saved-view',
      subjectId: order.viewId,
      detail: { name, query },
    });
  });
}
