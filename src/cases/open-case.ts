import { type Clock, nowIso } from '../platform/clock.ts';
import type { Db } from '../platform/database/database.ts';
import { newId } from '../platform/ids.ts';
import type { CaseKind } from './case.ts';

export interface NewCase {
  kind: CaseKind;
  /** The same key is one case, however often it is found again. */
  dedupeKey: string;
  subjectKind: string;
  subjectId: string;
  customerId?: string | undefined;
  /** One sentence: what is wrong and what a person could do. */
  summary: string;
  detail?: Record<string, unknown>;
}

/** Opens a case unless it is open or was closed before. Gives true when it is new. */
export async function openCase({ db, clock }: { db: Db; clock: Clock }, found: NewCase): Promise<boolean> {
  const rows = await db.q
    .insertInto('case_file')
    .values({
      id: newId('cas'),
      kind: found.kind,
      dedupe_key: found.dedupeKey,
      subject_kind: found.subjectKind,
      subject_id: found.subjectId,
      customer_id: found.customerId ?? null,
      summary: found.summary,
      detail: JSON.stringify(found.detail ?? {}),
      owner_id: null,
      opened_at: nowIso(clock),
      closed_at: null,
      closed_by: null,
      resolution: null,
    })
    .onConflict((clash) => clash.column('dedupe_key').doNothing())
    .returning('id')
    .execute();
  return rows.length > 0;
}
