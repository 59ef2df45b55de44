import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { readAccount } from '../../src/accounts/accounts.store.ts';
import { contrastOf, stylesheetOf, textOn } from '../../src/accounts/brand-colour.ts';
import { brandLook } from '../../src/accounts/brand-look.ts';
import { changeBrand } from '../../src/accounts/change-brand.ts';
import { changeLogo } from '../../src/accounts/change-logo.ts';
import { readLogo } from '../../src/accounts/logo.ts';
import { auditOf } from '../../src/audit/audit.store.ts';
import { SYSTEM } from '../../src/audit/record.ts';
import { changeCompany } from '../../src/company/change-company.ts';
import { UNNAMED_COMPANY } from '../../src/company/company.ts';
import { linkUrl } from '../../src/links/link-url.ts';
import { sendLink } from '../../src/links/send-link.ts';
import { paths } from '../../src/paths.ts';
import { startPayment } from '../../src/payments/start-payment.ts';
import { newId } from '../../src/platform/ids.ts';
import { receiptUrl } from '../../src/receipts/receipt-url.ts';
import { readReceipt } from '../../src/receipts/receipts.store.ts';
import { ENGINES } from '../support/house.ts';
import { aPng } from '../support/pictures.ts';
import { anInvoice } from '../support/seeds.ts';
import { type SignedInBrowser, signIn } from '../support/sign-in.ts';
import { openTill, type Till } from '../support/till.ts';

const BRAND = {
  tradingName: 'Quay Bakery',
  colour: '#FFCC00',
  supportEmail: 'help@quay.example',
  supportPhone: '',
  statementSuffix: 'QUAY',
};

