import { hash, verify } from '@node-rs/argon2';
import { emailKey } from './person.ts';

/** OWASP Password Storage Cheat Sheet: argon2id with 19 MiB, two passes, one lane. */
const COST = { memoryCost: 19 * 1024, timeCost: 2, parallelism: 1 };

export const PASSWORD_LEAST = 12;
export const PASSWORD_MOST = 200;

/** The most usual ones that are long enough to pass; NIST SP 800-63B asks to refuse them. */
const COMMON = new Set([
  '123456789012',
  '1234567890123',
  '12345678901234',
  '123456789123456789',
  '1q2w3e4r5t6y',
  '1qaz2wsx3edc',
  'administrator',
  'adminadminadmin',
  'changemechangeme',
  'correcthorsebatterystaple',
  'iloveyouiloveyou',
  'letmeinletmein',
  'password1234',
  'password12345',
  'password123456',
  'passwordpassword',
  'qwerty123456',
  'qwertyqwerty',
  'qwertyuiop12',
  'qwertyuiop123',
  'qwertyuiopasdfghjkl',
  'welcomewelcome',
]);

/** Why this cannot be the password of that e-mail address, as a sentence; undefined when it can. */
export function passwordFault(password: string, email: string): string | undefined {
  const lower = password.toLowerCase();
  if ([...password].length < PASSWORD_LEAST) return `Use at least ${PASSWORD_LEAST} characters.`;
  if ([...password].length > PASSWORD_MOST) return `Use at most ${PASSWORD_MOST} characters.`;
  if (emailKey(password) === emailKey(email)) return 'Your e-mail address cannot be your password.';
  if (COMMON.has(lower) || new Set(lower).size < 4) return 'This password is among the first that anybody would try.';
  return undefined;
}

/** The same characters make the same password, however a keyboard composes them (NIST SP 800-63B). */
const composed = (password: string): string => password.normalize('NFKC');

export function hashPassword(password: string): Promise<string> {
  return hash(composed(password), COST);
}

let decoy: Promise<string> | undefined;

/** Compares with a stored hash; without one it does the same work and gives false, so that time tells nothing. */
export async function passwordMatches(password: string, stored: string | null | undefined): Promise<boolean> {
  decoy ??= hashPassword('nobody has this password');
  const matches = await verify(stored ?? (await decoy), composed(password));
  return matches && Boolean(stored);
}
