import { type Actor, recordAudit } from '../audit/record.ts';
import { type Clock, nowIso } from '../platform/clock.ts';
import type { Db } from '../platform/database/database.ts';
import { newId } from '../platform/ids.ts';
import { KIND_NAMES } from './object-kinds.ts';
import { countOurs } from './ours.store.ts';
import { runSince, type Scope, stepsOf } from './run.ts';
import { everythingSince, latestRun } from './runs.store.ts';

/**
 * Writes down that an account is to be looked at; `continueRun` does it. Gives the run's id: that of the one under way where
 * there is one, whoever presses twice.
 */
export async function startRun(
  parts: { db: Db; clock: Clock },
  { accountId, scope, actor }: { accountId: string; scope: Scope; actor: Actor },
): Promise<string> {
  const { db, clock } = parts;
  const last = await latestRun(db, accountId, 'done');
  const since = runSince(scope, await everythingSince(db, accountId), last?.startedAt);
  const expected = await countOurs(db, accountId, since);
  return db.tx(async () => {
    const added = await db.q
      .insertInto('reconcile_run')
      .values({
        id: newId('rec'),
        account_id: accountId,
        scope,
        since,
        state: 'running',
        step: stepsOf(KIND_NAMES)[0]?.name ?? '',
        passed_ref: null,
        expected_count: expected,
        looked_count: 0,
        foreign_count: 0,
        under_way_count: 0,
        started_by: actor.kind === 'person' ? (actor.id ?? null) : null,
        started_at: nowIso(clock),
        claim: null,
        claimed_until: null,
        tries: 0,
        failure: null,
        finished_at: null,
      })
      .onConflict((clash) => clash.doNothing())
      .returning('id')
      .executeTakeFirst();
    if (!added) return runningId(db, accountId);
    if (actor.kind === 'person') {
      const about = { subjectKind: 'account', subjectId: accountId, detail: { runId: added.id, scope } };
      await recordAudit(parts, { actor, action: 'reconcile.started', ...about });
    }
    return added.id;
  });
}

async function runningId(db: Db, accountId: string): Promise<string> {
  const row = await db.q
    .selectFrom('reconcile_run')
    .select('id')
    .where('account_id', '=', accountId)
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirstOrThrow();
  return row.id;
}