describe.each(ENGINES)('the brand of an account (%s)', (engine) => {
  let till: Till;
  let admin: SignedInBrowser;
  beforeAll(async () => {
    till = await openTill({ engine });
    admin = await signIn(till, 'admin');
    const company = {
      tradingName: 'Harbour & Sons',
      supportEmail: 'office@harbour.example',
      supportPhone: '+44 117 1',
    };
    await changeCompany(till.house, { ...UNNAMED_COMPANY, ...company }, SYSTEM);
  });
  afterAll(() => till.stop());

  const accountId = () => till.account.id;
  const letterOf = (key: string) =>
    till.house.db.read
      .selectFrom('letter')
      .selectAll()
      .where('letter_key', 'like', `${key}%`)
      .executeTakeFirstOrThrow();

  test('stands on the pay page, in the letter and on the receipt in place of the company’s, where it is filled in', async () => {
    expect((await admin.post(paths.accountBrand(accountId()), BRAND)).status).toBe(303);
    expect((await readAccount(till.house.db, accountId())).statementSuffix).toBe('QUAY');
    await changeLogo(till.house, { accountId: accountId(), bytes: aPng(8, 8), actor: SYSTEM });
    const look = brandLook(await readAccount(till.house.db, accountId()));
    const link = await till.aLink((await anInvoice(till.house)).id);

    const page = await (await fetch(linkUrl(till.house, link))).text();
    for (const text of ['Quay Bakery', 'help@quay.example', '+44 117 1', look.stylesheet, look.logo]) {
      expect(page).toContain(text);
    }
    expect(page).not.toContain('Harbour');
    expect(page).not.toMatch(/style=/);

    await sendLink(till.house, {
      ...{ linkId: link.id, to: ['payer@example.test'], cc: [], note: '', actor: SYSTEM },
      sendId: newId('req'),
    });
    const letter = await letterOf(`link-${link.id}`);
    expect(letter).toMatchObject({ subject: expect.stringContaining('Quay Bakery'), reply_to: 'help@quay.example' });
    expect(letter.html).toContain('background:#ffcc00;color:#000000');
    expect(letter.html).not.toMatch(/<img|<link/);
    expect(letter.body_text).not.toContain('Harbour');

    const { paymentId } = await startPayment(till.house, await till.press(link));
    const row = await till.house.db.read
      .selectFrom('receipt')
      .select('id')
      .where('payment_id', '=', paymentId)
      .executeTakeFirstOrThrow();
    const receipt = await readReceipt(till.house.db, row.id);
    expect(receipt.content.company).toMatchObject({ tradingName: 'Quay Bakery', supportEmail: 'help@quay.example' });
    const shown = await (await fetch(receiptUrl(till.house, receipt))).text();
    expect(shown).toContain(look.logo);
    expect(shown).not.toContain('Harbour');
    expect((await letterOf(`receipt-${paymentId}`)).html).toContain('Quay Bakery');
  });

  test('what a page loads is public, kept for good under a name of its own, and gone when it has changed', async () => {
    const look = brandLook(await readAccount(till.house.db, accountId()));
    const css = await fetch(till.url + look.stylesheet);
    expect(css.headers.get('content-type')).toContain('text/css');
    expect(await css.text()).toContain('--accent:#ffcc00');
    const picture = await fetch(till.url + look.logo);
    expect(picture.headers.get('content-type')).toBe('image/png');
    expect(Buffer.from(await picture.arrayBuffer())).toEqual(aPng(8, 8));
    for (const { headers } of [css, picture]) {
      expect(headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('set-cookie')).toBeNull();
    }
    await changeLogo(till.house, { accountId: accountId(), bytes: aPng(9, 9), actor: SYSTEM });
    await changeBrand(till.house, { accountId: accountId(), texts: { ...BRAND, colour: '#004466' }, actor: SYSTEM });
    for (const path of [look.logo, look.stylesheet, '/brand/x', `/brand/${accountId()}-0123456789abcdef.png`]) {
      expect((await fetch(till.url + path)).status).toBe(404);
    }
  });

  test('what is wrong is said next to its field, and nothing typed is lost', async () => {
    const answer = await admin.post(paths.accountBrand(accountId()), {
      tradingName: 'Keep me',
      colour: 'red',
      supportEmail: 'nobody',
      supportPhone: 'call us',
      statementSuffix: '123',
    });
    expect(answer.status).toBe(422);
    for (const text of ['such as #7a1f3d', 'e-mail address that we can', 'such as +44', 'one letter', 'Keep me']) {
      expect(answer.text).toContain(text);
    }
    expect((await readAccount(till.house.db, accountId())).brand.tradingName).toBe('Quay Bakery');
  });

  test('a logo is uploaded, shown and removed; a form without its token changes nothing', async () => {
    const upload = (bytes: Buffer, token: string, name = 'logo.png') =>
      admin.agent
        .post(paths.accountLogo(accountId()))
        .set('Origin', till.url)
        .field('_csrf', token)
        .attach('file', bytes, { filename: name, contentType: 'image/png' });
    const logo = async () => (await readAccount(till.house.db, accountId())).brand.logo;
    const before = await logo();
    expect((await upload(aPng(20, 10), 'wrong')).status).toBe(403);
    const svg = await upload(Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>'), await admin.csrf());
    expect(svg.status).toBe(422);
    expect(svg.text).toContain('SVG is not taken');
    const large = await upload(Buffer.concat([aPng(2, 2), Buffer.alloc(210_000)]), await admin.csrf());
    expect(large.text).toContain('larger than 200 KB');
    expect(await logo()).toEqual(before);

    expect((await upload(aPng(20, 10), await admin.csrf(), '../../x.svg')).status).toBe(303);
    expect(await logo()).not.toEqual(before);
    await admin.post(paths.removeAccountLogo(accountId()));
    expect(await logo()).toBeUndefined();
    expect((await auditOf(till.house.db, accountId())).slice(-2).map(({ action }) => action)).toEqual([
      'account.logo-changed',
      'account.logo-removed',
    ]);
  });
});

describe('a picture', () => {
  const jpeg = (width: number, height: number) => {
    const frame = Buffer.from('ffd8ffe000044a46ffc0000b0800000000010111000000', 'hex');
    frame.writeUInt16BE(height, 13);
    frame.writeUInt16BE(width, 15);
    return frame;
  };
  const webp = (kind: string, body: string) =>
    Buffer.concat([Buffer.from(`RIFF\0\0\0\0WEBP${kind}\0\0\0\0`, 'latin1'), Buffer.from(body, 'hex')]);

  test.each([
    ['PNG', aPng(10, 10), 'image/png'],
    ['JPEG', jpeg(10, 10), 'image/jpeg'],
    ['lossy WebP', webp('VP8 ', '0000009d012a0a000a000000'), 'image/webp'],
    ['lossless WebP', webp('VP8L', '2f0940020000000000000000'), 'image/webp'],
    ['extended WebP', webp('VP8X', '00000000090000090000'), 'image/webp'],
  ])('%s is known by its first bytes', (_, bytes, contentType) => {
    expect(readLogo(bytes)).toMatchObject({ contentType });
  });

  test.each([
    ['a page', Buffer.from('<!doctype html><script>alert(1)</script>')],
    ['a GIF', Buffer.from('GIF89a')],
    ['nothing', Buffer.alloc(0)],
    ['a PNG without an end', aPng(10, 10).subarray(0, 18)],
    ['a JPEG without a size', jpeg(10, 10).subarray(0, 8)],
    ['a picture of no size', jpeg(0, 10)],
    ['a wide PNG', aPng(2001, 1)],
    ['a wide JPEG', jpeg(2001, 1)],
    ['a wide WebP', webp('VP8X', '00000000ffff00090000')],
  ])('%s is refused with a reason', (_, bytes) => {
    expect(readLogo(bytes)).toEqual({ problem: expect.any(String) });
  });
});

describe('a colour', () => {
  test('carries text of at least 4.5 to 1, whichever it is', () => {
    for (let value = 0; value <= 0xffffff; value += 4099) {
      const colour = `#${value.toString(16).padStart(6, '0')}`;
      expect(contrastOf(colour, textOn(colour))).toBeGreaterThanOrEqual(4.5);
      const hover = /--accent-hover:(#\w{6})/.exec(stylesheetOf(colour))?.[1] as string;
      expect(contrastOf(hover, textOn(colour))).toBeGreaterThanOrEqual(4.5);
    }
    expect(contrastOf('#000000', '#ffffff')).toBeCloseTo(21);
    expect(contrastOf('#767676', '#ffffff')).toBeCloseTo(4.54, 2);
  });

  test('close to the page gets an edge, in light or in dark', () => {
    expect(stylesheetOf('#ffffff')).toMatch(/accent-edge:var\(--edge\)}@media.*accent-edge:#0000/);
    expect(stylesheetOf('#101018')).toMatch(/accent-edge:#0000}@media.*accent-edge:var\(--edge\)/);
  });
});
