import { type Clock, nowIso } from '../platform/clock.ts';
import type { Db } from '../platform/database/database.ts';

/** Who did it: a person of the staff, a customer holding a link, the gateway, or the portal by itself. */
export interface Actor {
  kind: 'person' | 'customer' | 'gateway' | 'system';
  id?: string | undefined;
  ip?: string | undefined;
  requestId?: string | undefined;
}

export const SYSTEM: Actor = { kind: 'system' };

export interface AuditRecord {
  actor: Actor;
  /** What was done, as `noun.verb`: `link.revoked`. */
  action: string;
  subjectKind: string;
  subjectId: string;
  /** What else explains it; never a secret, a card number or a token. */
  detail?: Record<string, unknown>;
}

/** Adds one line to the log that is never changed; call it in the transaction of the deed. */
export async function recordAudit(parts: { db: Db; clock: Clock }, entry: AuditRecord): Promise<void> {
  await recordAudits(parts, [entry]);
}

/** The same for many deeds at once, in their order. */
export async function recordAudits(
  { db, clock }: { db: Db; clock: Clock },
  entries: readonly AuditRecord[],
): Promise<void> {
  if (entries.length === 0) return;
  await db.q
    .insertInto('audit')
    .values(
      entries.map((entry) => ({
        at: nowIso(clock),
        actor_kind: entry.actor.kind,
        actor_id: entry.actor.id ?? null,
        action: entry.action,
        subject_kind: entry.subjectKind,
        subject_id: entry.subjectId,
        detail: JSON.stringify(entry.detail ?? {}),
        ip: entry.actor.ip ?? null,
        request_id: entry.actor.requestId ?? null,
      })),
    )
    .execute();
}
