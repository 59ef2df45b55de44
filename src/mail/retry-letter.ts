import { type Actor, recordAudit } from '../audit/record.ts';
import { type Clock, nowIso } from '../platform/clock.ts';
import type { Db } from '../platform/database/database.ts';
import { notFound, Refusal } from '../platform/refusal.ts';
import { readMailAddress } from './address.ts';

/**
 * Puts a letter that was given up back into the outbox, or one that waits at its front, with the same Message-ID.
 * Errors: `not-found`; `letter-not-ended` when it has gone out or is being sent; `address-invalid` when it never could.
 */
export async function retryLetter(
  { db, clock }: { db: Db; clock: Clock },
  { letterId, actor }: { letterId: string; actor: Actor },
): Promise<void> {
  await db.tx(async () => {
    const letter = await db.q
      .selectFrom('letter')
      .select(['to_addresses', 'cc_addresses', 'state'])
      .where('id', '=', letterId)
      .executeTakeFirst();
    if (!letter) throw notFound('letter');
    const addresses: string[] = [...JSON.parse(letter.to_addresses), ...JSON.parse(letter.cc_addresses)];
    if (addresses.some((address) => !readMailAddress(address))) {
      throw new Refusal(
        'address-invalid',
        422,
        'Its address cannot be written to. Correct it, then send a new letter.',
      );
    }
    const now = nowIso(clock);
    const result = await db.q
      .updateTable('letter')
      .set({ state: 'queued', tries: 0, next_try_at: now, claimed_until: null, ended_at: null })
      .where('id', '=', letterId)
      .where('state', 'in', ['failed', 'refused', 'queued'])
      .where((eb) => eb.or([eb('claimed_until', 'is', null), eb('claimed_until', '<=', now)]))
      .executeTakeFirst();
    if (result.numUpdatedRows !== 1n) {
      throw new Refusal('letter-not-ended', 409, 'This letter is being sent just now, or has been accepted already.');
    }
    await recordAudit(
      { db, clock },
      { actor, action: 'letter.retried', subjectKind: 'letter', subjectId: letterId, detail: { was: letter.state } },
    );
  });
}
