import { type Actor, recordAudit } from '../audit/record.ts';
import { type Clock, nowIso } from '../platform/clock.ts';
import type { Db } from '../platform/database/database.ts';
import type { TemplatePlace } from './templates.store.ts';

/** Puts the words in use aside, so that the letter says again what it said before; nothing is deleted. False: none were in use. */
export async function restoreOriginal(
  parts: { db: Db; clock: Clock },
  { place, actor }: { place: TemplatePlace; actor: Actor & { id: string } },
): Promise<boolean> {
  const { db, clock } = parts;
  return db.tx(async () => {
    const ended = await db.q
      .updateTable('letter_template')
      .set({ active: 0, ended_by: actor.id, ended_at: nowIso(clock) })
      .where('kind', '=', place.kind)
      .where('language', '=', place.language)
      .where('account_id', place.accountId ? '=' : 'is', place.accountId ?? null)
      .where('active', '=', 1)
      .returning(['id', 'version'])
      .executeTakeFirst();
    if (!ended) return false;
    await recordAudit(parts, {
      actor,
      action: 'template.set-aside',
      subjectKind: 'template',
      subjectId: ended.id,
      detail: { ...place, version: ended.version },
    });
    return true;
  });
}
