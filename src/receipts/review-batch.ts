import { isId } from '../platform/ids.ts';

/** Many receipts reviewed in one go. */
export interface ReviewBatch {
  id: string;
  note: string;
  state: 'running' | 'done';
  itemCount: number;
  /** The list from which it was begun. */
  back: string;
  createdBy: string;
  createdAt: string;
}

/** So many receipts can be reviewed in one press: more than a busy day brings. */
export const MOST_REVIEWED = 5000;

/** The ids of receipts that were ticked in a form, each once. */
export function readTicked(given: unknown): string[] {
  return [...new Set([given].flat().filter((id): id is string => isId(id, 'rcp')))].slice(0, MOST_REVIEWED);
}
