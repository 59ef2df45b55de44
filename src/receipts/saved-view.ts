import { refuseFields } from '../platform/refusal.ts';
import { FILTER_FIELDS } from './receipt-filter.ts';

/** A choice of the list that somebody gave a name. */
export interface SavedView {
  id: string;
  personId: string;
  ownerName: string;
  name: string;
  /** The part of the address behind the question mark. */
  query: string;
  shared: boolean;
}

export const LONGEST_VIEW_NAME = 40;
export const MOST_VIEWS = 20;

/** Errors: `fields-invalid` (422). */
export function readViewName(text: string): string {
  const name = text.normalize('NFC').replace(/\s+/g, ' ').trim();
  if (!name) throw refuseFields({ name: 'Give the view a name.' });
  if ([...name].length > LONGEST_VIEW_NAME) {
    throw refuseFields({ name: `A name has at most ${LONGEST_VIEW_NAME} characters.` });
  }
  return name;
}

/** The filters of an address and nothing else, in one order, so that the same choice is the same text. */
export function tidyQuery(query: string): string {
  const given = new URLSearchParams(query);
  const kept = FILTER_FIELDS.flatMap((name) => {
    const value = given.get(name)?.trim().slice(0, 200);
    return value ? [[name, value]] : [];
  });
  return new URLSearchParams(kept).toString();
}
