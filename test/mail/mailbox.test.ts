import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { deliverOutbox } from '../../src/mail/deliver-outbox.ts';
import { createSmtpMailer } from '../../src/mail/smtp-mailer.ts';
import { paths } from '../../src/paths.ts';
import { startHouse, type TestHouse } from '../support/house.ts';
import { type MailServer, startMailServer } from '../support/mail-server.ts';
import { type SignedInBrowser, signIn } from '../support/sign-in.ts';
import { aQueuedLetter } from './letters.ts';

describe('the mailbox of the office', () => {
  let at: TestHouse;
  let server: MailServer;
  let admin: SignedInBrowser;
  let clerk: SignedInBrowser;
  let accountant: SignedInBrowser;
  beforeAll(async () => {
    server = await startMailServer();
    at = await startHouse({ config: { smtpUrl: server.url } });
    [admin, clerk, accountant] = await Promise.all([
      signIn(at, 'admin'),
      signIn(at, 'clerk'),
      signIn(at, 'accountant'),
    ]);
  });
  afterAll(async () => {
    await at.stop();
    await server.stop();
  });

  async function deliver(): Promise<void> {
    const mailer = createSmtpMailer({ smtpUrl: server.url, mailFrom: at.house.config.mailFrom });
    await deliverOutbox({ ...at.house, mailer });
    mailer.close();
  }

  test('says what the mail server answered, and sends again what it refused', async () => {
    server.refuse('permanent', 1);
    const id = await aQueuedLetter(at.house, { subject: 'Refused at first' });
    await deliver();
    const list = await clerk.get(paths.mailbox());
    expect(list.text).toContain('Refused at first');
    expect(list.text).toContain('550 No such mailbox');
    expect((await clerk.get(paths.letter(id))).text).toContain('Send again now');

    const again = await clerk.post(paths.retryLetter(id));
    expect(again.status).toBe(303);
    await deliver();
    const page = (await clerk.get(paths.letter(id))).text;
    expect(page).toContain('Accepted');
    expect(page).toContain('250');
    expect(page).not.toContain('Send again now');
    expect((await clerk.post(paths.retryLetter(id))).status).toBe(409);
    const done = await at.house.db.read.selectFrom('audit').select('action').where('subject_id', '=', id).execute();
    expect(done.map(({ action }) => action)).toEqual(['letter.refused', 'letter.retried', 'letter.accepted']);
  });

  test('tells when it tries again', async () => {
    server.refuse('temporary', 1);
    const id = await aQueuedLetter(at.house, { subject: 'Greylisted' });
    await deliver();
    const page = (await clerk.get(paths.letter(id))).text;
    expect(page).toContain('Not accepted yet; the next try is at');
    expect(page).toContain('451 Try again later');
  });

  test('finds letters by state and kind', async () => {
    await aQueuedLetter(at.house, { kind: 'receipt', subject: 'A waiting receipt' });
    await aQueuedLetter(at.house, { kind: 'link', subject: 'A waiting link' });
    const found = (await clerk.get(`${paths.mailbox()}?state=queued&kind=receipt`)).text;
    expect(found).toContain('A waiting receipt');
    expect(found).not.toContain('A waiting link');
    expect((await clerk.get(`${paths.mailbox()}?state=nonsense`)).status).toBe(200);
  });

  test('goes on to older letters page by page', async () => {
    for (let i = 0; i < 51; i++) await aQueuedLetter(at.house, { kind: 'link-replaced', subject: `Letter no. ${i}.` });
    const first = (await clerk.get(`${paths.mailbox()}?kind=link-replaced`)).text;
    expect(first).toContain('Letter no. 50.');
    expect(first).not.toContain('Letter no. 0.');
    const older = /href="([^"]*before=[^"]*)"/.exec(first)?.[1]?.replaceAll('&amp;', '&').replaceAll('&#38;', '&');
    const second = (await clerk.get(older as string)).text;
    expect(second).toContain('Letter no. 0.');
    expect(second).not.toContain('Letter no. 1.');
  });

  test('shows a letter in a frame that runs nothing, loads nothing and stands on our own page only', async () => {
    const id = await aQueuedLetter(at.house);
    const body = await clerk.get(paths.letterBody(id));
    expect(body.text).toContain('you can pay this invoice by card');
    expect(body.headers['content-security-policy']).toBe(
      "default-src 'none'; style-src 'unsafe-inline'; form-action 'none'; base-uri 'none'; frame-ancestors 'self'; sandbox allow-popups allow-popups-to-escape-sandbox",
    );
    expect(body.headers['x-frame-options']).toBe('SAMEORIGIN');
    const page = await clerk.get(paths.letter(id));
    expect(page.headers['content-security-policy']).toContain("frame-src 'self'");
    expect(page.headers['x-frame-options']).toBe('DENY');
  });

  test.each([['invite'], ['reset']] as const)('hides an %s letter from all but administrators', async (kind) => {
    const id = await aQueuedLetter(at.house, { kind });
    for (const person of [clerk, accountant]) {
      const page = (await person.get(paths.letter(id))).text;
      expect(page).toContain('Hidden: this letter holds a secret link');
      expect(page).not.toContain('/pay/abc');
      const body = await person.get(paths.letterBody(id));
      expect(body.status).toBe(403);
      expect(body.text).not.toContain('/pay/abc');
    }
    expect((await admin.get(paths.letter(id))).text).toContain('/pay/abc');
    expect((await admin.get(paths.letterBody(id))).text).toContain('/pay/abc');
  });

  test('lets accountants read, and not send again', async () => {
    const id = await aQueuedLetter(at.house);
    expect((await accountant.get(paths.letter(id))).status).toBe(200);
    expect((await accountant.post(paths.retryLetter(id))).status).toBe(403);
  });

  test('knows no letter that does not exist', async () => {
    expect((await clerk.get(paths.letter('let_none'))).status).toBe(404);
    expect((await clerk.get(paths.letterBody('let_none'))).status).toBe(404);
    expect((await clerk.post(paths.retryLetter('let_none'))).status).toBe(404);
  });
});

test('where no mail server is configured the mailbox says that letters wait', async () => {
  const at = await startHouse();
  const clerk = await signIn(at, 'clerk');
  expect((await clerk.get(paths.mailbox())).text).toContain('No letters yet');
  await aQueuedLetter(at.house);
  expect((await clerk.get(paths.mailbox())).text).toContain('No mail server is configured: these letters wait here.');
  await at.stop();
});
