import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { SYSTEM } from '../../src/audit/record.ts';
import { deliverOutbox } from '../../src/mail/deliver-outbox.ts';
import { readLetter } from '../../src/mail/mailbox.store.ts';
import type { Mailer } from '../../src/mail/mailer.ts';
import { claimDueLetters } from '../../src/mail/outbox.store.ts';
import { outboxJob } from '../../src/mail/outbox-job.ts';
import { queueLetter } from '../../src/mail/queue-letter.ts';
import { retryLetter } from '../../src/mail/retry-letter.ts';
import { createSmtpMailer } from '../../src/mail/smtp-mailer.ts';
import { DAY_MS, MINUTE_MS } from '../../src/platform/clock.ts';
import { ENGINES, freePort, startHouse, type TestHouse } from '../support/house.ts';
import { type MailServer, startMailServer } from '../support/mail-server.ts';
import { aDraft, aQueuedLetter } from './letters.ts';

describe.each(ENGINES)('letters on their way (%s)', (engine) => {
  let at: TestHouse;
  let server: MailServer;
  let mailer: Mailer;
  beforeAll(async () => {
    at = await startHouse({ engine });
  });
  afterAll(() => at.stop());
  beforeEach(async () => {
    server = await startMailServer();
    mailer = createSmtpMailer({ smtpUrl: server.url, mailFrom: 'Büro <portal@portal.test>' });
  });
  afterEach(async () => {
    mailer.close();
    await server.stop();
    await at.house.db.q.deleteFrom('letter').execute();
  });

  const deliver = () => deliverOutbox({ ...at.house, mailer });
  const letterNow = async (id: string) => (await readLetter(at.house.db, id))!;
  const casesAbout = (id: string) =>
    at.house.db.read.selectFrom('case_file').select(['kind', 'summary']).where('subject_id', '=', id).execute();

  test('arrive in two forms, from the portal, with answers going to the company', async () => {
    const id = await aQueuedLetter(at.house, { cc: ['bob@example.test'] });
    expect(await deliver()).toBe(1);
    expect(server.letters).toMatchObject([
      {
        from: 'portal@portal.test',
        to: ['ada@example.test', 'bob@example.test'],
        subject: 'Invoice INV-1042: EUR 125.00 due 30 Nov 2026',
        messageId: `<${id}@portal.test>`,
        text: expect.stringContaining('you can pay this invoice by card'),
        html: expect.stringContaining('you can pay this invoice by card'),
        headers: {
          from: 'Büro <portal@portal.test>',
          to: 'ada@example.test',
          cc: 'bob@example.test',
          'reply-to': 'answers@shop.test',
          'auto-submitted': 'auto-generated',
        },
      },
    ]);
    expect(await letterNow(id)).toMatchObject({
      state: 'accepted',
      tries: 1,
      claimed_until: null,
      last_response: expect.stringMatching(/^250/),
    });
    expect(await deliver()).toBe(0);
  });

  test('wait a minute after "try later", and are then accepted', async () => {
    server.refuse('temporary', 1);
    const id = await aQueuedLetter(at.house);
    await deliver();
    expect(await letterNow(id)).toMatchObject({ state: 'queued', last_response: '451 Try again later' });
    expect(await deliver()).toBe(0);
    at.clock.advance(MINUTE_MS);
    expect(await deliver()).toBe(1);
    expect(await letterNow(id)).toMatchObject({ state: 'accepted', tries: 2 });
    expect(server.letters).toHaveLength(1);
  });

  test('are not sent again when refused for good: a case says why, and a person may send them again', async () => {
    server.refuse('permanent', 1);
    const id = await aQueuedLetter(at.house);
    await deliver();
    at.clock.advance(DAY_MS);
    expect(await deliver()).toBe(0);
    expect(await letterNow(id)).toMatchObject({ state: 'refused', last_response: '550 No such mailbox' });
    expect(await casesAbout(id)).toEqual([
      { kind: 'failed-letter', summary: expect.stringContaining('refused by the mail server: 550 No such mailbox') },
    ]);
    await retryLetter(at.house, { letterId: id, actor: SYSTEM });
    await deliver();
    expect(await letterNow(id)).toMatchObject({ state: 'accepted' });
    expect(server.letters.map(({ messageId }) => messageId)).toEqual([`<${id}@portal.test>`]);
    await expect(retryLetter(at.house, { letterId: id, actor: SYSTEM })).rejects.toMatchObject({
      code: 'letter-not-ended',
    });
  });

  test('come twice with one Message-ID when the line broke after the server had taken them', async () => {
    server.refuse('drop_after_data', 1);
    const id = await aQueuedLetter(at.house);
    await deliver();
    expect(await letterNow(id)).toMatchObject({ state: 'queued', tries: 1 });
    at.clock.advance(MINUTE_MS);
    await deliver();
    expect(server.letters.map(({ messageId }) => messageId)).toEqual(Array(2).fill(`<${id}@portal.test>`));
    expect(server.letters[0]?.headers.date).toBe(server.letters[1]?.headers.date);
    expect(await letterNow(id)).toMatchObject({ state: 'accepted' });
  });

  test('wait longer and longer while the server is down, and after three days become a case', async () => {
    const nobody = createSmtpMailer({ smtpUrl: `smtp://127.0.0.1:${await freePort()}`, mailFrom: 'p@portal.test' });
    const id = await aQueuedLetter(at.house);
    const waitsMin: number[] = [];
    for (;;) {
      await deliverOutbox({ ...at.house, mailer: nobody });
      const { state, next_try_at } = await letterNow(id);
      if (state !== 'queued') break;
      const waitMs = Date.parse(next_try_at) - at.clock.now().getTime();
      waitsMin.push(Math.round(waitMs / MINUTE_MS));
      at.clock.advance(waitMs);
    }
    expect(waitsMin).toEqual([1, 5, 30, 120, 360, 720, 1440, 1440]);
    expect(await letterNow(id)).toMatchObject({
      state: 'failed',
      tries: 9,
      last_response: expect.stringContaining('ECONNREFUSED'),
    });
    expect(await casesAbout(id)).toEqual([
      { kind: 'failed-letter', summary: expect.stringContaining('could not be sent in 9 tries') },
    ]);
  });

  test('are sent once each by two deliverers at the same time', async () => {
    const other = createSmtpMailer({ smtpUrl: server.url, mailFrom: 'p@portal.test' });
    const ids: string[] = [];
    for (let i = 0; i < 45; i++) ids.push(await aQueuedLetter(at.house));
    const tried = await Promise.all([deliver(), deliverOutbox({ ...at.house, mailer: other }), deliver()]);
    other.close();
    expect(tried[0] + tried[1] + tried[2]).toBe(45);
    expect(server.letters.map(({ messageId }) => messageId).sort()).toEqual(
      ids.map((id) => `<${id}@portal.test>`).sort(),
    );
  });

  test('of a process that died are sent by another when its lease has ended', async () => {
    const id = await aQueuedLetter(at.house);
    const [claimed] = await claimDueLetters(at.house, { limit: 1, leaseMs: 5 * MINUTE_MS });
    expect(claimed?.id).toBe(id);
    expect(await deliver()).toBe(0);
    at.clock.advance(5 * MINUTE_MS);
    expect(await deliver()).toBe(1);
    expect(await letterNow(id)).toMatchObject({ state: 'accepted', tries: 2 });
  });

  test('that were undone are never sent, and nothing is sent from inside a transaction', async () => {
    await at.house.db
      .tx(async () => {
        await queueLetter(at.house, aDraft(at.house));
        await expect(deliver()).rejects.toThrow('must not happen inside a database transaction');
        throw new Error('undone');
      })
      .catch(() => undefined);
    expect(await deliver()).toBe(0);
    expect(server.letters).toEqual([]);
  });

  test('that let somebody in are emptied once accepted', async () => {
    const id = await aQueuedLetter(at.house, { kind: 'reset' });
    expect((await letterNow(id)).html).not.toBe('');
    await deliver();
    expect(server.letters[0]?.html).toContain('/pay/abc');
    expect(await letterNow(id)).toMatchObject({ state: 'accepted', html: '', body_text: '' });
  });

  test('wait where no mail server is configured, until one is', async () => {
    const id = await aQueuedLetter(at.house);
    await outboxJob(at.house).run();
    expect(await letterNow(id)).toMatchObject({ state: 'queued', tries: 0 });
    await outboxJob({ ...at.house, config: { ...at.house.config, smtpUrl: server.url } }).run();
    expect(await letterNow(id)).toMatchObject({ state: 'accepted' });
  });
});

test.each([
  ['smtp://mail.test?tls.rejectUnauthorized=false', 'not known: tls.rejectUnauthorized'],
  ['smtp://mail.test?ignoreTLS=true', 'not known: ignoreTLS'],
  ['http://mail.test', 'must start with smtp: or smtps:'],
])('the mail server %s is not accepted', (smtpUrl, reason) => {
  expect(() => createSmtpMailer({ smtpUrl, mailFrom: 'p@portal.test' })).toThrow(reason);
});

test('where encryption is required nothing is sent to a server without it', async () => {
  const server = await startMailServer();
  const mailer = createSmtpMailer({ smtpUrl: `${server.url}?requireTLS=true`, mailFrom: 'p@portal.test' });
  const letter = { messageId: '<1@portal.test>', to: ['a@example.test'], cc: [], replyTo: undefined };
  const result = await mailer.send({
    ...letter,
    subject: 'x',
    html: 'x',
    text: 'x',
    writtenAt: new Date().toISOString(),
  });
  expect(result.outcome).toBe('later');
  expect(server.letters).toEqual([]);
  mailer.close();
  await server.stop();
});
