import { SYSTEM } from '../audit/record.ts';
import type { Clock } from '../platform/clock.ts';
import type { Db } from '../platform/database/database.ts';
import { NO_COUNTS } from './import-file.ts';
import type { Importer } from './importer.ts';
import type { Mapping } from './mapping.ts';
import { addCounts, addSums, batchesOf, type Taken, takeLines, yieldToOthers } from './take-lines.ts';

/** So many refused lines are shown before anything is imported. */
const REFUSED_SHOWN = 20;

/** What would become of a file under a mapping; writes nothing. All are counted, the first refused ones given. */
export async function previewImport(
  parts: { db: Db; clock: Clock },
  importer: Importer,
  { content, mapping }: { content: string; mapping: Mapping },
): Promise<Taken> {
  const preview: Taken = { counts: NO_COUNTS, refused: [], sums: {} };
  for (const batch of batchesOf(content, mapping)) {
    const taken = await takeLines(parts, importer, batch, { notation: mapping, actor: SYSTEM, dryRun: true });
    preview.counts = addCounts(preview.counts, taken.counts);
    preview.sums = addSums(preview.sums, taken.sums);
    preview.refused = [...preview.refused, ...taken.refused].slice(0, REFUSED_SHOWN);
    await yieldToOthers();
  }
  return preview;
}
