import { type Actor, recordAudit } from '../audit/record.ts';
import { readCompany } from '../company/company.store.ts';
import { nowIso } from '../platform/clock.ts';
import type { Db } from '../platform/database/database.ts';
import { nextNumber } from '../platform/database/next-number.ts';
import { newId } from '../platform/ids.ts';
import { Refusal, refuseFields } from '../platform/refusal.ts';
import { addDays, dayInZone, showDate, startOfDayIso } from '../platform/show-time.ts';
import { readDay } from '../receipts/receipt-filter.ts';
import { batchNumber, type ExportBatch } from './export-batch.ts';
import { lastExportBatch } from './export-batches.store.ts';
import { countEntries } from './movements.store.ts';
import type { ExportParts } from './write-file.ts';

export interface PeriodToClose {
  /** The last day of the period, yyyy-mm-dd in the company's zone. */
  lastDay: string;
  actor: Actor & { id: string };
  /** Made with the form: the same form sent twice closes once. */
  submissionId: string;
}

/**
 * Closes the books' period up to the end of a day for exports: writes down the batch, which from then on is for good;
 * `fillBatch` does the work. Gives the batch's id. What is booked later has a later time of booking and goes to the next one.
 * Errors: `fields-invalid` (422) for a day that is none, is not over, or is in a period closed before; `being-closed` (409)
 * while another period is being closed.
 */
export async function closePeriod(parts: ExportParts, wanted: PeriodToClose): Promise<string> {
  const { db, clock } = parts;
  const lastDay = readDay(wanted.lastDay);
  if (!lastDay) throw refuseFields({ lastDay: 'Enter a day such as 2026-11-30.' });
  const { timeZone: zone } = await readCompany(db);
  if (lastDay >= dayInZone(nowIso(clock), zone)) {
    throw refuseFields({
      lastDay: 'This day is not over yet. Choose one that is, so that nothing more is booked on it.',
    });
  }
  const endsAt = startOfDayIso(addDays(lastDay, 1), zone);
  try {
    return await db.tx(() => writeBatch(parts, wanted, { lastDay, endsAt, zone }));
  } catch (error) {
    // The same form may have come through beside us.
    const twin = await idOf(db, wanted.submissionId);
    if (twin) return twin;
    throw error;
  }
}

async function writeBatch(
  parts: ExportParts,
  wanted: PeriodToClose,
  { lastDay, endsAt, zone }: { lastDay: string; endsAt: string; zone: string },
): Promise<string> {
  const { db, clock } = parts;
  const twin = await idOf(db, wanted.submissionId);
  if (twin) return twin;
  // Taking the number first makes whoever closes beside us wait here until we are done.
  const number = await nextNumber(db, 'export-batch', 1);
  const last = await lastExportBatch(db);
  refuseOverlap(last, endsAt);
  const id = newId('exb');
  await db.q
    .insertInto('export_batch')
    .values({
      id,
      number,
      submission_id: wanted.submissionId,
      state: 'taking',
      last_day: lastDay,
      ends_at: endsAt,
      time_zone: zone,
      row_count: 0,
      row_estimate: await countEntries(db, { since: last?.endsAt ?? '', until: endsAt }),
      passed_at: '',
      passed_id: '',
      sums: '[]',
      seal: null,
      created_by: wanted.actor.id,
      created_at: nowIso(clock),
      closed_at: null,
    })
    .execute();
  await recordAudit(parts, {
    actor: wanted.actor,
    action: 'export-batch.begun',
    subjectKind: 'export-batch',
    subjectId: id,
    detail: { number: batchNumber(number), lastDay },
  });
  return id;
}

async function idOf(db: Db, submissionId: string): Promise<string | undefined> {
  const row = await db.q
    .selectFrom('export_batch')
    .select('id')
    .where('submission_id', '=', submissionId)
    .executeTakeFirst();
  return row?.id;
}

function refuseOverlap(last: ExportBatch | undefined, endsAt: string): void {
  if (!last) return;
  const number = batchNumber(last.number);
  if (endsAt <= last.endsAt) {
    throw refuseFields({
      lastDay: `The period up to ${showDate(last.lastDay, 'UTC')} is closed already, with ${number}. Choose a later day.`,
    });
  }
  if (last.state !== 'closed') {
    throw new Refusal(
      'being-closed',
      409,
      `${number} is being closed just now. Close the next period when it is done.`,
    );
  }
}
