import { isIPv6 } from 'node:net';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../platform/clock.ts';
import { emailKey } from './person.ts';

/** One counter of sign-ins: so many within a window. */
export interface Limit {
  key: string;
  most: number;
  windowMs: number;
}

/** How long an address is remembered from which an account signed in. */
export const KNOWN_MS = 90 * DAY_MS;

/**
 * Whoever guesses is stopped by address, alone and with the account. Guesses from many addresses at one account are
 * stopped by the last limit, which addresses known to the account pass: so nobody elsewhere can lock its owner out.
 */
export function signInLimits(
  email: string,
  ip: string,
): { pair: Limit; address: Limit; account: Limit; known: string } {
  const [who, where] = [emailKey(email).slice(0, 254), addressKey(ip)];
  return {
    pair: { key: `sign-in ${where} ${who}`, most: 8, windowMs: 15 * MINUTE_MS },
    address: { key: `sign-in ${where}`, most: 40, windowMs: 15 * MINUTE_MS },
    account: { key: `sign-in-account ${who}`, most: 60, windowMs: HOUR_MS },
    known: `sign-in-known ${where} ${who}`,
  };
}

/** Letters that can be asked for without being signed in: per address, and per account. */
export function resetLimits(email: string, ip: string): { address: Limit; account: Limit } {
  return {
    address: { key: `reset ${addressKey(ip)}`, most: 10, windowMs: HOUR_MS },
    account: { key: `reset-account ${emailKey(email).slice(0, 254)}`, most: 3, windowMs: HOUR_MS },
  };
}

/** An IPv4 address, or the /64 of an IPv6 address, which one household or machine has to itself. */
export function addressKey(ip: string): string {
  const plain = ip.replace(/^::ffff:(?=\d+\.)/i, '').replace(/%.*$/, '');
  if (!isIPv6(plain)) return plain;
  const [head = '', tail = ''] = plain.split('::');
  const before = head.split(':').filter(Boolean);
  const after = tail.split(':').filter(Boolean);
  const gap = plain.includes('::') ? Array(Math.max(0, 8 - before.length - after.length)).fill('0') : [];
  const groups = [...before, ...gap, ...after].slice(0, 4);
  return `${groups.map((group) => Number.parseInt(group, 16).toString(16)).join(':')}::/64`;
}
