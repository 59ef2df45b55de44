import type { RemindersShown } from '../customers/reminders-shown.ts';
import type { Gateways } from '../gateway/gateways.ts';
import type { Clock } from '../platform/clock.ts';
import type { Db } from '../platform/database/database.ts';
import { addDays } from '../platform/show-time.ts';
import { readClaims } from './claims.store.ts';
import type { Claim, Round } from './reminder.ts';
import { lastReminderAt, owedBy } from './reminder-lists.store.ts';
import { remindersShown } from './reminders.pages.ts';
import { readRound, readSwitches } from './settings.store.ts';

/** What looking at reminders needs. */
export interface LookParts {
  db: Db;
  clock: Clock;
  gateways: Pick<Gateways, 'hostedFields'>;
}

/** How reminders stand for a customer or an invoice, for a section of its page. Nothing is written. */
export async function lookAtReminders(parts: LookParts, subjectId: string): Promise<RemindersShown> {
  const { db } = parts;
  const round = await readRound(parts);
  const isInvoice = subjectId.startsWith('inv_');
  const [[own], lastAt, claims] = await Promise.all([
    readSwitches(db, [subjectId]),
    lastReminderAt(db, isInvoice ? { payableId: subjectId } : { customerId: subjectId }),
    isInvoice ? readClaims(parts, [subjectId], round) : claimsOf(parts, subjectId, round),
  ]);
  return remindersShown({ subjectId, own, lastAt, claims, round });
}

/** What a customer owes, as far ahead as a step reaches. */
async function claimsOf(parts: LookParts, customerId: string, round: Round): Promise<Claim[]> {
  const ids = await owedBy(parts.db, customerId, addDays(round.today, 365));
  return readClaims(parts, ids, round);
}
