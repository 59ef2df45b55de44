import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { readLetter } from '../../src/mail/mailbox.store.ts';
import { queueLetter } from '../../src/mail/queue-letter.ts';
import { ENGINES, startHouse, type TestHouse } from '../support/house.ts';
import { aDraft, aQueuedLetter } from './letters.ts';

describe.each(ENGINES)('a letter in the outbox (%s)', (engine) => {
  let at: TestHouse;
  beforeAll(async () => {
    at = await startHouse({ engine, config: { baseUrl: 'https://pay.shop.test' } });
  });
  afterAll(() => at.stop());

  const written = async (id: string) => (await readLetter(at.house.db, id))!;
  const lettersNow = async () => (await at.house.db.read.selectFrom('letter').select('id').execute()).length;

  test('has the same words in HTML and in plain text, and says how to tell that it is real', async () => {
    const { html, body_text: text } = await written(await aQueuedLetter(at.house));
    for (const words of [
      'you can pay this invoice by card',
      'EUR 125.00',
      'https://pay.shop.test/pay/abc',
      '1 Quay Street',
    ]) {
      expect(html).toContain(words);
      expect(text).toContain(words);
    }
    expect(text).toContain('Links in our letters lead to pay.shop.test and nowhere else.');
    expect(text).toContain('Answers to this letter go to answers@shop.test.');
    expect(html).toContain('Müller &amp; Sons');
  });

  test('links only to the portal, loads nothing, and leaves what staff typed as text', async () => {
    const { html, body_text: text } = await written(
      await aQueuedLetter(at.house, {
        body: {
          ...aDraft(at.house).body,
          note: { label: 'Note', text: '<a href="https://evil.test">x</a>\nhttps://evil.test' },
        },
      }),
    );
    const hrefs = [...html.matchAll(/href="([^"]*)"/g)].map(([, href]) => href);
    expect(new Set(hrefs)).toEqual(new Set(['https://pay.shop.test/pay/abc']));
    expect(html).toContain('&lt;a href=');
    expect(html).not.toMatch(/<(img|link|script|style|iframe)|url\(|src=/);
    expect(text).toContain('  | https://evil.test');
  });

  test('cannot lead anywhere else', async () => {
    const body = { ...aDraft(at.house).body, action: { label: 'Pay', url: 'https://pay.shop.test.evil.test/pay/abc' } };
    await expect(aQueuedLetter(at.house, { body })).rejects.toThrow('must lead to the portal');
  });

  test('exists once for one key, however often the deed runs', async () => {
    const draft = aDraft(at.house, { key: 'receipt-pay_1' });
    expect(await queueLetter(at.house, draft)).toMatch(/^let_/);
    const before = await lettersNow();
    expect(await queueLetter(at.house, draft)).toBeUndefined();
    expect(await lettersNow()).toBe(before);
  });

  test('is not there when the deed it tells of was undone', async () => {
    const before = await lettersNow();
    const deed = at.house.db.tx(async () => {
      await queueLetter(at.house, aDraft(at.house));
      throw new Error('undone');
    });
    await expect(deed).rejects.toThrow('undone');
    expect(await lettersNow()).toBe(before);
  });

  test('has a subject of one line, and no reply address that could be two', async () => {
    const id = await aQueuedLetter(at.house, {
      subject: 'Invoice 1\r\nBcc: eve@evil.test',
      replyTo: '"a@evil.test x"@good.test',
    });
    const letter = await written(id);
    expect(letter.subject).toBe('Invoice 1 Bcc: eve@evil.test');
    expect(letter.reply_to).toBe('answers@shop.test');
  });

  test.each([['"a@evil.test x"@good.test'], ['ada@example.test\r\nBcc: eve@evil.test'], ['a@b.test, c@d.test']])(
    'to %j stands there as refused, with a case, and the deed goes on',
    async (address) => {
      const id = await aQueuedLetter(at.house, { to: [address] });
      const letter = await written(id);
      expect(letter).toMatchObject({
        state: 'refused',
        last_response: expect.stringContaining('is not an e-mail address'),
      });
      const found = await at.house.db.read
        .selectFrom('case_file')
        .select(['kind', 'summary'])
        .where('subject_id', '=', id)
        .execute();
      expect(found).toEqual([{ kind: 'failed-letter', summary: expect.stringContaining('was not sent') }]);
    },
  );
});
