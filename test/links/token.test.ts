import { createHmac, generateKeyPairSync, randomBytes } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import jwt from 'jsonwebtoken';
import type { LinkKey } from '../../src/platform/config.ts';
import { Refusal } from '../../src/platform/refusal.ts';
import { createLinkTokens } from '../../src/tokens/link-token.ts';
import { TestClock } from '../support/test-clock.ts';

const ISSUER = 'https://pay.example.test';
const ID = 'lnk_01kb0000000000000000000000';
const clock = new TestClock();
const oldKey: LinkKey = { kid: 'k1', secret: randomBytes(32) };
const newKey: LinkKey = { kid: 'k2', secret: randomBytes(32) };
const tokensWith = (keys: LinkKey[], issuer = ISSUER) => createLinkTokens({ keys, issuer, clock });
const tokens = tokensWith([oldKey]);
const issuedAt = clock.now().toISOString();
const nowSeconds = () => Math.floor(clock.now().getTime() / 1000);
const genuine = tokens.sign('pay', ID, issuedAt);

const GOOD_HEADER = { alg: 'HS256', typ: 'pay+jwt', kid: 'k1' };
const goodClaims = () => ({ iss: ISSUER, aud: 'pay', sub: ID, iat: nowSeconds(), exp: nowSeconds() + 1000 });

/** A token that somebody who knows the key could make: only the rule under test stands between it and the page. */
function forged(
  header: object,
  claims: unknown = goodClaims(),
  secret: Buffer | string = oldKey.secret,
  hash = 'sha256',
) {
  const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const body = `${part(header)}.${part(claims)}`;
  return `${body}.${createHmac(hash, secret).update(body).digest('base64url')}`;
}

function refusalOf(token: string, from = tokens, use: 'pay' | 'receipt' = 'pay') {
  try {
    return { read: from.read(use, token) };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return {
      code: error.code,
      status: error.status,
      sentence: error.message,
      fields: error.fields,
      detail: error.detail,
    };
  }
}

const UNKNOWN = {
  code: 'unknown-link',
  status: 404,
  sentence: expect.stringContaining('This link is not complete or does not exist.'),
  fields: {},
  detail: {},
};

describe('a genuine token', () => {
  test('opens what it was made for, and is the same each time it is made', () => {
    expect(tokens.read('pay', genuine)).toBe(ID);
    expect(tokens.sign('pay', ID, issuedAt)).toBe(genuine);
    expect(tokens.read('receipt', tokens.sign('receipt', 'rcp_1', issuedAt))).toBe('rcp_1');
  });

  test('the forger of these tests makes tokens that pass when nothing is wrong with them', () => {
    expect(tokens.read('pay', forged(GOOD_HEADER))).toBe(ID);
  });

  test('outlives a change of keys, until its own key is taken out of use', () => {
    const rotated = tokensWith([newKey, oldKey]);
    expect(rotated.read('pay', genuine)).toBe(ID);
    const fresh = rotated.sign('pay', ID, issuedAt);
    expect(jwt.decode(fresh, { complete: true })?.header.kid).toBe('k2');
    const retired = tokensWith([newKey]);
    expect(retired.read('pay', fresh)).toBe(ID);
    expect(refusalOf(genuine, retired)).toEqual(UNKNOWN);
  });

  test('ends with its outer bound', () => {
    const later = new TestClock();
    later.advance(801 * 24 * 3600 * 1000);
    expect(refusalOf(genuine, createLinkTokens({ keys: [oldKey], issuer: ISSUER, clock: later }))).toEqual(UNKNOWN);
  });
});

const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
const publicPem = rsa.publicKey.export({ type: 'spki', format: 'pem' }).toString();
const [head = '', body = '', seal = ''] = genuine.split('.');
const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
const unsigned = (alg: string) => `${encode({ ...GOOD_HEADER, alg })}.${encode(goodClaims())}`;

/** The same bits spelled with another last character, whose spare bits decoders ignore. */
function respelled(part: string): string {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
  const last = alphabet.indexOf(part.at(-1) as string);
  return part.slice(0, -1) + alphabet[last ^ 1];
}

