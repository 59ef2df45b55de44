import { openCase } from '../cases/open-case.ts';
import { type Clock, nowIso } from '../platform/clock.ts';
import type { Config } from '../platform/config.ts';
import type { Db } from '../platform/database/database.ts';
import { newId } from '../platform/ids.ts';
import type { Renderer } from '../platform/web/render.ts';
import { readMailAddress, readMailFrom } from './address.ts';
import { composeLetter } from './compose-letter.ts';
import type { LetterDraft } from './letter.ts';

export interface QueueParts {
  db: Db;
  clock: Clock;
  renderer: Renderer;
  config: Pick<Config, 'mailFrom' | 'baseUrl'>;
}

/**
 * Puts a letter into the outbox, in the transaction of the deed that it tells of: what is rolled back is never sent.
 * Gives its id, or undefined when a letter with that key exists already.
 * An address that cannot be written to does not undo the deed (money may have moved): the letter then stands in the
 * mailbox as refused, with a case. Where a person types an address, ask `readMailAddress` first.
 */
export async function queueLetter(parts: QueueParts, draft: LetterDraft): Promise<string | undefined> {
  const { db, clock, config } = parts;
  const id = newId('let');
  const { subject, replyTo, html, text } = composeLetter(parts, draft);
  const to = draft.to.map((address) => readMailAddress(address) ?? address);
  const cc = (draft.cc ?? []).map((address) => readMailAddress(address) ?? address);
  const fault = faultOf(to, cc);
  const now = nowIso(clock);

  return db.tx(async () => {
    const added = await db.q
      .insertInto('letter')
      .values({
        id,
        letter_key: draft.key,
        kind: draft.kind,
        message_id: `<${id}@${readMailFrom(config.mailFrom).host}>`,
        to_addresses: JSON.stringify(to),
        cc_addresses: JSON.stringify(cc),
        reply_to: replyTo ?? null,
        subject,
        html,
        body_text: text,
        customer_id: draft.customerId ?? null,
        link_id: draft.linkId ?? null,
        subject_id: draft.subjectId ?? null,
        state: fault ? 'refused' : 'queued',
        tries: 0,
        next_try_at: now,
        claimed_until: null,
        last_response: fault ?? null,
        created_by: draft.createdBy ?? null,
        created_at: now,
        ended_at: fault ? now : null,
      })
      .onConflict((clash) => clash.column('letter_key').doNothing())
      .returning('id')
      .executeTakeFirst();
    if (added && fault) {
      await openCase(parts, {
        kind: 'failed-letter',
        dedupeKey: `failed-letter-${id}`,
        subjectKind: 'letter',
        subjectId: id,
        customerId: draft.customerId,
        summary: `The letter "${subject}" was not sent. ${fault}`,
      });
    }
    return added?.id;
  });
}

function faultOf(to: string[], cc: string[]): string | undefined {
  if (to.length === 0) return 'It has no address to go to.';
  const bad = [...to, ...cc].find((address) => readMailAddress(address) === undefined);
  return bad === undefined ? undefined : `"${bad}" is not an e-mail address that we can write to.`;
}
