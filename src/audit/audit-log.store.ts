import { sql } from 'kysely';
import type { Db } from '../platform/database/database.ts';
import { momentsOf } from '../platform/day-range.ts';
import { textKey } from '../platform/text-key.ts';
import type { AuditFilter } from './audit-filter.ts';
import type { AuditRow } from './chain.ts';
import { subjectsMeant } from './subjects.store.ts';

/** A line with the name and role of the person who did it. */
export interface LoggedDeed extends AuditRow {
  person_name: string | null;
  person_role: string | null;
}

/** Where a list goes on: after the line of that time and number. */
export interface AuditKey {
  at: string;
  seq: number;
}

/**
 * Lines newest first, from behind a key on, at most so many. Each way of narrowing has an index that holds the order, so that
 * a page costs the same in a log of any length.
 */
export async function listDeeds(
  db: Db,
  filter: AuditFilter,
  { zone, after, most }: { zone: string; after: AuditKey | undefined; most: number },
): Promise<LoggedDeed[]> {
  const subjects = filter.search
    ? await subjectsMeant(db, { text: filter.search, key: textKey(filter.search) })
    : undefined;
  const actions = filter.group ? await actionsOf(db, filter.group) : [undefined];
  if (subjects?.length === 0) return [];
  // One question for each action, since an index holds the order within one and not across several; one after another,
  // so that a page does not take all connections.
  const found: LoggedDeed[] = [];
  for (const action of actions) {
    found.push(...(await narrowed(db, filter, { zone, after, subjects, action }).limit(most).execute()));
  }
  return found.sort((a, b) => (a.at === b.at ? b.seq - a.seq : a.at < b.at ? 1 : -1)).slice(0, most);
}

function narrowed(
  db: Db,
  filter: AuditFilter,
  narrow: {
    zone: string;
    after: AuditKey | undefined;
    subjects: string[] | undefined;
    action: string | undefined;
  },
) {
  const { since, until } = momentsOf(filter.days, narrow.zone);
  const { after, subjects, action } = narrow;
  let query = db.read
    .selectFrom('audit')
    .leftJoin('person', 'person.id', 'audit.actor_id')
    .selectAll('audit')
    .select(['person.name as person_name', 'person.role as person_role'])
    .orderBy('audit.at', 'desc')
    .orderBy('audit.seq', 'desc');
  if (since) query = query.where('audit.at', '>=', since);
  if (until) query = query.where('audit.at', '<', until);
  if (after) query = query.where(sql<boolean>`(audit.at, audit.seq) < (${after.at}, ${after.seq})`);
  if (subjects) query = query.where('audit.subject_id', 'in', subjects);
  // As it stands in the indexes, which a parameter could not be compared with.
  if (filter.personId) query = query.where('audit.actor_kind', '=', sql.lit('person'));
  // Both in one: most of what is done of a kind is done by the portal, and others would be looked for among that.
  const isBoth = (column: string, who: string) =>
    sql<boolean>`(${sql.ref(column)} || ' ' || audit.action) = ${`${who} ${action}`}`;
  if (action && filter.personId) return query.where(isBoth('audit.actor_id', filter.personId));
  if (action && filter.otherActor) return query.where(isBoth('audit.actor_kind', filter.otherActor));
  if (filter.personId) query = query.where('audit.actor_id', '=', filter.personId);
  if (filter.otherActor) query = query.where('audit.actor_kind', '=', filter.otherActor);
  if (action) query = query.where('audit.action', '=', action);
  return query;
}

/** The actions of a group that ever happened. */
async function actionsOf(db: Db, group: string): Promise<string[]> {
  return (await actionsKnown(db)).filter((action) => action.startsWith(`${group}.`));
}

/** Every action that ever happened, in order: one step of the index for each. */
export async function actionsKnown(db: Db): Promise<string[]> {
  const { rows } = await sql<{ action: string }>`
    with recursive known (action) as (
      select min(action) from audit
      union all
      select (select min(audit.action) from audit where audit.action > known.action) from known where known.action is not null
    ) select action from known where action is not null`.execute(db.read);
  return rows.map(({ action }) => action);
}

/** Everybody who works here or did, for the choice of whose deeds are shown. */
export async function listPeople(db: Db): Promise<Array<{ id: string; name: string }>> {
  return db.read.selectFrom('person').select(['id', 'name']).orderBy('name').orderBy('id').execute();
}
