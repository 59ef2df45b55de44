import { readCompany } from '../company/company.store.ts';
import { nowIso } from '../platform/clock.ts';
import type { Logger } from '../platform/logger.ts';
import { addDays } from '../platform/show-time.ts';
import { readClaims } from './claims.store.ts';
import { type ReminderParts, remindCustomer } from './remind-customer.ts';
import { judge, type Round } from './reminder.ts';
import { owedInvoices } from './reminder-lists.store.ts';
import { inSendWindow } from './reminder-settings.ts';
import { readReminderDay, readRound } from './settings.store.ts';

/** Invoices looked at in one go, and how often in one run: a run takes seconds, the next one goes on where it ended. */
const BATCH = 100;
const MOST_BATCHES = 5;

/**
 * Goes through the owed invoices once a day, from the send hour on, and writes the reminders that are due, up to the
 * day's most. Several processes may do so at once. Gives how many letters were written. A customer who cannot be
 * written to because of an error is logged and passed over, so that the others get theirs.
 */
export async function sendReminders(parts: ReminderParts & { log: Logger }): Promise<number> {
  const { db } = parts;
  const round = { ...(await readRound(parts)), company: await readCompany(db) };
  const { settings } = round;
  if (!settings.since || !inSendWindow(round)) return 0;
  await beginDay(parts, round.today);

  let sent = 0;
  for (let batch = 0; batch < MOST_BATCHES; batch++) {
    const day = await readReminderDay(db, round.today);
    if (day.done || day.letters >= settings.dailyCap) break;
    const dueBy = addDays(round.today, -Math.min(settings.steps[0] ?? 0, 0));
    const invoices = await owedInvoices(db, { dueBy, after: day.passedId, limit: BATCH });
    for (const customerId of await customersToRemind(parts, invoices, round)) {
      const outcome = await remindCustomer(parts, customerId, round).catch((error) => {
        parts.log.error({ err: error, customerId }, 'a reminder could not be written; it is tried again tomorrow');
      });
      if (outcome === 'full') return sent;
      if (outcome === 'sent') sent += 1;
    }
    await moveOn(parts, round.today, {
      from: day.passedId,
      to: invoices.length < BATCH ? undefined : invoices.at(-1)?.id,
    });
  }
  return sent;
}

async function customersToRemind(parts: ReminderParts, invoices: Array<{ id: string }>, round: Round) {
  const ids = invoices.map((invoice) => invoice.id);
  const claims = await readClaims(parts, ids, round);
  const due = claims.filter((claim) => {
    const { step, why } = judge(claim, round);
    return step !== undefined && why === undefined;
  });
  return new Set(due.map((claim) => claim.customer.id));
}

async function beginDay({ db }: ReminderParts, day: string): Promise<void> {
  await db.q
    .insertInto('reminder_day')
    .values({ day, letters: 0, passed_id: '', done_at: null })
    .onConflict((clash) => clash.column('day').doNothing())
    .execute();
}

/** Only if nobody else moved it meanwhile: who sends it back to the start wants all to be looked at again. */
async function moveOn(
  { db, clock }: ReminderParts,
  day: string,
  { from, to }: { from: string; to: string | undefined },
): Promise<void> {
  await db.q
    .updateTable('reminder_day')
    .set(to ? { passed_id: to } : { done_at: nowIso(clock) })
    .where('day', '=', day)
    .where('passed_id', '=', from)
    .execute();
}
