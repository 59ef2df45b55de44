/** True for a number as people write it: digits, blanks and the usual signs between them. */
export function isPhoneNumber(text: string): boolean {
  return /^\+?[\d\s()/.-]{5,}$/.test(text);
}

/** What is said where it is none. */
export const NO_PHONE_NUMBER = 'Use digits, blanks and + ( ) / . - only, such as +44 20 7946 0000.';
