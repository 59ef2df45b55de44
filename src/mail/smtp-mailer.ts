import { createTransport } from 'nodemailer';
import type SMTPPool from 'nodemailer/lib/smtp-pool/index.js';
import { refuseInsideTransaction } from '../platform/database/database.ts';
import { scrub } from '../platform/logger.ts';
import { readMailFrom } from './address.ts';
import type { Delivery, Mailer } from './mailer.ts';

const TIMEOUT_MS = 15_000;
const CONNECTIONS = 5;
const LONGEST_RESPONSE = 500;
/** Refusals of the letter itself; one at another step (greeting, sign-in, sender) is about the server's settings. */
const STEPS_ABOUT_THE_LETTER = new Set(['RCPT TO', 'DATA']);

/**
 * Sends through one SMTP server over kept connections: `smtp://name:password@host:587?requireTLS=true` or `smtps://…`.
 * Certificates are always verified. Errors: an address or a setting that is not understood.
 */
export function createSmtpMailer(config: { smtpUrl: string; mailFrom: string }): Mailer {
  const { name, address } = readMailFrom(config.mailFrom);
  const transport = createTransport(poolOptions(config.smtpUrl));
  return {
    async send(letter) {
      refuseInsideTransaction('Sending a letter');
      try {
        const sent = await transport.sendMail({
          messageId: letter.messageId,
          date: new Date(letter.writtenAt),
          from: { name, address },
          to: letter.to.map(bare),
          cc: letter.cc.map(bare),
          replyTo: letter.replyTo ? bare(letter.replyTo) : undefined,
          subject: letter.subject,
          html: letter.html,
          text: letter.text,
          headers: { 'Auto-Submitted': 'auto-generated' },
          disableFileAccess: true,
          disableUrlAccess: true,
        });
        return { outcome: 'accepted', response: short(sent.response), missed: sent.rejected.map(addressOf) };
      } catch (error) {
        return readFailure(error as SmtpFailure);
      }
    },
    close: () => transport.close(),
  };
}

function poolOptions(smtpUrl: string): SMTPPool.Options {
  const url = new URL(smtpUrl);
  if (url.protocol !== 'smtp:' && url.protocol !== 'smtps:')
    throw new Error('SMTP_URL must start with smtp: or smtps:');
  const secure = url.protocol === 'smtps:';
  for (const setting of url.searchParams.keys()) {
    if (setting !== 'requireTLS') throw new Error(`SMTP_URL has a setting that is not known: ${setting}`);
  }
  return {
    host: url.hostname.replace(/^\[(.*)\]$/, '$1'),
    port: Number(url.port) || (secure ? 465 : 587),
    secure,
    requireTLS: url.searchParams.get('requireTLS') === 'true',
    ...(url.username
      ? { auth: { user: decodeURIComponent(url.username), pass: decodeURIComponent(url.password) } }
      : {}),
    tls: { rejectUnauthorized: true, minVersion: 'TLSv1.2' },
    pool: true,
    maxConnections: CONNECTIONS,
    // Sending again is the outbox's business, which counts the tries and waits between them.
    maxRequeues: 0,
    connectionTimeout: TIMEOUT_MS,
    greetingTimeout: TIMEOUT_MS,
    socketTimeout: TIMEOUT_MS,
    dnsTimeout: TIMEOUT_MS,
  };
}

interface SmtpFailure extends Error {
  responseCode?: number;
  response?: string;
  command?: string;
}

function readFailure(error: SmtpFailure): Delivery {
  const final = (error.responseCode ?? 0) >= 500 && STEPS_ABOUT_THE_LETTER.has(error.command ?? '');
  return { outcome: final ? 'refused' : 'later', response: short(error.response || error.message) };
}

/** An object is taken as it is; a text would be parsed, and might turn out to be several addresses. */
function bare(address: string): { name: string; address: string } {
  return { name: '', address };
}

function addressOf(recipient: string | { address: string }): string {
  return typeof recipient === 'string' ? recipient : recipient.address;
}

function short(response: string): string {
  return scrub(response).slice(0, LONGEST_RESPONSE);
}
