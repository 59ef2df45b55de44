import { describe, expect, test } from '@jest/globals';
import { createLogger, scrub } from '../../src/platform/logger.ts';

describe('the log', () => {
  test.each([
    ['a secret key', 'Invalid API Key provided: sk_test_51Abc', 'sk_test_[removed]'],
    ['a webhook secret', 'signed with whsec_a1b2C3==', 'whsec_[removed]'],
    ['a client secret', 'no such pi_3Nx_secret_9Yz', 'pi_3Nx_secret_[removed]'],
    ['a link token', 'GET /pay/eyJhbGciOi.eyJpc3Mi.c2ln-_x', '[token removed]'],
    ['a card number', 'card 4242 4242 4242 4242 was declined', '[number removed]'],
    ['a card number without blanks', 'card 378282246310005', '[number removed]'],
  ])('loses %s', (_what, text, left) => {
    const clean = scrub(text);
    expect(clean).toContain(left);
    expect(clean).not.toMatch(/51Abc|a1b2C3|9Yz|c2ln|4242|378282/);
  });

  test('keeps what helps: sums, ids and dates', () => {
    const text = 'pay_01k2 of 1250.00 EUR on 2026-11-23T10:00:00Z, invoice 4711';
    expect(scrub(text)).toBe(text);
  });

  test('never writes the value of a field with a secret name, nor headers that an error carries', () => {
    const lines: string[] = [];
    const log = createLogger('info', { write: (line) => void lines.push(line) });
    const error = Object.assign(new Error('refused for sk_live_9Zz'), {
      code: 'E_REFUSED',
      headers: { authorization: 'Bearer sk_live_9Zz' },
      raw: 'number=4242424242424242',
    });
    log.error({ err: error, confirmationToken: 'ctoken_1', body: { password: 'opensesame' }, requestId: 'r1' }, 'no');
    const [line = ''] = lines;
    expect(JSON.parse(line)).toMatchObject({
      requestId: 'r1',
      confirmationToken: '[removed]',
      body: { password: '[removed]' },
      err: { code: 'E_REFUSED', message: 'refused for sk_live_[removed]' },
    });
    expect(line).not.toMatch(/9Zz|ctoken_1|opensesame|4242/);
  });
});
