import { type DayRange, readDayRange } from '../platform/day-range.ts';
import { isId } from '../platform/ids.ts';
import type { FieldErrors } from '../platform/refusal.ts';

/** Those who are no person of the staff, as a filter names them. */
export const OTHER_ACTORS = { customer: 'Customers', gateway: 'The gateway', system: 'The portal by itself' } as const;
export type OtherActor = keyof typeof OTHER_ACTORS;

/** Which lines of the log are meant: of the page and of its file alike. Days are those of the company's zone. */
export interface AuditFilter {
  days: DayRange;
  /** A person's id. */
  personId: string | undefined;
  otherActor: OtherActor | undefined;
  /** What stands before the dot of an action. */
  group: string | undefined;
  /** The number of a document, a customer or a receipt, or the id of anything. */
  search: string | undefined;
}

/** The names of the filters in the address. */
export const AUDIT_FIELDS = ['from', 'to', 'who', 'what', 'q'] as const;

/** The choice that was typed. A day that is none is said and left out. */
export function readAuditFilter(typed: Record<string, string>): { filter: AuditFilter; errors: FieldErrors } {
  const { from = '', to = '', who = '', what = '', q = '' } = typed;
  const { range, errors } = readDayRange({ from, to });
  return {
    errors,
    filter: {
      days: range,
      personId: isId(who, 'per') ? who : undefined,
      otherActor: Object.hasOwn(OTHER_ACTORS, who) ? (who as OtherActor) : undefined,
      group: /^[a-z-]{1,40}$/.test(what) ? what : undefined,
      search: q || undefined,
    },
  };
}
