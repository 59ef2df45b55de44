import { randomBytes } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

const SECRETS_FILE = 'data/secrets.env';
const LEAST_SECRET_BYTES = 32;
const PLACEHOLDER = /^(change|secret|example|placeholder|test|password|xxx)/i;

export interface LinkKey {
  kid: string;
  secret: Buffer;
}

export interface Config {
  production: boolean;
  port: number;
  /** The address listened on: loopback unless told otherwise, since a proxy stands in front. */
  host: string;
  /** Where people reach the portal, without a slash at the end. */
  baseUrl: string;
  databaseUrl: string;
  /** Undefined: letters are kept in the office mailbox and nothing is sent. */
  smtpUrl: string | undefined;
  mailFrom: string;
  /** The first signs, all verify. */
  linkKeys: LinkKey[];
  sessionKeys: string[];
  encryptionKey: Buffer;
  /** What express calls `trust proxy`: a number of hops, or false. */
  trustProxy: number | false;
  sandboxPort: number;
  /** Where the portal reaches the sandbox gateway, and where browsers do. */
  sandboxApiUrl: string;
  sandboxPublicUrl: string;
  /** SANDBOX_API_URL was given: a gateway that runs elsewhere stands in for ours. */
  sandboxElsewhere: boolean;
  /** How many requests one address may make to payers' pages in a minute. */
  viewsPerMinute: number;
  /** Where the head of the audit log's chain is written down, outside the database. */
  auditAnchorFile: string;
  /** What the people of the demo company sign in with; made at the first start, never used in production. */
  demoPassword: string;
  logLevel: string;
}

/** All that is wrong with the environment, at once. */
export class ConfigFaults extends Error {
  readonly faults: string[];
  constructor(faults: string[]) {
    super(`The configuration is not usable:\n${faults.map((fault) => `  - ${fault}`).join('\n')}`);
    this.name = 'ConfigFaults';
    this.faults = faults;
  }
}

/**
 * Reads the environment. Outside production missing secrets are made once and kept in data/secrets.env (mode 0600);
 * in production a missing or weak secret is a fault. Errors: ConfigFaults with every fault found.
 */
export function loadConfig(given: NodeJS.ProcessEnv): Config {
  const production = given.NODE_ENV === 'production';
  const env = production ? given : { ...ownSecrets(), ...withoutEmpty(given) };
  const faults: string[] = [];
  const port = wholeNumber(env.PORT, 3000, 'PORT', faults);
  const sandboxPort = wholeNumber(env.SANDBOX_PORT, 4010, 'SANDBOX_PORT', faults);
  const databaseUrl = databaseAddress(env.DATABASE_URL ?? 'sqlite:data/portal.db', faults);
  const config: Config = {
    production,
    port,
    host: env.HOST ?? '127.0.0.1',
    baseUrl: webAddress(env.BASE_URL ?? (production ? undefined : `http://localhost:${port}`), production, faults),
    databaseUrl,
    smtpUrl: env.SMTP_URL || undefined,
    mailFrom: env.MAIL_FROM ?? (production ? '' : 'Payment portal <portal@localhost>'),
    linkKeys: linkKeys(env.LINK_KEYS, faults),
    sessionKeys: sessionKeys(env.SESSION_KEYS, faults),
    encryptionKey: encryptionKey(env.ENCRYPTION_KEY, faults),
    trustProxy: env.TRUST_PROXY ? wholeNumber(env.TRUST_PROXY, 0, 'TRUST_PROXY', faults) : false,
    sandboxPort,
    sandboxApiUrl: env.SANDBOX_API_URL ?? `http://127.0.0.1:${sandboxPort}`,
    sandboxPublicUrl: env.SANDBOX_PUBLIC_URL ?? env.SANDBOX_API_URL ?? `http://127.0.0.1:${sandboxPort}`,
    sandboxElsewhere: env.SANDBOX_API_URL !== undefined,
    viewsPerMinute: wholeNumber(env.VIEWS_PER_MINUTE, 240, 'VIEWS_PER_MINUTE', faults),
    auditAnchorFile: env.AUDIT_ANCHOR_FILE ?? anchorFileFor(databaseUrl),
    demoPassword: env.DEMO_PASSWORD ?? '',
    logLevel: env.LOG_LEVEL ?? (production ? 'info' : 'warn'),
  };
  if (production && !config.mailFrom) faults.push('MAIL_FROM is missing: the address that letters come from.');
  if (production && !config.smtpUrl) faults.push('SMTP_URL is missing: letters could not be sent.');
  if (faults.length > 0) throw new ConfigFaults(faults);
  return config;
}

