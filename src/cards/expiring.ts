import type { CardExpiry } from '../gateway/card-expiry.ts';
import { isId } from '../platform/ids.ts';

/** Where a page of expiring cards goes on: after the card of that month and id. */
export interface ExpiringCursor extends CardExpiry {
  id: string;
}

/** The months whose cards are listed: this one and the next. `today` is yyyy-mm-dd where we are. */
export function monthsToList(today: string): [CardExpiry, CardExpiry] {
  const [expYear, expMonth] = today.split('-').map(Number) as [number, number];
  const next = expMonth === 12 ? { expYear: expYear + 1, expMonth: 1 } : { expYear, expMonth: expMonth + 1 };
  return [{ expYear, expMonth }, next];
}

/** `2026-11.crd_…`, as it stands in an address. */
export function writeExpiringCursor({ expYear, expMonth, id }: ExpiringCursor): string {
  return `${expYear}-${expMonth}.${id}`;
}

/** Undefined for anything that is none. */
export function readExpiringCursor(text: string): ExpiringCursor | undefined {
  const [, year, month, id] = /^(\d{4})-(\d{1,2})\.(crd_\w+)$/.exec(text) ?? [];
  return isId(id, 'crd') ? { expYear: Number(year), expMonth: Number(month), id } : undefined;
}
