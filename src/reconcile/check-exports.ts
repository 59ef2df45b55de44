import { createHash } from 'node:crypto';
import { sql } from 'kysely';
import { batchNumber, type ExportBatch } from '../exports/export-batch.ts';
import { batchOf, pagesOfBatch } from '../exports/export-batches.store.ts';
import { bytesOf, filesOfBatch } from '../exports/export-files.store.ts';
import type { Db } from '../platform/database/database.ts';
import { rowsOf } from './check.store.ts';
import type { CheckResult } from './check.ts';

type Broken = CheckResult['broken'];

/** What must be true of closed periods: each movement handed out once, and nothing changed since. */
export async function checkExports(db: Db): Promise<CheckResult[]> {
  const rows = await db.read.selectFrom('export_batch').selectAll().orderBy('number').execute();
  const batches = rows.map(batchOf);
  return [await inOneBatchOnly(db, batches), await nothingChanged(db, batches)];
}

async function inOneBatchOnly(db: Db, batches: readonly ExportBatch[]): Promise<CheckResult> {
  const twice = await rowsOf(
    db,
    sql`select entry_id, count(*) as batches, 'in more than one batch' as fault
          from export_batch_row group by entry_id having count(*) > 1`,
  );
  const gaps: Broken = batches
    .filter((batch, i) => batch.number !== i + 1)
    .map((batch) => ({ batch: batchNumber(batch.number), fault: 'a number before it is missing' }));
  const overlapping: Broken = batches
    .filter((batch, i) => batch.endsAt <= (batches[i - 1]?.endsAt ?? ''))
    .map((batch) => ({ batch: batchNumber(batch.number), fault: 'its period ends before that of the batch before' }));
  return {
    invariant: 11,
    promise: 'every movement is in one export batch at most, and batches follow each other',
    looked: batches.length,
    broken: [...twice, ...gaps, ...overlapping],
  };
}

async function nothingChanged(db: Db, batches: readonly ExportBatch[]): Promise<CheckResult> {
  const broken: Broken = [];
  let looked = 0;
  for (const batch of batches.filter(({ state }) => state !== 'taking')) {
    broken.push(...(await movementsChanged(db, batch)));
    for (const file of await filesOfBatch(db, batch.id)) {
      looked += 1;
      if (file.state !== 'done' && batch.state !== 'closed') continue;
      const hash = createHash('sha256');
      let byteCount = 0;
      for await (const piece of bytesOf(db, file.id)) {
        hash.update(piece);
        byteCount += piece.length;
      }
      if (hash.digest('hex') !== file.sha256 || byteCount !== file.byteCount) {
        broken.push({
          batch: batchNumber(batch.number),
          file: file.name,
          fault: 'its bytes are not those that were written',
        });
      }
    }
  }
  return {
    invariant: 11,
    promise:
      'what a closed period handed out is what is stored: its movements have their seal, its files their SHA-256',
    looked,
    broken,
  };
}

/** Its movements against their seal, and against the rows that keep them out of other batches. */
async function movementsChanged(db: Db, batch: ExportBatch): Promise<Broken> {
  const named = (fault: string) => ({ batch: batchNumber(batch.number), fault });
  const broken: Broken = [];
  const hash = createHash('sha256');
  let taken = 0;
  for await (const { position, text, movements } of pagesOfBatch(db, batch.id)) {
    hash.update(text);
    const rows = await db.read
      .selectFrom('export_batch_row')
      .select(['position', 'entry_id'])
      .where('batch_id', '=', batch.id)
      .where('position', '>=', position)
      .where('position', '<', position + movements.length)
      .orderBy('position')
      .execute();
    const same = movements.every(
      ({ entryId }, i) => rows[i]?.entry_id === entryId && rows[i]?.position === position + i,
    );
    if (!same || position !== taken + 1) broken.push(named(`its rows from ${position} on are not its movements`));
    taken += movements.length;
  }
  const { rows = 0 } =
    (await rowsOf(db, sql`select count(*) as rows from export_batch_row where batch_id = ${batch.id}`))[0] ?? {};
  if (taken !== batch.rowCount || Number(rows) !== batch.rowCount)
    broken.push(named('it has more or fewer movements than were taken'));
  if (hash.digest('hex') !== batch.seal) broken.push(named('its movements are not those that were sealed'));
  return broken;
}
