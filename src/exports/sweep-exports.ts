import { DAY_MS, laterIso } from '../platform/clock.ts';
import { DAYS_KEPT } from './export-file.ts';
import type { ExportParts } from './write-file.ts';

const MOST_AT_ONCE = 20;

/** Removes files of people's own choice that were asked for a week ago; those of batches stay for good. For a job. */
export async function sweepExports({ db, clock }: ExportParts): Promise<void> {
  const old = await db.read
    .selectFrom('export_file')
    .select('id')
    .where('batch_id', 'is', null)
    .where('created_at', '<', laterIso(clock, -DAYS_KEPT * DAY_MS))
    .orderBy('id')
    .limit(MOST_AT_ONCE)
    .execute();
  for (const { id } of old) {
    await db.tx(async () => {
      await db.q.deleteFrom('export_piece').where('file_id', '=', id).execute();
      await db.q.deleteFrom('export_file').where('id', '=', id).execute();
    });
  }
}
