import type { Selectable, Updateable } from 'kysely';
import type { Db } from '../platform/database/database.ts';
import type { ReconcileRunTable } from '../platform/database/tables.ts';
import { isId } from '../platform/ids.ts';
import { type KeysetPage, keysetPage, PAGE_SIZE } from '../platform/keyset.ts';
import { notFound } from '../platform/refusal.ts';
import { CLOCKS_DIFFER_MS, earlierIso, LostClaim, type Run } from './run.ts';

/** Errors: 404 when there is none of that id. */
export async function readRun(db: Db, id: string): Promise<Run> {
  const row = isId(id, 'rec')
    ? await db.read.selectFrom('reconcile_run').selectAll().where('id', '=', id).executeTakeFirst()
    : undefined;
  if (!row) throw notFound('run');
  return runOf(row);
}

/** The newest run of an account in one of these states. */
export async function latestRun(db: Db, accountId: string, state: Run['state']): Promise<Run | undefined> {
  const row = await db.read
    .selectFrom('reconcile_run')
    .selectAll()
    .where('account_id', '=', accountId)
    .where('state', '=', state)
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row && runOf(row);
}

/** The first run that failed since the one given, or ever: since when an account could not be reached. */
export async function firstFailureAfter(db: Db, accountId: string, afterId: string): Promise<Run | undefined> {
  const row = await db.read
    .selectFrom('reconcile_run')
    .selectAll()
    .where('account_id', '=', accountId)
    .where('state', '=', 'failed')
    .where('id', '>', afterId)
    .orderBy('id')
    .limit(1)
    .executeTakeFirst();
  return row && runOf(row);
}

/**
 * From when on all that an account ever took was made: from its connection on, also where nothing stands here, since books
 * of a backup may have lost what was charged.
 */
export async function everythingSince(db: Db, accountId: string): Promise<string> {
  const { created_at } = await db.read
    .selectFrom('account')
    .select('created_at')
    .where('id', '=', accountId)
    .executeTakeFirstOrThrow();
  return earlierIso(created_at, CLOCKS_DIFFER_MS);
}

/** What a run found and repaired, in numbers. */
export interface Found {
  found: number;
  repaired: number;
}

/** A run in a list: of which account, begun by whom, and what came of it. */
export interface ListedRun extends Run, Found {
  starter: string | undefined;
}

/** All runs, newest first. */
export async function listRuns(db: Db, before?: string | undefined): Promise<KeysetPage<ListedRun>> {
  let query = db.read
    .selectFrom('reconcile_run')
    .leftJoin('person', 'person.id', 'reconcile_run.started_by')
    .selectAll('reconcile_run')
    .select('person.name as starter');
  if (isId(before, 'rec')) query = query.where('reconcile_run.id', '<', before);
  const rows = await query
    .orderBy('reconcile_run.id', 'desc')
    .limit(PAGE_SIZE + 1)
    .execute();
  const found = await foundIn(
    db,
    rows.map((row) => row.id),
  );
  return keysetPage(
    rows.map((row) => ({
      ...runOf(row),
      starter: row.starter ?? undefined,
      ...(found.get(row.id) ?? { found: 0, repaired: 0 }),
    })),
  );
}

async function foundIn(db: Db, runIds: string[]): Promise<Map<string, Found>> {
  if (runIds.length === 0) return new Map();
  const rows = await db.read
    .selectFrom('reconcile_difference')
    .select(({ fn, eb }) => [
      'run_id',
      fn.countAll<number>().as('found'),
      fn.sum<number>(eb.case().when('state', '=', 'repaired').then(1).else(0).end()).as('repaired'),
    ])
    .where('run_id', 'in', runIds)
    .groupBy('run_id')
    .execute();
  return new Map(rows.map((row) => [row.run_id, { found: Number(row.found), repaired: Number(row.repaired) }]));
}

export function runOf(row: Selectable<ReconcileRunTable>): Run {
  return {
    id: row.id,
    accountId: row.account_id,
    scope: row.scope,
    since: row.since,
    state: row.state,
    step: row.step,
    passedRef: row.passed_ref ?? undefined,
    expected: row.expected_count,
    looked: row.looked_count,
    foreign: row.foreign_count,
    underWay: row.under_way_count,
    startedBy: row.started_by ?? undefined,
    startedAt: row.started_at,
    tries: row.tries,
    failure: row.failure ?? undefined,
    finishedAt: row.finished_at ?? undefined,
  };
}

/** Moves a run on in the name of who has taken it. Errors: LostClaim when that is somebody else by now. */
export async function moveRun(db: Db, run: Run, claim: string, set: Updateable<ReconcileRunTable>): Promise<void> {
  const moved = await db.q
    .updateTable('reconcile_run')
    .set(set)
    .where('id', '=', run.id)
    .where('claim', '=', claim)
    .executeTakeFirst();
  if (moved.numUpdatedRows !== 1n) throw new LostClaim(run.id);
}