function withoutEmpty(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''));
}

function ownSecrets(): NodeJS.ProcessEnv {
  if (!existsSync(SECRETS_FILE)) {
    mkdirSync(dirname(SECRETS_FILE), { recursive: true });
    const secret = () => randomBytes(LEAST_SECRET_BYTES).toString('base64url');
    const lines = [
      `LINK_KEYS=k1:${secret()}`,
      `SESSION_KEYS=${secret()}`,
      `ENCRYPTION_KEY=${secret()}`,
      `DEMO_PASSWORD=${secret().slice(0, 16)}`,
    ];
    writeFileSync(SECRETS_FILE, `${lines.join('\n')}\n`, { mode: 0o600 });
    chmodSync(SECRETS_FILE, 0o600);
  }
  const lines = readFileSync(SECRETS_FILE, 'utf8')
    .split('\n')
    .filter((line) => line.includes('='));
  return Object.fromEntries(lines.map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]));
}

function wholeNumber(text: string | undefined, otherwise: number, name: string, faults: string[]): number {
  if (text === undefined) return otherwise;
  if (/^\d{1,5}$/.test(text)) return Number(text);
  faults.push(`${name} must be a whole number, not "${text}".`);
  return otherwise;
}

function webAddress(text: string | undefined, production: boolean, faults: string[]): string {
  if (!text || !URL.canParse(text)) {
    faults.push(
      'BASE_URL is missing or no web address: where customers reach the portal, such as https://pay.example.com.',
    );
    return '';
  }
  const url = new URL(text);
  if (production && url.protocol !== 'https:') faults.push('BASE_URL must begin with https:// in production.');
  return url.href.replace(/\/$/, '');
}

function databaseAddress(text: string, faults: string[]): string {
  if (!/^(sqlite:.+|postgres(ql)?:\/\/.+)$/.test(text))
    faults.push('DATABASE_URL must start with sqlite: or postgres://.');
  return text;
}

/** Beside an SQLite file, else in the data folder: named after the database, so that two portals never share one. */
function anchorFileFor(databaseUrl: string): string {
  if (databaseUrl.startsWith('sqlite:')) return `${databaseUrl.slice('sqlite:'.length)}.audit-anchor`;
  const name = URL.canParse(databaseUrl) ? new URL(databaseUrl).pathname.replace(/[^A-Za-z0-9_-]/g, '') : '';
  return `data/${name || 'portal'}.audit-anchor`;
}

function linkKeys(text: string | undefined, faults: string[]): LinkKey[] {
  const keys = (text ?? '')
    .split(',')
    .filter(Boolean)
    .map((part) => {
      const [kid = '', secret = ''] = part.split(/:(.*)/s);
      return { kid, secret: Buffer.from(secret, 'utf8') };
    });
  if (keys.length === 0)
    faults.push('LINK_KEYS is missing: "kid:secret", several with commas between, the first signs.');
  for (const { kid, secret } of keys) {
    if (!/^[A-Za-z0-9_-]{1,32}$/.test(kid))
      faults.push(`LINK_KEYS: "${kid}" is no key name (letters, digits, - and _).`);
    if (weak(secret))
      faults.push(`LINK_KEYS: the secret of "${kid}" needs at least ${LEAST_SECRET_BYTES} bytes of chance.`);
  }
  if (new Set(keys.map((key) => key.kid)).size < keys.length) faults.push('LINK_KEYS: a key name stands twice.');
  return keys;
}

function sessionKeys(text: string | undefined, faults: string[]): string[] {
  const keys = (text ?? '').split(',').filter(Boolean);
  if (keys.length === 0) faults.push('SESSION_KEYS is missing: secrets with commas between, the first signs.');
  if (keys.some((key) => weak(Buffer.from(key))))
    faults.push(`SESSION_KEYS: each needs at least ${LEAST_SECRET_BYTES} bytes of chance.`);
  return keys;
}

function encryptionKey(text: string | undefined, faults: string[]): Buffer {
  const key = Buffer.from(text ?? '', 'base64url');
  if (!text) faults.push('ENCRYPTION_KEY is missing: 32 random bytes in base64url.');
  else if (key.length !== LEAST_SECRET_BYTES) faults.push('ENCRYPTION_KEY must be exactly 32 bytes in base64url.');
  return key;
}

function weak(secret: Buffer): boolean {
  return secret.length < LEAST_SECRET_BYTES || PLACEHOLDER.test(secret.toString('utf8')) || new Set(secret).size < 8;
}
