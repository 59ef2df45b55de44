import { domainToASCII } from 'node:url';
import { isEmailAddress } from '../platform/email-address.ts';

/**
 * One e-mail address as we are ready to write to, its domain in lower-case ASCII; undefined for anything else.
 * Stricter than RFC 5321 on purpose: quoted local parts, comments, blanks, commas and control characters are
 * how one address is made to look like two.
 */
export function readMailAddress(text: string): string | undefined {
  const [local = '', domain = '', ...more] = text.split('@');
  const address = `${local}@${asciiDomain(domain)}`;
  return more.length === 0 && isEmailAddress(address) ? address : undefined;
}

/** What stands in MAIL_FROM: `Name <portal@example.com>` or the bare address. */
export interface MailFrom {
  name: string;
  address: string;
  host: string;
}

/** Reads MAIL_FROM, where `portal@localhost` will do as well. Errors: one that holds no usable address. */
export function readMailFrom(text: string): MailFrom {
  const named = /^\s*(.*?)\s*<([^<>]*)>\s*$/.exec(text);
  const given = (named?.[2] ?? text).trim();
  const address = given.endsWith('@localhost') && readMailAddress(`${given}.test`) ? given : readMailAddress(given);
  if (!address) throw new Error(`MAIL_FROM must be an address such as Portal <portal@example.com>, not "${text}"`);
  const name = headerText(named?.[1] ?? '').replace(/^"(.*)"$/, '$1');
  return { name, address, host: address.slice(address.indexOf('@') + 1) };
}

/** A text made safe for one header line: no line ends or other control characters, blanks joined. */
export function headerText(text: string): string {
  return text
    .replace(/[\p{Cc}\u2028\u2029]+/gu, ' ')
    .replace(/ {2,}/g, ' ')
    .trim();
}

function asciiDomain(domain: string): string {
  // The conversion drops and folds some characters: what no domain can hold must not be mended by it.
  return /^[\p{L}\p{M}\p{N}.-]+$/u.test(domain) ? domainToASCII(domain) : '';
}
