import { type Actor, recordAudit } from '../audit/record.ts';
import type { Clock } from '../platform/clock.ts';
import type { Db } from '../platform/database/database.ts';
import { refuseTakenName } from './save-view.ts';
import { readViewName } from './saved-view.ts';
import { readOwnView } from './saved-views.store.ts';

/**
 * Renames a view of one's own, and shares it or no longer.
 * Errors: 404 for a view of somebody else; `fields-invalid` (422) for the name.
 */
export async function changeView(
  parts: { db: Db; clock: Clock },
  order: { viewId: string; name: string; shared: boolean; actor: Actor & { id: string } },
): Promise<void> {
  const { db } = parts;
  const name = readViewName(order.name);
  await db
    .tx(async () => {
      const before = await readOwnView(db, order.viewId, order.actor.id);
      if (before.name === name && before.shared === order.shared) return;
      await db.q
        .updateTable('saved_view')
        .set({ name, shared: order.shared ? 1 : 0 })
        .where('id', '=', order.viewId)
        .execute();
      await recordAudit(parts, {
        actor: order.actor,
        action: 'saved-view.changed',
        subjectKind: 'saved-view',
        subjectId: order.viewId,
        detail: { from: before.name, to: name, shared: order.shared },
      });
    })
    .catch(refuseTakenName);
}
