/** Files as other programs read them: papaparse and read-excel-file share nothing with what wrote them. */
import { createRequire } from 'node:module';
import { strFromU8, unzipSync } from 'fflate';
import readWorkbook from 'read-excel-file/node';

interface Papa {
  parse(
    text: string,
    options: object,
  ): { data: Record<string, string>[]; errors: unknown[]; meta: { fields: string[] } };
}

const papa = createRequire(import.meta.url)('papaparse') as Papa;

/** The rows of a CSV by its head, and the head. Errors: whatever the parser finds wrong. */
export function readCsv(bytes: Buffer): { head: string[]; rows: Record<string, string>[] } {
  const { data, errors, meta } = papa.parse(bytes.toString('utf8'), { header: true, skipEmptyLines: true });
  if (errors.length > 0) throw new Error(JSON.stringify(errors));
  return { head: meta.fields, rows: data };
}

/** The rows of the first sheet of a workbook by its head: numbers and dates as such. */
export async function readXlsx(bytes: Buffer): Promise<Record<string, unknown>[]> {
  const [head, ...rows] = (await readWorkbook(bytes))[0]?.data ?? [];
  return rows.map((row) => Object.fromEntries(row.map((cell, i) => [String(head?.[i]), cell])));
}

/** The files of an archive, by their names. */
export function readZip(bytes: Buffer): Record<string, string> {
  return Object.fromEntries(Object.entries(unzipSync(bytes)).map(([name, content]) => [name, strFromU8(content)]));
}
