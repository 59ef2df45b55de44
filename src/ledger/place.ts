/** A place in a list of entries, or of their lines, that is ordered by time: what a page continues after. */
export interface Place {
  /** ISO 8601 UTC. */
  at: string;
  entryId: string;
  /** Of the line; 0 in lists of entries. */
  position: number;
}

const PLACE = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z)~(jrn_[0-9a-z]{26})~(\d{1,6})$/;

export function placeText({ at, entryId, position }: Place): string {
  return [at, entryId, position].join('~');
}

/** The place in an address; undefined for anything else. */
export function readPlace(text: string): Place | undefined {
  const [, at, entryId, position] = PLACE.exec(text) ?? [];
  return at && entryId ? { at, entryId, position: Number(position) } : undefined;
}