const ATTACKS: Record<string, () => string> = {
  'nothing at all': () => '',
  'only dots': () => '..',
  'two parts': () => `${head}.${body}`,
  'four parts': () => `${genuine}.${seal}`,
  'five parts, as if encrypted': () => `${head}.${body}.${seal}.${seal}.${seal}`,
  'a random text': () => randomBytes(180).toString('base64url'),
  'no algorithm (none), no signature': () => `${unsigned('none')}.`,
  'no algorithm (None), no signature': () => `${unsigned('None')}.`,
  'no algorithm (nOnE), another signature': () => `${unsigned('nOnE')}.${seal}`,
  'no algorithm (none), signed all the same': () => forged({ ...GOOD_HEADER, alg: 'none' }),
  'no algorithm named': () => forged({ typ: 'pay+jwt', kid: 'k1' }),
  'HS384 with our key': () => forged({ ...GOOD_HEADER, alg: 'HS384' }, goodClaims(), oldKey.secret, 'sha384'),
  'HS512 with our key': () => forged({ ...GOOD_HEADER, alg: 'HS512' }, goodClaims(), oldKey.secret, 'sha512'),
  'HS512 named, HS256 made': () => forged({ ...GOOD_HEADER, alg: 'HS512' }),
  'RS256 with a key of its own': () =>
    jwt.sign(goodClaims(), rsa.privateKey, { algorithm: 'RS256', header: { ...GOOD_HEADER, alg: 'RS256' } }),
  'HS256 with a public key as the secret': () => forged(GOOD_HEADER, goodClaims(), publicPem),
  'RS256 named, our key used as HMAC': () => forged({ ...GOOD_HEADER, alg: 'RS256' }),
  'an empty secret': () => forged(GOOD_HEADER, goodClaims(), ''),
  'a foreign secret': () => forged(GOOD_HEADER, goodClaims(), randomBytes(32)),
  'a key of its own inside (jwk)': () =>
    forged(
      { ...GOOD_HEADER, jwk: { kty: 'oct', k: newKey.secret.toString('base64url') } },
      goodClaims(),
      newKey.secret,
    ),
  'jwk, though signed with our key': () => forged({ ...GOOD_HEADER, jwk: {} }),
  'keys from elsewhere (jku)': () => forged({ ...GOOD_HEADER, jku: 'https://evil.test' }),
  'a certificate from elsewhere (x5u)': () => forged({ ...GOOD_HEADER, x5u: 'https://evil.test' }),
  'a certificate inside (x5c)': () => forged({ ...GOOD_HEADER, x5c: ['MIIB'] }),
  'critical headers (crit)': () => forged({ ...GOOD_HEADER, crit: ['exp'] }),
  'compression (zip)': () => forged({ ...GOOD_HEADER, zip: 'DEF' }),
  'unencoded payload (b64)': () => forged({ ...GOOD_HEADER, b64: false }),
  'no key name': () => forged({ alg: 'HS256', typ: 'pay+jwt' }),
  'an empty key name': () => forged({ ...GOOD_HEADER, kid: '' }),
  'a path as key name': () => forged({ ...GOOD_HEADER, kid: '../../../../dev/null' }),
  'SQL as key name': () => forged({ ...GOOD_HEADER, kid: "k1' or '1'='1" }),
  '__proto__ as key name': () => forged(JSON.parse('{"alg":"HS256","typ":"pay+jwt","kid":"__proto__"}')),
  'constructor as key name': () => forged({ ...GOOD_HEADER, kid: 'constructor' }),
  '10 KB as key name': () => forged({ ...GOOD_HEADER, kid: 'k'.repeat(10_240) }),
  'a list as key name': () => forged({ ...GOOD_HEADER, kid: ['k1'] }),
  'an object as key name': () => forged({ ...GOOD_HEADER, kid: { toString: 'k1' } }),
  'a key that was never known': () => forged({ ...GOOD_HEADER, kid: 'k9' }),
  'a key that is known elsewhere': () => tokensWith([newKey]).sign('pay', ID, issuedAt),
  'the name of one key, the signature of another': () => forged(GOOD_HEADER, goodClaims(), newKey.secret),
  'a receipt’s token for paying': () => tokens.sign('receipt', ID, issuedAt),
  'a receipt’s type with the audience pay': () => forged({ ...GOOD_HEADER, typ: 'receipt+jwt' }),
  'the plain type JWT': () => forged({ ...GOOD_HEADER, typ: 'JWT' }),
  'no type': () => forged({ alg: 'HS256', kid: 'k1' }),
  'the type in capitals': () => forged({ ...GOOD_HEADER, typ: 'PAY+JWT' }),
  'another audience': () => forged(GOOD_HEADER, { ...goodClaims(), aud: 'receipt' }),
  'no audience': () => forged(GOOD_HEADER, { ...goodClaims(), aud: undefined }),
  'audience and issuer swapped': () => forged(GOOD_HEADER, { ...goodClaims(), aud: ISSUER, iss: 'pay' }),
  'another issuer': () => tokensWith([oldKey], 'https://other.example.test').sign('pay', ID, issuedAt),
  'no issuer': () => forged(GOOD_HEADER, { ...goodClaims(), iss: undefined }),
  'no end': () => forged(GOOD_HEADER, { ...goodClaims(), exp: undefined }),
  'an end in words': () => forged(GOOD_HEADER, { ...goodClaims(), exp: String(nowSeconds() + 1000) }),
  'an end between seconds': () => forged(GOOD_HEADER, { ...goodClaims(), exp: nowSeconds() + 1000.5 }),
  'an end in the past': () => forged(GOOD_HEADER, { ...goodClaims(), exp: nowSeconds() - 1 }),
  'an end that is null': () => forged(GOOD_HEADER, { ...goodClaims(), exp: null }),
  'no beginning': () => forged(GOOD_HEADER, { ...goodClaims(), iat: undefined }),
  'a beginning in words': () => forged(GOOD_HEADER, { ...goodClaims(), iat: String(nowSeconds()) }),
  'a beginning in the future': () => forged(GOOD_HEADER, { ...goodClaims(), iat: nowSeconds() + 3600 }),
  'not valid before tomorrow': () => forged(GOOD_HEADER, { ...goodClaims(), nbf: nowSeconds() + 86_400 }),
  'no subject': () => forged(GOOD_HEADER, { ...goodClaims(), sub: undefined }),
  'a subject that is a list': () => forged(GOOD_HEADER, { ...goodClaims(), sub: [ID] }),
  'a subject that is an object': () => forged(GOOD_HEADER, { ...goodClaims(), sub: { id: ID } }),
  'claims that are a list': () => forged(GOOD_HEADER, [goodClaims()]),
  'claims that are a text': () => forged(GOOD_HEADER, JSON.stringify(goodClaims())),
  'claims that are null': () => forged(GOOD_HEADER, null),
  'a header that is a list': () => forged([GOOD_HEADER]),
  'a header that is null': () => `${encode(null)}.${body}.${seal}`,
  'a token inside a token': () => forged({ ...GOOD_HEADER, cty: 'JWT' }, genuine),
  'another’s claims under our signature': () => `${head}.${encode({ ...goodClaims(), sub: 'lnk_other' })}.${seal}`,
  'one megabyte of claims': () => forged(GOOD_HEADER, { ...goodClaims(), more: 'x'.repeat(1_048_576) }),
  'one megabyte of anything': () => 'A'.repeat(1_048_576),
  'one megabyte of dots': () => '.'.repeat(1_048_576),
  'padding behind the signature': () => `${genuine}=`,
  'padding behind the claims': () => `${head}.${body}=.${seal}`,
  'a line end behind it': () => `${genuine}\n`,
  'a line end in it': () => `${head}.\n${body}.${seal}`,
  'a blank before it': () => ` ${genuine}`,
  'a NUL behind it': () => `${genuine}\0`,
  'the common base64 alphabet': () => `${head}.${body}.${'+'}${seal.slice(1)}`,
  'altered spare bits of the signature': () => `${head}.${body}.${respelled(seal)}`,
  'the signature in other capitals': () => `${head}.${body}.${seal.toLowerCase()}`,
  'a signature cut short': () => genuine.slice(0, -1),
  'a signature drawn out': () => `${genuine}A`,
  'the token twice': () => `${genuine}${genuine}`,
  'a full stop behind it, as mail programs add': () => `${genuine}.`,
  'look-alike letters': () => genuine.replace('e', '\u0435'),
};

