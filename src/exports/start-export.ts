import { type Actor, recordAudit } from '../audit/record.ts';
import { readCompany } from '../company/company.store.ts';
import { nowIso } from '../platform/clock.ts';
import type { Db } from '../platform/database/database.ts';
import { newId } from '../platform/ids.ts';
import { type FieldErrors, Refusal, refuseFields } from '../platform/refusal.ts';
import { dayInZone } from '../platform/show-time.ts';
import { readDay } from '../receipts/receipt-filter.ts';
import { bookedBetween, type Choice, fileName } from './export-file.ts';
import { countEntries } from './movements.store.ts';
import { type PresetName, presetOf } from './presets.ts';
import type { ExportParts } from './write-file.ts';

export interface WantedFile {
  preset: PresetName;
  format: 'csv' | 'xlsx';
  choice: Choice;
  actor: Actor & { id: string };
  /** Made with the form: the same form sent twice is one file. */
  submissionId: string;
}

const MOST_AT_ONCE = 5;

/**
 * Writes down that somebody wants a file; `writeFile` makes it. Gives the file's id.
 * Errors: `fields-invalid` (422); `too-many-files` (409) while five are being made.
 */
export async function startExport(parts: ExportParts, wanted: WantedFile): Promise<string> {
  const { db, clock } = parts;
  const faults = faultsOf(wanted);
  if (Object.keys(faults).length > 0) throw refuseFields(faults);
  const { preset, format, choice } = wanted;
  const { timeZone: zone } = await readCompany(db);
  const createdAt = nowIso(clock);
  const lookEstimate = await countEntries(db, bookedBetween({ choice, createdAt }, zone));
  const days = [choice.from ?? 'up-to', choice.to ?? dayInZone(createdAt, zone)];
  return db.tx(async () => {
    const twin = await idOf(db, wanted.submissionId);
    if (twin) return twin;
    await refuseTooMany(db);
    const id = newId('exf');
    const written = await db.q
      .insertInto('export_file')
      .values({
        id,
        batch_id: null,
        submission_id: wanted.submissionId,
        preset,
        format,
        choice: JSON.stringify(choice),
        state: 'waiting',
        name: fileName(preset, choice.currency, ...days),
        row_count: 0,
        looked_at: 0,
        look_estimate: lookEstimate,
        byte_count: 0,
        sha256: null,
        claim: null,
        claimed_until: null,
        tries: 0,
        created_by: wanted.actor.id,
        created_at: createdAt,
        done_at: null,
      })
      .onConflict((clash) => clash.column('submission_id').doNothing())
      .executeTakeFirst();
    // The same form came a second time while this one was looked at.
    if (written.numInsertedOrUpdatedRows === 0n) return (await idOf(db, wanted.submissionId)) as string;
    await recordAudit(parts, {
      actor: wanted.actor,
      action: 'export.asked',
      subjectKind: 'export-file',
      subjectId: id,
      detail: { preset, format, ...choice },
    });
    return id;
  });
}

function faultsOf({ preset, format, choice }: WantedFile): FieldErrors {
  const faults: FieldErrors = {};
  const { label, formats, statement } = presetOf(preset);
  for (const name of ['from', 'to'] as const) {
    if (choice[name] && !readDay(choice[name])) faults[name] = 'Enter a day such as 2026-11-30.';
  }
  if (choice.from && choice.to && choice.from > choice.to) faults.to ??= 'The last day is before the first.';
  if (!(formats as readonly string[]).includes(format)) faults.format = `${label} comes as CSV only.`;
  if (statement && !choice.currency) faults.currency = 'Choose a currency: a bank file holds one only.';
  return faults;
}

async function idOf(db: Db, submissionId: string): Promise<string | undefined> {
  const row = await db.q
    .selectFrom('export_file')
    .select('id')
    .where('submission_id', '=', submissionId)
    .executeTakeFirst();
  return row?.id;
}

async function refuseTooMany(db: Db): Promise<void> {
  const rows = await db.q
    .selectFrom('export_file')
    .select('id')
    .where('state', 'in', ['waiting', 'writing'])
    .where('batch_id', 'is', null)
    .limit(MOST_AT_ONCE)
    .execute();
  if (rows.length < MOST_AT_ONCE) return;
  throw new Refusal(
    'too-many-files',
    409,
    `${MOST_AT_ONCE} files are being made already. Ask for this one when one of them is done.`,
  );
}
