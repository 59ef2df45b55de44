import { type Actor, recordAudit } from '../audit/record.ts';
import { type Clock, nowIso } from '../platform/clock.ts';
import type { Db } from '../platform/database/database.ts';
import { isUniqueViolation } from '../platform/database/unique-violation.ts';
import { newId } from '../platform/ids.ts';
import { notFound, Refusal, refuseFields } from '../platform/refusal.ts';
import { type LetterTemplate, templateFaults } from './letter-template.ts';
import { placeholderNames } from './template-kinds.ts';
import { accountNames, listVersions, type TemplatePlace } from './templates.store.ts';

/**
 * Writes a new version of a letter's words and puts it in use; older ones stay as history. Words that are in use
 * already are not written again. Errors: `fields-invalid` (422), `template-changed` (409) when somebody saved since
 * `seenVersion` (0 for none), 404 for an unknown account.
 */
export async function saveTemplate(
  parts: { db: Db; clock: Clock },
  { place, template, seenVersion, actor }: SaveOrder,
): Promise<void> {
  const { db, clock } = parts;
  const faults = templateFaults(template, placeholderNames(place.kind));
  if (Object.keys(faults).length > 0) throw refuseFields(faults);
  const now = nowIso(clock);
  try {
    await db.tx(async () => {
      if (place.accountId && !(await accountNames(db)).some((one) => one.id === place.accountId)) {
        throw notFound('payment service account');
      }
      const [newest] = await listVersions(db, place);
      if ((newest?.version ?? 0) !== seenVersion) throw changedMeanwhile();
      if (newest?.active && newest.subject === template.subject && newest.body === template.body) return;
      if (newest?.active) {
        await db.q
          .updateTable('letter_template')
          .set({ active: 0, ended_by: actor.id, ended_at: now })
          .where('id', '=', newest.id)
          .execute();
      }
      const id = newId('tpl');
      const version = seenVersion + 1;
      await db.q
        .insertInto('letter_template')
        .values({
          id,
          kind: place.kind,
          account_id: place.accountId ?? null,
          language: place.language,
          ...template,
          version,
          active: 1,
          created_by: actor.id,
          created_at: now,
          ended_by: null,
          ended_at: null,
        })
        .execute();
      await recordAudit(parts, {
        actor,
        action: 'template.saved',
        subjectKind: 'template',
        subjectId: id,
        detail: { ...place, version },
      });
    });
  } catch (error) {
    throw isUniqueViolation(error) ? changedMeanwhile() : error;
  }
}

interface SaveOrder {
  place: TemplatePlace;
  template: LetterTemplate;
  /** The newest version that the writer has seen. */
  seenVersion: number;
  actor: Actor & { id: string };
}

function changedMeanwhile(): Refusal {
  const text =
    'Somebody else changed this letter meanwhile. Their words stand in the history below; save again to use yours.';
  return new Refusal('template-changed', 409, text);
}
