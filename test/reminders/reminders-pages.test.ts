import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { paths } from '../../src/paths.ts';
import { sendReminders } from '../../src/reminders/send-reminders.ts';
import { type SignedInBrowser, signIn } from '../support/sign-in.ts';
import { openTill, type Till } from '../support/till.ts';
import { aMailedInvoice, dayFromNow, type Mailed, moveTo } from './reminded.ts';

const SETTINGS = { on: 'yes', steps: '-3, 0, 7', sendHour: '8', dailyCap: '50' };

describe('the pages about reminders', () => {
  let till: Till;
  let admin: SignedInBrowser;
  let clerk: SignedInBrowser;
  let accountant: SignedInBrowser;
  let old: Mailed;
  beforeAll(async () => {
    till = await openTill();
    // Before anybody signs in: moving the clock ends sessions.
    moveTo(till, 1);
    old = await aMailedInvoice(till, 3, { number: 'OLD-1', customer: { name: 'Old Harbour' }, amountMinor: 5_000 });
    moveTo(till, 5, 8);
    const roles = ['admin', 'clerk', 'accountant'] as const;
    [admin, clerk, accountant] = (await Promise.all(roles.map((role) => signIn(till, role)))) as [
      SignedInBrowser,
      SignedInBrowser,
      SignedInBrowser,
    ];
  });
  afterAll(() => till.stop());

  const titled = (html: string) => html.replace(/\s+/g, ' ');

  test('say that reminders are off, and who can switch them on', async () => {
    expect((await admin.get(paths.reminders())).text).toContain(`href="${paths.reminderSettings()}"`);
    expect((await clerk.get(paths.reminders())).text).toContain('An administrator can switch them on.');
    expect((await clerk.get(paths.invoice(old.invoice.id))).text).toContain('switched off for the whole company');
    expect((await clerk.get(paths.remindersSent())).text).toContain('No reminders yet');
    expect((await clerk.get(paths.reminderBacklog())).text).toContain('Reminders are switched off.');
  });

  test('refuse settings that make no sense next to their field, and keep what was typed', async () => {
    const refused = await admin.post(paths.reminderSettings(), { ...SETTINGS, steps: '7, soon', dailyCap: '0' });
    expect(refused.status).toBe(422);
    expect(refused.text).toContain('&#34;soon&#34; is no number of days');
    expect(refused.text).toContain('Enter a number from 1 to 10000.');
    expect(refused.text).toContain('value="7, soon"');
    expect((await clerk.post(paths.reminderSettings(), SETTINGS)).status).toBe(403);
    expect((await clerk.get(paths.reminderSettings())).text).toContain('Only administrators can change this.');
  });

  test('show the backlog with counts and sums when reminders are switched on, and confirm it once', async () => {
    const saved = await admin.post(paths.reminderSettings(), SETTINGS);
    expect(saved.headers.location).toBe(paths.reminderBacklog());
    const backlog = await admin.get(paths.reminderBacklog());
    expect(titled(backlog.text)).toContain('<dt>1 invoice in EUR</dt><dd>€50.00 EUR</dd>');
    expect(backlog.text).toContain('OLD-1');
    expect(backlog.text).toContain('Reminder at the next send hour (on the day)');
    expect((await clerk.get(paths.reminderBacklog())).text).not.toContain('Remind of');
    expect((await clerk.get(paths.reminders())).text).toContain('One invoice from before reminders were switched on');
    expect((await clerk.post(paths.reminderBacklog(), { seenCount: '1' })).status).toBe(403);

    const changed = await admin.post(paths.reminderBacklog(), { seenCount: '7' });
    expect(changed.status).toBe(409);
    expect(changed.text).toContain('it holds 1 invoices now');
    expect((await admin.post(paths.reminderBacklog(), { seenCount: '1' })).status).toBe(303);
    expect((await admin.get(paths.reminderBacklog())).text).toContain('Confirmed on');
  });

  test('tell in the plan who gets a letter and why others do not, and then what was sent', async () => {
    const { customerId } = await aMailedInvoice(till, 0, { number: 'OFF-1', customer: { name: 'Quiet Quay' } });
    await clerk.post(paths.reminderSwitch(customerId), { state: 'off', until: '' });
    await till.house.db.q
      .updateTable('letter')
      .set({ created_at: new Date(till.clock.now().getTime() - 86_400_000 * 2).toISOString() })
      .where('customer_id', '=', customerId)
      .execute();
    const plan = titled((await accountant.get(paths.reminders())).text);
    expect(plan).toMatch(/OLD-1.*Old Harbour.*€50\.00 EUR.*on the day.*Gets a letter/);
    expect(plan).toMatch(/OFF-1.*Held back.*switched off for this customer/);

    expect(await sendReminders(till.house)).toBe(1);
    const sent = titled((await accountant.get(paths.remindersSent())).text);
    expect(sent).toMatch(/OLD-1.*Old Harbour.*on the day.*Waiting/);
    expect(sent).not.toContain('OFF-1');
    expect((await accountant.get(paths.reminders())).text).toContain('<dd>1</dd>');
    expect((await clerk.get(paths.mailbox())).text).toContain('Reminder');
  });

  test('a clerk pauses reminders on the page of a customer or an invoice; an accountant only reads', async () => {
    const { customerId, invoice } = await aMailedInvoice(till, 6);
    const until = dayFromNow(till, 10);
    for (const [id, page] of [
      [customerId, paths.customer(customerId)],
      [invoice.id, paths.invoice(invoice.id)],
    ] as const) {
      expect((await clerk.get(page)).text).toMatch(/Next reminder on \d+ \w+ \d{4}/);
      const saved = await clerk.post(paths.reminderSwitch(id), { state: 'paused', until });
      expect(saved.headers.location).toBe(page);
      const after = await clerk.get(page);
      expect(after.text).toContain('Paused until');
      expect(after.text).toContain('Reminders paused');
      expect((await accountant.get(page)).text).not.toContain(paths.reminderSwitch(id));
      expect((await accountant.post(paths.reminderSwitch(id), { state: 'on' })).status).toBe(403);
      await clerk.post(paths.reminderSwitch(id), { state: 'on', until: '' });
    }
  });

  test('a pause until a day that is past is refused with what was typed', async () => {
    const past = { state: 'paused', until: dayFromNow(till, -1) };
    const refused = await clerk.post(paths.reminderSwitch(old.customerId), past);
    expect(refused.status).toBe(422);
    expect(refused.text).toContain('Choose a day after today');
    expect(refused.text).toContain(`value="${past.until}"`);
    expect(refused.text).toMatch(/value="paused"[^>]* checked/);
    expect((await clerk.post(paths.reminderSwitch(old.customerId), { state: 'never' })).status).toBe(422);
    expect((await clerk.post(paths.reminderSwitch('cus_nobody'), past)).status).toBe(404);
    expect((await clerk.post(paths.reminderSwitch(till.account.id), { state: 'off' })).status).toBe(404);
  });

  test('an administrator switches reminders off for one account', async () => {
    const { id } = till.account;
    expect((await clerk.post(paths.accountReminders(id), { state: 'off' })).status).toBe(403);
    await admin.post(paths.accountReminders(id), { state: 'off', until: '' });
    expect(titled((await admin.get(paths.reminderSettings())).text)).toMatch(/Sandbox \d+<\/th>.*?>Off</);
    const refused = await admin.post(paths.accountReminders(id), { state: 'paused', until: '' });
    expect(refused.text).toContain('Choose the day from which reminders go on.');
    await admin.post(paths.accountReminders(id), { state: 'on', until: '' });
  });
});