describe('all of these are one and the same unknown link', () => {
  test.each(Object.keys(ATTACKS))('%s', (name) => {
    const token = (ATTACKS[name] as () => string)();
    expect(token).not.toBe(genuine);
    expect(refusalOf(token)).toEqual(UNKNOWN);
  });

  test('a token for paying, where a receipt is asked for', () => {
    expect(refusalOf(genuine, tokens, 'receipt')).toEqual(UNKNOWN);
  });

  test('every token with one bit changed, wherever it is', () => {
    const bytes = Buffer.from(genuine, 'latin1');
    const passed: string[] = [];
    for (let i = 0; i < bytes.length; i++) {
      for (let bit = 0; bit < 8; bit++) {
        const flipped = Buffer.from(bytes);
        flipped[i] = (flipped[i] as number) ^ (1 << bit);
        const text = flipped.toString('latin1');
        if ('read' in refusalOf(text)) passed.push(`bit ${bit} of character ${i}`);
      }
    }
    expect(passed).toEqual([]);
  });

  test('each says the same words, so that nothing can be learned from the answer', () => {
    const sentences = new Set(
      Object.values(ATTACKS).map((attack) => (refusalOf(attack()) as { sentence: string }).sentence),
    );
    expect(sentences.size).toBe(1);
  });

  test('a token whose key is kept under another name now', () => {
    const twin = tokensWith([{ kid: 'k7', secret: oldKey.secret }]);
    expect(refusalOf(genuine, twin)).toEqual(UNKNOWN);
  });
});
