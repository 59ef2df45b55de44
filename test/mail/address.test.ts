import { describe, expect, test } from '@jest/globals';
import { headerText, readMailAddress, readMailFrom } from '../../src/mail/address.ts';

test.each([
  ['ada@example.test', 'ada@example.test'],
  ['Ada.B+tag@Example.TEST', 'Ada.B+tag@example.test'],
  ['post@bücher.test', 'post@xn--bcher-kva.test'],
])('%s can be written to', (given, read) => {
  expect(readMailAddress(given)).toBe(read);
});

test.each([
  ['"a@evil.test x"@good.test'],
  ['a@evil.test,b@good.test'],
  ['a@evil.test b@good.test'],
  ['ada@example.test\r\nBcc: eve@evil.test'],
  ['ada@example.test\nDATA'],
  ['ada@example.test\u2028'],
  ['ada\0@example.test'],
  ['Ada <ada@example.test>'],
  ['ada(comment)@example.test'],
  ['ada@[127.0.0.1]'],
  ['ada@127.0.0.1'],
  ['ada@evil.test\uFF0Cb.test'],
  ['ada@localhost'],
  ['ada..b@example.test'],
  ['@example.test'],
  [`${'a'.repeat(65)}@example.test`],
  [''],
])('%j is refused', (given) => {
  expect(readMailAddress(given)).toBeUndefined();
});

test('a header line holds no line ends, whatever is put into it', () => {
  expect(headerText('Invoice 1\r\nBcc: eve@evil.test\0\u2028x\u2029y')).toBe('Invoice 1 Bcc: eve@evil.test x y');
});

describe('the sender in MAIL_FROM', () => {
  test.each([
    ['Büro <portal@example.test>', { name: 'Büro', address: 'portal@example.test', host: 'example.test' }],
    [
      '"Portal, Inc." <portal@example.test>',
      { name: 'Portal, Inc.', address: 'portal@example.test', host: 'example.test' },
    ],
    ['portal@localhost', { name: '', address: 'portal@localhost', host: 'localhost' }],
  ])('%s is understood', (given, read) => {
    expect(readMailFrom(given)).toEqual(read);
  });

  test('one that is no address is said to be so', () => {
    expect(() => readMailFrom('Portal')).toThrow('MAIL_FROM must be an address');
  });
});
