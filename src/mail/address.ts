import { domainToASCII } from 'node:url';

const LOCAL_PART = /^[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*$/;
const LABEL = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;
const LONGEST = 254;
const LONGEST_LOCAL_PART = 64;

/**
 * One e-mail address as we are ready to write to, its domain in lower-case ASCII; undefined for anything else.
 * Stricter than RFC 5321 on purpose: quoted local parts, comments, blanks, commas and control characters are
 * how one address is made to look like two.
 */
export function readMailAddress(text: string): string | undefined {
  const at = text.indexOf('@');
  if (at < 1 || at !== text.lastIndexOf('@')) return undefined;
  const local = text.slice(0, at);
  const domain = asciiDomain(text.slice(at + 1));
  if (!domain?.includes('.') || /\.\d+$/.test(domain)) return undefined;
  if (local.length > LONGEST_LOCAL_PART || !LOCAL_PART.test(local)) return undefined;
  const address = `${local}@${domain}`;
  return address.length > LONGEST ? undefined : address;
}

/** What stands in MAIL_FROM: `Name <portal@example.com>` or the bare address; a host without a dot is fine here. */
export interface MailFrom {
  name: string;
  address: string;
  host: string;
}

/** Errors: a MAIL_FROM that holds no usable address. */
export function readMailFrom(text: string): MailFrom {
  const named = /^\s*(.*?)\s*<([^<>]*)>\s*$/.exec(text);
  const address = (named?.[2] ?? text).trim();
  const name = headerText(named?.[1] ?? '').replace(/^"(.*)"$/, '$1');
  const [local = '', domain = '', ...more] = address.split('@');
  const host = asciiDomain(domain);
  if (more.length > 0 || !LOCAL_PART.test(local) || !host) {
    throw new Error(`MAIL_FROM must be an address such as Portal <portal@example.com>, not "${text}"`);
  }
  return { name, address: `${local}@${host}`, host };
}

/** A text made safe for one header line: no line ends or other control characters, blanks joined. */
export function headerText(text: string): string {
  return text
    .replace(/[\p{Cc}\u2028\u2029]+/gu, ' ')
    .replace(/ {2,}/g, ' ')
    .trim();
}

function asciiDomain(domain: string): string | undefined {
  // What a domain cannot hold must not be mended by the conversion, which drops and folds some characters.
  if (!/^[\p{L}\p{M}\p{N}.-]+$/u.test(domain)) return undefined;
  const ascii = domainToASCII(domain);
  return ascii.split('.').every((label) => LABEL.test(label)) ? ascii : undefined;
}
