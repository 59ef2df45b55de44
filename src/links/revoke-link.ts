import { type Actor, recordAudit } from '../audit/record.ts';
import { type Clock, nowIso } from '../platform/clock.ts';
import type { Db } from '../platform/database/database.ts';
import { Refusal } from '../platform/refusal.ts';
import { LINK_STATES } from './link.ts';
import { readLink } from './links.store.ts';

/**
 * Marks a link as withdrawn, for good; a payment under way is not touched. Gives false when it was withdrawn before.
 * Errors: `link-ended` (409) when it ended in another way, 404.
 */
export async function revokeLink(
  parts: { db: Db; clock: Clock },
  { linkId, actor }: { linkId: string; actor: Actor },
): Promise<boolean> {
  const { db, clock } = parts;
  return db.tx(async () => {
    const marked = await db.q
      .updateTable('link')
      .set({
        ended_as: 'revoked',
        ended_at: nowIso(clock),
        ended_by: actor.kind === 'person' ? (actor.id ?? null) : null,
      })
      .where('id', '=', linkId)
      .where('ended_as', 'is', null)
      .executeTakeFirst();
    if (marked.numUpdatedRows !== 1n) {
      const { endedAs } = await readLink(db, linkId);
      if (endedAs === 'revoked') return false;
      throw new Refusal('link-ended', 409, `There is nothing to revoke. ${LINK_STATES[endedAs ?? 'closed'].meaning}`);
    }
    await recordAudit(parts, { actor, action: 'link.revoked', subjectKind: 'link', subjectId: linkId });
    return true;
  });
}
