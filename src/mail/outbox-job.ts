import { type Clock, SECOND_MS } from '../platform/clock.ts';
import type { Config } from '../platform/config.ts';
import type { Db } from '../platform/database/database.ts';
import type { Job } from '../platform/jobs.ts';
import { deliverOutbox } from './deliver-outbox.ts';
import { createSmtpMailer } from './smtp-mailer.ts';

/** For a nudge after queueing a letter, so that it need not wait for the next run. */
export const OUTBOX_JOB = 'outbox';

/**
 * The job that empties the outbox; without a mail server it does nothing and letters wait.
 * Errors: an SMTP_URL or MAIL_FROM that is not understood, at once rather than when the first letter is due.
 */
export function outboxJob({
  db,
  clock,
  config: { smtpUrl, mailFrom },
}: {
  db: Db;
  clock: Clock;
  config: Pick<Config, 'smtpUrl' | 'mailFrom'>;
}): Job {
  if (smtpUrl) createSmtpMailer({ smtpUrl, mailFrom }).close();
  return {
    name: OUTBOX_JOB,
    everyMs: 5 * SECOND_MS,
    run: async () => {
      if (!smtpUrl) return;
      // Connections are kept within a run only: an idle one would hold up the end of the process.
      const mailer = createSmtpMailer({ smtpUrl, mailFrom });
      try {
        await deliverOutbox({ db, clock, mailer });
      } finally {
        mailer.close();
      }
    },
  };
}
