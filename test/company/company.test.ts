import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { auditOf } from '../../src/audit/audit.store.ts';
import { readCompany } from '../../src/company/company.store.ts';
import { isTimeZone } from '../../src/company/places.ts';
import { paths } from '../../src/paths.ts';
import { ENGINES, startHouse, type TestHouse } from '../support/house.ts';
import { type SignedInBrowser, signIn } from '../support/sign-in.ts';

const SETTINGS = {
  tradingName: 'Harbour & Sons',
  address: '1 Quay\r\nBristol  \r\n',
  country: 'GB',
  taxId: 'GB 123',
  website: 'https://harbour.example',
  supportEmail: 'help@harbour.example',
  supportPhone: '+44 117 496 0000',
  replyTo: '',
  timeZone: 'Europe/London',
  refundTerms: 'Within 14 days.',
  refundLimits: 'EUR 500.00',
};

describe.each(ENGINES)('the company settings (%s)', (engine) => {
  let portal: TestHouse;
  let admin: SignedInBrowser;
  beforeAll(async () => {
    portal = await startHouse({ engine });
    admin = await signIn(portal, 'admin');
  });
  afterAll(() => portal.stop());

  test('are saved, shown on every page, and the log says which fields changed and who did it', async () => {
    expect((await admin.post(paths.company(), SETTINGS)).status).toBe(303);
    const page = await admin.get(paths.company());
    expect(page.text).toContain('The settings are saved.');
    expect(page.text).toContain('Harbour &amp; Sons');
    expect((await readCompany(portal.house.db)).address).toBe('1 Quay\nBristol');

    await admin.post(paths.company(), { ...SETTINGS, timeZone: 'Asia/Tokyo', replyTo: 'office@harbour.example' });
    const last = (await auditOf(portal.house.db, 'company')).at(-1);
    expect(last).toMatchObject({ action: 'company.changed', actorName: 'The admin' });
    expect(last?.detail).toEqual({ fields: ['replyTo', 'timeZone'] });
  });

  test('hold whether deposits apply themselves: only where the box is ticked', async () => {
    expect((await readCompany(portal.house.db)).autoApplyDeposits).toBe(false);
    await admin.post(paths.company(), { ...SETTINGS, autoApplyDeposits: 'yes' });
    expect((await readCompany(portal.house.db)).autoApplyDeposits).toBe(true);
    expect((await admin.get(paths.company())).text).toMatch(/name="autoApplyDeposits"[^>]* checked/);
    await admin.post(paths.company(), SETTINGS);
    expect((await readCompany(portal.house.db)).autoApplyDeposits).toBe(false);
  });

  test('saved again without a change leave no trace', async () => {
    await admin.post(paths.company(), SETTINGS);
    const before = await auditOf(portal.house.db, 'company');
    await admin.post(paths.company(), SETTINGS);
    expect(await auditOf(portal.house.db, 'company')).toEqual(before);
  });

  test.each([
    ['tradingName', '  ', 'Enter the name under which your customers know you.'],
    ['tradingName', 'a\u202eb', 'Use one line of plain text.'],
    ['address', 'x\n'.repeat(9).trim(), 'Use at most 8 lines.'],
    ['country', 'XX', 'Choose a country from the list.'],
    ['website', 'harbour.example', 'Enter the whole address of the website'],
    ['website', 'javascript://x.example/%0aalert(1)', 'Enter the whole address of the website'],
    ['supportEmail', 'a@b.example, c@d.example', 'This is not an e-mail address that we can write to.'],
    ['supportPhone', 'call us', 'Use digits, blanks'],
    ['replyTo', 'nobody', 'This is not an e-mail address that we can write to.'],
    ['timeZone', 'Mars/Olympus', 'Choose a time zone from the list'],
    ['timeZone', '+02:00', 'Choose a time zone from the list'],
    ['refundTerms', 'x'.repeat(2001), 'Use at most 2000 characters.'],
  ])('with %s "%s" are refused next to the field, and what was typed stays', async (field, value, sentence) => {
    const before = await readCompany(portal.house.db);
    const answer = await admin.post(paths.company(), { ...SETTINGS, taxId: 'TYPED 77', [field]: value });
    expect(answer.status).toBe(422);
    expect(answer.text).toContain(`id="${field}-error"`);
    expect(answer.text).toContain(sentence);
    expect(answer.text).toContain('value="TYPED 77"');
    expect(await readCompany(portal.house.db)).toEqual(before);
  });

  test('can be read by a clerk, without a button', async () => {
    const clerk = await signIn(portal, 'clerk');
    const page = await clerk.get(paths.company());
    expect(page.status).toBe(200);
    expect(page.text).toContain('Only administrators can change it.');
    expect(page.text).not.toContain('>Save<');
  });
});

test.each([
  ['Europe/Berlin', true],
  ['America/Argentina/Buenos_Aires', true],
  ['UTC', true],
  ['', false],
  ['Europe/Nowhere', false],
])('"%s" is a time zone: %s', (name, expected) => {
  expect(isTimeZone(name)).toBe(expected);
});
