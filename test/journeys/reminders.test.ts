import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { paths } from '../../src/paths.ts';
import { sendReminders } from '../../src/reminders/send-reminders.ts';
import { aMailedInvoice, dayFromNow, moveTo } from '../reminders/reminded.ts';
import { picture, type TestPage } from '../support/browser.ts';
import { addressIn, openScene, payWith, type Scene, seesReceipt, worksForAll } from './support/scene.ts';

describe('reminders in the office and at the customer', () => {
  let at: Scene;
  beforeAll(async () => {
    at = await openScene();
    moveTo(at, 1);
  });
  afterAll(() => at.stop());

  const goesTo = async (page: TestPage, ...names: string[]) => {
    for (const name of names) await page.getByRole('link', { name, exact: true }).first().click();
  };

  test('an admin switches them on and confirms the backlog, a clerk pauses one customer, the other is reminded once and pays', async () => {
    const north = await aMailedInvoice(at, 5, {
      number: 'N-77',
      amountMinor: 45_600,
      customer: { name: 'North Pier Boatyard' },
    });
    const south = await aMailedInvoice(at, 5, { number: 'S-78', customer: { name: 'South Pier Boatyard' } });
    at.clock.advance(60_000);

    const admin = await at.signedIn('admin');
    await goesTo(admin, 'Reminders', 'Settings');
    await admin.getByLabel('Send reminders').check();
    await admin.getByLabel('Days').fill('-3, 0, soon');
    admin.expectConsole(/status of 422/);
    await admin.getByRole('button', { name: 'Save' }).click();
    await admin.getByRole('link', { name: /"soon" is no number of days/ }).waitFor();
    await admin.getByLabel('Days').fill('-3, 0, 7');
    await worksForAll(admin);
    await picture(admin, 'reminder-settings');
    await admin.getByRole('button', { name: 'Save' }).click();
    await admin.getByText('The settings are saved.').waitFor();
    expect(await admin.innerText('main')).toMatch(/2 invoices in EUR\s+€581\.00 EUR/);
    await worksForAll(admin);
    await picture(admin, 'reminder-backlog');

    const clerk = await at.signedIn('clerk', { width: 320 });
    await clerk.goto(`${at.url}${paths.customer(south.customerId)}`);
    await clerk.getByText('Change reminders').click();
    await clerk.getByLabel('Paused until a day').check();
    await clerk.getByLabel('Go on from').fill(dayFromNow(at, -1));
    clerk.expectConsole(/status of 422/);
    await clerk.getByRole('button', { name: 'Save' }).click();
    await clerk.getByRole('link', { name: /Choose a day after today/ }).waitFor();
    await worksForAll(clerk);
    await picture(clerk, 'reminder-switch-320');
    await clerk.getByLabel('Go on from').fill(dayFromNow(at, 30));
    await clerk.getByRole('button', { name: 'Save' }).click();
    await clerk.getByText('Reminders for South Pier Boatyard are paused.').waitFor();
    await worksForAll(clerk);
    await picture(clerk, 'reminder-customer-320');

    await admin.getByRole('button', { name: 'Remind of these 2 invoices too' }).click();
    await admin.getByText('The backlog is confirmed.').waitFor();

    moveTo(at, 2);
    const later = await at.signedIn('accountant', { dark: true });
    await goesTo(later, 'Reminders');
    expect(await later.innerText('main')).toMatch(/N-77[\s\S]*3 days before\s+Gets a letter/);
    expect(await later.innerText('main')).toMatch(/S-78[\s\S]*Held back\s+Reminders are paused for this customer/);
    await worksForAll(later);
    await picture(later, 'reminder-plan-dark');

    expect(await sendReminders(at.house)).toBe(1);
    expect(await sendReminders(at.house)).toBe(0);
    const letter = await at.letterTo(north.email, /N-77 is due on/);
    expect(at.mail.letters.filter((one) => one.to.includes(south.email))).toEqual([]);
    const payer = await at.openPayPage(addressIn(letter, '/pay/'));
    expect(await payer.innerText('main')).toContain('€456.00');
    await payWith(payer);
    await seesReceipt(payer);
    expect(await at.chargesFor(north.invoice.id)).toEqual([45_600]);

    await goesTo(later, 'Sent');
    expect(await later.innerText('main')).toMatch(/N-77[\s\S]*3 days before[\s\S]*Accepted/);
    await worksForAll(later);
    await picture(later, 'reminders-sent-dark');
    moveTo(at, 3);
    expect(await sendReminders(at.house)).toBe(0);
  });

  test('an admin writes a letter anew, is told of a placeholder that does not exist, and goes back to the original', async () => {
    const admin = await at.signedIn('admin');
    await goesTo(admin, 'Letters');
    await worksForAll(admin);
    await picture(admin, 'letters');
    await goesTo(admin, 'Payment link');
    admin.expectConsole(/status of 422/);
    await admin.getByLabel('Text').fill('Dear {custmer},\n\nplease pay {amount} by {due_date}.');
    await admin.getByRole('button', { name: 'Preview' }).click();
    await admin.getByRole('link', { name: /There is no placeholder {custmer} in this letter/ }).waitFor();
    await worksForAll(admin);
    await picture(admin, 'letter-template-fault');

    await admin.getByLabel('Text').fill('Dear {customer},\n\nplease pay {amount} by {due_date}.');
    await admin.getByRole('button', { name: 'Preview' }).click();
    await admin.frameLocator('iframe').getByText('please pay €1,250.00 EUR by 30 Nov 2026.').waitFor();
    await admin.getByText('Show as plain text').click();
    expect(await admin.innerText('main')).toMatch(
      /please pay €1,250\.00 EUR by 30 Nov 2026\.[\s\S]*Amount due: €1,250/,
    );
    await admin.getByRole('button', { name: 'Save' }).click();
    await admin.getByText('The words are saved.').waitFor();
    await picture(admin, 'letter-template');

    const narrow = await at.signedIn('accountant', { width: 320 });
    await narrow.goto(admin.url());
    await narrow.frameLocator('iframe').getByText('please pay').waitFor();
    expect(await narrow.evaluate('document.documentElement.scrollWidth - innerWidth')).toBeLessThanOrEqual(0);
    await picture(narrow, 'letter-template-320');

    await admin.getByRole('button', { name: 'Back to the original words' }).click();
    await admin.getByText('They stay in the history.').waitFor();
    expect(await admin.getByLabel('Text').inputValue()).toContain('asks you to pay the invoice below');
    expect(await admin.innerText('main')).toMatch(/Version 1[\s\S]*Set aside/);
  });
});
