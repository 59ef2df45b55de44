import { sql } from 'kysely';
import { type Actor, recordAudit } from '../audit/record.ts';
import { type Clock, nowIso } from '../platform/clock.ts';
import type { Db } from '../platform/database/database.ts';
import { isUniqueViolation } from '../platform/database/unique-violation.ts';
import { newId } from '../platform/ids.ts';
import { refuseFields } from '../platform/refusal.ts';
import { MOST_VIEWS, readViewName, tidyQuery } from './saved-view.ts';

/**
 * Keeps a choice of the list under a name, for its maker or for all. Gives its id.
 * Errors: `fields-invalid` (422) for the name: empty, too long, in use, or one view too many.
 */
export async function saveView(
  parts: { db: Db; clock: Clock },
  order: { name: string; query: string; shared: boolean; actor: Actor & { id: string } },
): Promise<string> {
  const { db, clock } = parts;
  const name = readViewName(order.name);
  const id = newId('vew');
  return db
    .tx(async () => {
      const { n } = await db.q
        .selectFrom('saved_view')
        .select(sql<number>`count(*)`.as('n'))
        .where('person_id', '=', order.actor.id)
        .executeTakeFirstOrThrow();
      if (Number(n) >= MOST_VIEWS) throw refuseFields({ name: `You have ${MOST_VIEWS} views: delete one first.` });
      await db.q
        .insertInto('saved_view')
        .values({
          id,
          person_id: order.actor.id,
          list: 'receipts',
          name,
          query: tidyQuery(order.query),
          shared: order.shared ? 1 : 0,
          created_at: nowIso(clock),
        })
        .execute();
      await recordAudit(parts, {
        actor: order.actor,
        action: 'saved-view.made',
        subjectKind: 'saved-view',
        subjectId: id,
        detail: { name, shared: order.shared },
      });
      return id;
    })
    .catch(refuseTakenName);
}

/** Two views of a person never have the same name. */
export function refuseTakenName(error: unknown): never {
  if (isUniqueViolation(error)) throw refuseFields({ name: 'You have a view of that name already.' });
  throw error;
}
