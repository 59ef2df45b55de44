import { recordAudit, SYSTEM } from '../audit/record.ts';
import { openCase } from '../cases/open-case.ts';
import { type Clock, laterIso, MINUTE_MS, nowIso } from '../platform/clock.ts';
import { type Db, refuseInsideTransaction } from '../platform/database/database.ts';
import { waitAfterMs } from './back-off.ts';
import { holdsSecretLink } from './letter.ts';
import type { Delivery, Mailer } from './mailer.ts';
import { claimDueLetters, endClaim, type LetterRow } from './outbox.store.ts';

/** At once; longer than that many letters can take with every timeout running out. */
const BATCH = 20;
const LEASE_MS = 5 * MINUTE_MS;
const MOST_BATCHES = 50;

interface OutboxParts {
  db: Db;
  clock: Clock;
  mailer: Mailer;
}

/**
 * Sends the letters that are due and writes down what the server said; several processes may do so at once.
 * Gives how many were tried. Errors: those of the database, after which a letter is sent again with the same id.
 */
export async function deliverOutbox(parts: OutboxParts): Promise<number> {
  refuseInsideTransaction('Delivering letters');
  let tried = 0;
  for (let batch = 0; batch < MOST_BATCHES; batch++) {
    const letters = await claimDueLetters(parts, { limit: BATCH, leaseMs: LEASE_MS });
    const results = await Promise.allSettled(letters.map((letter) => deliver(parts, letter)));
    tried += letters.length;
    for (const result of results) if (result.status === 'rejected') throw result.reason;
    if (letters.length < BATCH) break;
  }
  return tried;
}

async function deliver(parts: OutboxParts, letter: LetterRow): Promise<void> {
  const delivery = await parts.mailer.send({
    messageId: letter.message_id,
    to: JSON.parse(letter.to_addresses),
    cc: JSON.parse(letter.cc_addresses),
    replyTo: letter.reply_to ?? undefined,
    subject: letter.subject,
    html: letter.html,
    text: letter.body_text,
    writtenAt: letter.created_at,
  });
  if (delivery.outcome === 'accepted') return accept(parts, letter, delivery);
  const waitMs = delivery.outcome === 'later' ? waitAfterMs(letter.tries) : undefined;
  if (waitMs === undefined) return giveUp(parts, letter, delivery);
  await endClaim(parts, letter, {
    last_response: delivery.response,
    next_try_at: laterIso(parts.clock, waitMs),
  });
}

async function accept(
  parts: OutboxParts,
  letter: LetterRow,
  { response, missed }: Extract<Delivery, { outcome: 'accepted' }>,
): Promise<void> {
  const answer = missed.length > 0 ? `${response} (not accepted for ${missed.join(', ')})` : response;
  await parts.db.tx(async () => {
    const ended = await endClaim(parts, letter, {
      state: 'accepted',
      last_response: answer,
      ended_at: nowIso(parts.clock),
      // A link that gives a new password must not be readable in the books once it has gone out.
      ...(holdsSecretLink(letter.kind) ? { html: '', body_text: '' } : {}),
    });
    if (!ended) return;
    await audit(parts, letter, 'letter.accepted', answer);
    if (missed.length > 0) {
      await openFailure(parts, letter, `did not go to ${missed.join(', ')}; the others have it. Check the address.`);
    }
  });
}

async function giveUp(parts: OutboxParts, letter: LetterRow, { outcome, response }: Delivery): Promise<void> {
  const state = outcome === 'refused' ? 'refused' : 'failed';
  await parts.db.tx(async () => {
    const ended = await endClaim(parts, letter, {
      state,
      last_response: response,
      ended_at: nowIso(parts.clock),
    });
    if (!ended) return;
    await audit(parts, letter, `letter.${state}`, response);
    const what = state === 'refused' ? 'was refused by the mail server' : `could not be sent in ${letter.tries} tries`;
    await openFailure(parts, letter, `${what}: ${response}`);
  });
}

async function audit(parts: OutboxParts, letter: LetterRow, action: string, response: string): Promise<void> {
  await recordAudit(parts, {
    actor: SYSTEM,
    action,
    subjectKind: 'letter',
    subjectId: letter.id,
    detail: { tries: letter.tries, response },
  });
}

async function openFailure(parts: OutboxParts, letter: LetterRow, what: string): Promise<void> {
  await openCase(parts, {
    kind: 'failed-letter',
    // Sent again by a person and failed again is another case.
    dedupeKey: `failed-letter-${letter.id}-${letter.claimed_until}`,
    subjectKind: 'letter',
    subjectId: letter.id,
    customerId: letter.customer_id ?? undefined,
    summary: `The letter "${letter.subject}" ${what}`,
    detail: { to: JSON.parse(letter.to_addresses).join(', '), tries: letter.tries },
  });
}
