import type { Db } from '../platform/database/database.ts';
import { notFound } from '../platform/refusal.ts';
import { MOST_VIEWS, type SavedView } from './saved-view.ts';

/** A person's own views by name, and those that others share, at most 50 of them. */
export async function viewsFor(db: Db, personId: string): Promise<{ own: SavedView[]; shared: SavedView[] }> {
  const [own, shared] = await Promise.all([
    viewsIn(db).where('person_id', '=', personId).orderBy('saved_view.name').limit(MOST_VIEWS).execute(),
    viewsIn(db)
      .where('shared', '=', 1)
      .where('person_id', '<>', personId)
      .orderBy('saved_view.name')
      .limit(50)
      .execute(),
  ]);
  return { own: own.map(viewOf), shared: shared.map(viewOf) };
}

/** A view of that person. Errors: 404 when they have none of that id. */
export async function readOwnView(db: Db, id: string, personId: string): Promise<SavedView> {
  const row = await viewsIn(db).where('saved_view.id', '=', id).where('person_id', '=', personId).executeTakeFirst();
  if (!row) throw notFound('saved view');
  return viewOf(row);
}

function viewsIn(db: Db) {
  return db.read
    .selectFrom('saved_view')
    .innerJoin('person', 'person.id', 'saved_view.person_id')
    .select(['saved_view.id', 'person_id', 'saved_view.name', 'query', 'shared', 'person.name as owner'])
    .where('list', '=', 'receipts');
}

type Row = Awaited<ReturnType<ReturnType<typeof viewsIn>['execute']>>[number];

function viewOf(row: Row): SavedView {
  return {
    id: row.id,
    personId: row.person_id,
    ownerName: row.owner,
    name: row.name,
    query: row.query,
    shared: row.shared === 1,
  };
}
