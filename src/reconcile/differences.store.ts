import type { Selectable } from 'kysely';
import type { Db } from '../platform/database/database.ts';
import type { ReconcileDifferenceTable } from '../platform/database/tables.ts';
import type { DifferenceKind, ObjectKind } from './difference.ts';
import type { Run } from './run.ts';

/** A difference as it is kept: since when it stands, and who decides. */
export interface FiledDifference {
  id: string;
  accountId: string;
  objectKind: ObjectKind;
  kind: DifferenceKind;
  ourId: string | undefined;
  gatewayRef: string | undefined;
  currency: string;
  hereMinor: number | undefined;
  thereMinor: number | undefined;
  state: 'open' | 'repaired' | 'gone';
  foundAt: string;
  caseId: string | undefined;
  /** The owner's name; undefined while nobody has taken its case. */
  owner: string | undefined;
  /** A person has closed its case: it is explained, though it stands. */
  isExplained: boolean;
}

/** How many differences a page shows: more of them are told by their number. */
export const SHOWN_MOST = 100;

/**
 * The next open differences of an account that a run has not looked at again. What a person has explained is left alone,
 * unless the run looks at everything.
 */
export async function earlierDifferences(db: Db, run: Run, limit: number): Promise<FiledDifference[]> {
  let query = withCases(db)
    .where('difference.account_id', '=', run.accountId)
    .where('difference.state', '=', 'open')
    .where('difference.id', '>', run.passedRef ?? '')
    .where('difference.found_at', '<', run.startedAt);
  if (run.scope === 'new') query = query.where('case_file.closed_at', 'is', null);
  return (await query.orderBy('difference.id').limit(limit).execute()).map(filedOf);
}

/** What stands open between books and gateways, the oldest first. */
export async function openDifferences(db: Db): Promise<FiledDifference[]> {
  const rows = await withCases(db)
    .where('difference.state', '=', 'open')
    .orderBy('difference.id')
    .limit(SHOWN_MOST)
    .execute();
  return rows.map(filedOf);
}

/** How much stands open per account and currency, since when, and how much of it is explained. */
export async function countOpen(
  db: Db,
): Promise<Array<{ accountId: string; currency: string; open: number; explained: number; since: string }>> {
  const rows = await db.read
    .selectFrom('reconcile_difference as difference')
    .leftJoin('case_file', 'case_file.id', 'difference.case_id')
    .select(({ fn }) => [
      'difference.account_id',
      'difference.currency',
      fn.countAll<number>().as('all'),
      fn.count<number>('case_file.closed_at').as('explained'),
    ])
    .select(({ fn, eb }) =>
      fn
        .min<string>(eb.case().when('case_file.closed_at', 'is', null).then(eb.ref('difference.found_at')).end())
        .as('since'),
    )
    .where('difference.state', '=', 'open')
    .groupBy(['difference.account_id', 'difference.currency'])
    .execute();
  return rows.map((row) => ({
    accountId: row.account_id,
    currency: row.currency,
    open: Number(row.all) - Number(row.explained),
    explained: Number(row.explained),
    since: row.since ?? '',
  }));
}

/** What a run found, in the order in which it did. */
export async function differencesOfRun(db: Db, runId: string): Promise<FiledDifference[]> {
  const rows = await withCases(db)
    .where('difference.run_id', '=', runId)
    .orderBy('difference.id')
    .limit(SHOWN_MOST)
    .execute();
  return rows.map(filedOf);
}

function withCases(db: Db) {
  return db.read
    .selectFrom('reconcile_difference as difference')
    .leftJoin('case_file', 'case_file.id', 'difference.case_id')
    .leftJoin('person', 'person.id', 'case_file.owner_id')
    .selectAll('difference')
    .select(['case_file.closed_at', 'person.name as owner']);
}

function filedOf(
  row: Selectable<ReconcileDifferenceTable> & { closed_at: string | null; owner: string | null },
): FiledDifference {
  return {
    id: row.id,
    accountId: row.account_id,
    objectKind: row.object_kind as ObjectKind,
    kind: row.kind as DifferenceKind,
    ourId: row.our_id ?? undefined,
    gatewayRef: row.gateway_ref ?? undefined,
    currency: row.currency,
    hereMinor: row.here_minor ?? undefined,
    thereMinor: row.there_minor ?? undefined,
    state: row.state,
    foundAt: row.found_at,
    caseId: row.case_id ?? undefined,
    owner: row.owner ?? undefined,
    isExplained: row.closed_at !== null,
  };
}
