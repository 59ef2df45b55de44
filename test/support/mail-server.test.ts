import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { createTransport } from 'nodemailer';
import { type MailServer, startMailServer } from './mail-server.ts';

let server: MailServer;
beforeEach(async () => {
  server = await startMailServer();
});
afterEach(() => server.stop());

const LONG = 'Zahlung über 1.234,56 € für Auftrag № 4711 – bitte bis Freitag begleichen, vielen Dank. 請求書 '.repeat(
  4,
);

function send(letter: Record<string, unknown> = {}) {
  const mail = { from: 'Büro <office@portal.test>', to: 'Ann <ann@example.test>', subject: 'Hi', text: 'Hello' };
  return createTransport(server.url).sendMail({ ...mail, ...letter });
}

test('reads a letter with HTML, text and attachments as it was written', async () => {
  const pdf = Buffer.from([0x25, 0x50, 0x44, 0x46, 0, 255, 13, 10, 128]);
  const sent = await send({
    bcc: 'archive@portal.test',
    subject: LONG.trim(),
    text: `${LONG}\n\n.\n= 100 %\n`,
    html: `<p>${LONG}</p>`,
    attachments: [{ filename: `Beleg „Nº 1” ${LONG}.pdf`, content: pdf }],
  });
  const letter = await server.waitFor(({ to }) => to.includes('ann@example.test'));
  expect(letter).toMatchObject({
    from: 'office@portal.test',
    to: ['ann@example.test', 'archive@portal.test'],
    subject: LONG.trim(),
    messageId: sent.messageId,
    text: `${LONG}\n\n.\n= 100 %\n`,
    html: `<p>${LONG}</p>`,
    headers: { from: 'Büro <office@portal.test>', to: 'Ann <ann@example.test>', 'mime-version': '1.0' },
  });
  expect(letter.attachments).toEqual([{ name: `Beleg „Nº 1” ${LONG}.pdf`, type: 'application/pdf', content: pdf }]);
  expect(letter.raw).toContain('multipart/alternative');
});

test.each(['quoted-printable', 'base64', '7bit'])('reads a letter without parts, sent as %s', async (encoding) => {
  await send({ text: 'Line one\nLine two', textEncoding: encoding === '7bit' ? undefined : encoding });
  expect(server.letters).toMatchObject([{ subject: 'Hi', text: 'Line one\nLine two', html: '', attachments: [] }]);
});

test('waits for a letter that is still to come, and says which came instead', async () => {
  const waiting = server.waitFor(({ subject }) => subject === 'Second');
  await send({ subject: 'First' });
  await send({ subject: 'Second' });
  expect((await waiting).subject).toBe('Second');
  await expect(server.waitFor(({ subject }) => subject === 'Third', 20)).rejects.toThrow(
    'No such letter within 20 ms. Letters that came: "First" to ann@example.test; "Second" to ann@example.test',
  );
});

test.each([
  ['temporary', { responseCode: 451 }, 0],
  ['permanent', { responseCode: 550 }, 0],
  ['drop_before_data', { code: 'ECONNECTION' }, 0],
  ['drop_after_data', { code: 'ECONNECTION' }, 1],
  ['off', { code: 'ECONNECTION' }, 0],
] as const)('refuses as told: %s', async (kind, error, taken) => {
  server.refuse(kind, 2);
  await expect(send()).rejects.toMatchObject(error);
  await expect(send()).rejects.toMatchObject(error);
  expect(server.letters).toHaveLength(2 * taken);
  await send();
  expect(server.letters).toHaveLength(2 * taken + 1);
});

test('refuses in the order told, for ever by default, until it accepts again', async () => {
  server.refuse('permanent', 1);
  server.refuse('temporary');
  await expect(send()).rejects.toMatchObject({ responseCode: 550 });
  for (let i = 0; i < 3; i++) await expect(send()).rejects.toMatchObject({ responseCode: 451 });
  server.accept();
  await send();
  expect(server.letters).toHaveLength(1);
});

test('a client that keeps its connection meets each refusal too', async () => {
  // By default a pool sends again by itself what a lost connection left open.
  const pool = createTransport({ url: server.url, pool: true, maxConnections: 1, maxRequeues: 0 } as object);
  const mail = { from: 'a@portal.test', to: 'b@example.test', text: 'x' };
  await pool.sendMail(mail);
  server.refuse('temporary', 1);
  await expect(pool.sendMail(mail)).rejects.toMatchObject({ responseCode: 451 });
  server.refuse('off', 1);
  await expect(pool.sendMail(mail)).rejects.toMatchObject({ code: 'ECONNECTION' });
  await pool.sendMail(mail);
  pool.close();
  expect(server.letters).toHaveLength(2);
});

test('takes any name and password', async () => {
  await createTransport(server.url.replace('//', '//name:secret@')).sendMail({
    from: 'a@portal.test',
    to: 'b@example.test',
    text: 'x',
  });
  expect(server.letters).toHaveLength(1);
});
