import type { Selectable } from 'kysely';
import type { Db } from '../platform/database/database.ts';
import type { AuditCheckTable } from '../platform/database/tables.ts';
import { notFound } from '../platform/refusal.ts';
import type { ChainReport } from './verify-chain.ts';

/** A check of the log that somebody asked for. */
export interface AuditCheck {
  id: string;
  state: 'running' | 'done' | 'failed';
  startedAt: string;
  /** Until when the process that runs it has promised to say how far it is. */
  claimedUntil: string;
  doneLines: number;
  totalLines: number;
  report: ChainReport | undefined;
}

/** The last check that was asked for; undefined before the first. */
export async function latestCheck(db: Db): Promise<AuditCheck | undefined> {
  const row = await db.read.selectFrom('audit_check').selectAll().orderBy('id', 'desc').limit(1).executeTakeFirst();
  return row && checkOf(row);
}

/** Errors: 404 when there is none of that id. */
export async function readCheck(db: Db, id: string): Promise<AuditCheck> {
  const row = await db.read.selectFrom('audit_check').selectAll().where('id', '=', id).executeTakeFirst();
  if (!row) throw notFound('check');
  return checkOf(row);
}

function checkOf(row: Selectable<AuditCheckTable>): AuditCheck {
  return {
    id: row.id,
    state: row.state,
    startedAt: row.started_at,
    claimedUntil: row.claimed_until,
    doneLines: row.done_lines,
    totalLines: row.total_lines,
    report: row.report === null ? undefined : JSON.parse(row.report),
  };
}
