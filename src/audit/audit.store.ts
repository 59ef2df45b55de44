import type { Db } from '../platform/database/database.ts';

export interface AuditLine {
  at: string;
  action: string;
  actorKind: string;
  actorName: string | undefined;
  detail: Record<string, unknown>;
}

/** What was done to one thing, oldest first, at most 200 lines. */
export async function auditOf(db: Db, subjectId: string): Promise<AuditLine[]> {
  const rows = await db.read
    .selectFrom('audit')
    .leftJoin('person', 'person.id', 'audit.actor_id')
    .select(['audit.at', 'audit.action', 'audit.actor_kind', 'audit.detail', 'person.name'])
    .where('audit.subject_id', '=', subjectId)
    .orderBy('audit.seq')
    .limit(200)
    .execute();
  return rows.map((row) => ({
    at: row.at,
    action: row.action,
    actorKind: row.actor_kind,
    actorName: row.name ?? undefined,
    detail: JSON.parse(row.detail),
  }));
}
