/** A page of a list ordered newest first; `olderThan` is the id to continue after, if there is more. */
export interface KeysetPage<Row> {
  rows: Row[];
  olderThan: string | undefined;
}

export const PAGE_SIZE = 50;

/** Cuts the page out of `PAGE_SIZE + 1` rows read: the extra row only tells that there is more. */
export function keysetPage<Row extends { id: string }>(rows: Row[]): KeysetPage<Row> {
  const shown = rows.slice(0, PAGE_SIZE);
  return { rows: shown, olderThan: rows.length > PAGE_SIZE ? shown.at(-1)?.id : undefined };
}
