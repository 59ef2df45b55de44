import { isId } from '../platform/ids.ts';

/** So many documents can be selected at once. */
export const MOST_SELECTED = 500;

/** The ids of invoices and deposits in a form or an address: one, several, or several in one text; each once. */
export function readSelection(given: unknown): string[] {
  const texts = [given].flat().flatMap((one) => (typeof one === 'string' ? one.split(',') : []));
  const ids = texts.filter((text) => isId(text, 'inv') || isId(text, 'dep'));
  return [...new Set(ids)].slice(0, MOST_SELECTED);
}
