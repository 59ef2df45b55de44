import { SYSTEM } from '../../src/audit/record.ts';
import type { CustomerDraft } from '../../src/customers/customer.ts';
import type { Link } from '../../src/links/link.ts';
import { sendLink } from '../../src/links/send-link.ts';
import type { Payable } from '../../src/payables/payable.ts';
import { DAY_MS, HOUR_MS } from '../../src/platform/clock.ts';
import { newId } from '../../src/platform/ids.ts';
import { changeReminderSettings } from '../../src/reminders/change-reminder-settings.ts';
import { DEFAULT_SETTINGS } from '../../src/reminders/reminder-settings.ts';
import { aCustomer, anInvoice } from '../support/seeds.ts';
import type { Till } from '../support/till.ts';

const { steps, sendHour, dailyCap } = DEFAULT_SETTINGS;

/** Switches reminders on with the usual steps, unless told otherwise; 9:00 UTC where the company has no zone. */
export function switchOn({ house }: Till, over: Partial<typeof DEFAULT_SETTINGS> & { on?: boolean } = {}) {
  return changeReminderSettings(house, { on: true, steps, sendHour, dailyCap, ...over }, SYSTEM);
}

/** Moves the clock to an hour (UTC) of the day that comes so many days after today. */
export function moveTo({ clock }: Pick<Till, 'clock'>, days: number, hour = 10): void {
  const now = clock.now().getTime();
  const today = now - (now % DAY_MS);
  clock.advance(today + days * DAY_MS + hour * HOUR_MS - now);
}

export function dayFromNow({ clock }: Pick<Till, 'clock'>, days: number): string {
  return new Date(clock.now().getTime() + days * DAY_MS).toISOString().slice(0, 10);
}

export interface Mailed {
  customerId: string;
  email: string;
  invoice: Payable;
  link: Link;
}

/** An invoice due in so many days whose link staff have just mailed; of a new customer unless one is named. */
export async function aMailedInvoice(
  till: Till,
  dueInDays: number,
  over: { customer?: Partial<CustomerDraft>; customerId?: string; amountMinor?: number; number?: string } = {},
): Promise<Mailed> {
  const { customer, ...rest } = over;
  const customerId = over.customerId ?? (await aCustomer(till.house, customer)).id;
  const dueOn = dayFromNow(till, dueInDays);
  const invoice = await anInvoice(till.house, { ...rest, customerId, dueOn });
  const link = await till.aLink(invoice.id);
  await mail(till, link);
  const { email } = await till.house.db.read
    .selectFrom('customer')
    .select('email')
    .where('id', '=', customerId)
    .executeTakeFirstOrThrow();
  return { customerId, email, invoice, link };
}

export function mail({ house }: Till, link: Link, to = 'somebody@example.test') {
  return sendLink(house, { linkId: link.id, to: [to], cc: [], note: '', actor: SYSTEM, sendId: newId('req') });
}
