import { randomBytes } from 'node:crypto';

const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';

export type IdPrefix =
  | 'acc'
  | 'acd'
  | 'all'
  | 'att'
  | 'bat'
  | 'cas'
  | 'chk'
  | 'cnt'
  | 'con'
  | 'crd'
  | 'crn'
  | 'cus'
  | 'dep'
  | 'dis'
  | 'dmv'
  | 'dif'
  | 'evt'
  | 'exb'
  | 'exf'
  | 'imp'
  | 'inv'
  | 'jrn'
  | 'let'
  | 'lnk'
  | 'mov'
  | 'pay'
  | 'per'
  | 'pou'
  | 'rcp'
  | 'rec'
  | 'ref'
  | 'rfr'
  | 'rem'
  | 'req'
  | 'rvb'
  | 'set'
  | 'stm'
  | 'tpl'
  | 'vew';

/** True for a text that has the shape of an id of that kind; anything else need not be looked for. */
export function isId(text: unknown, prefix: IdPrefix): text is string {
  return typeof text === 'string' && text.startsWith(`${prefix}_`) && /^[a-z]{3}_[0-9a-z]{26}$/.test(text);
}

let lastMs = 0;
let lastTail = 0n;

/**
 * A new id such as `pay_01kb…`: prefix, 10 characters of time, 16 of chance (the shape of a ULID),
 * so that ids made later sort later and lists can page by id alone.
 */
export function newId(prefix: IdPrefix): string {
  const nowMs = Date.now();
  if (nowMs > lastMs) {
    lastMs = nowMs;
    lastTail = BigInt(`0x${randomBytes(10).toString('hex')}`) >> 1n;
  } else {
    lastTail += 1n + BigInt(randomBytes(2).readUInt16BE());
  }
  return `${prefix}_${base32(BigInt(lastMs), 10)}${base32(lastTail, 16)}`;
}

function base32(value: bigint, length: number): string {
  let text = '';
  let rest = value;
  for (let i = 0; i < length; i++) {
    text = ALPHABET[Number(rest & 31n)] + text;
    rest >>= 5n;
  }
  return text;
}
