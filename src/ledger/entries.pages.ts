import { showMoneyWithCode } from '../money/show-money.ts';
import type { BookedEntry, BookedLine } from './entries.store.ts';
import { subjectShown } from './subjects.store.ts';

/** A line for a table: its account in words, and its sum on one of the two sides. */
export function lineShown(line: BookedLine) {
  const { code, name, service, amountMinor, currency } = line;
  return {
    account: [code, name].filter(Boolean).join(' '),
    service,
    debit: amountMinor > 0 ? showMoneyWithCode({ amountMinor, currency }) : '',
    credit: amountMinor < 0 ? showMoneyWithCode({ amountMinor: -amountMinor, currency }) : '',
  };
}

/** An entry for a table, with where what it is about has its page. */
export function entryShown({ id, at, memo, kind, subjectId, lines }: BookedEntry) {
  const { noun, href } = subjectShown(subjectId);
  return { id, at, memo, kind: kindShown(kind), document: { noun: capital(noun), href }, lines: lines.map(lineShown) };
}

/** `payment-settled` → "Payment settled". */
export function kindShown(kind: string): string {
  return capital(kind.replaceAll('-', ' '));
}

export function capital(text: string): string {
  return `${text[0]?.toUpperCase() ?? ''}${text.slice(1)}`;
}
