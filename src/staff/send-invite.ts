import { type Actor, recordAudit } from '../audit/record.ts';
import { type QueueParts, queueLetter } from '../mail/queue-letter.ts';
import { laterIso } from '../platform/clock.ts';
import { Refusal } from '../platform/refusal.ts';
import { issuePersonToken, TOKEN_LIFE_MS } from './issue-person-token.ts';
import { stateOf } from './person.ts';
import { readPerson } from './staff.store.ts';
import { inviteLetter, type LetterFrame } from './staff-letters.ts';

/**
 * Writes to somebody who has not set a password yet; the link of an earlier letter stops working.
 * Errors: 404; `not-invited` (409) when they are active or disabled.
 */
export async function sendInvite(parts: QueueParts, personId: string, frame: LetterFrame, actor: Actor): Promise<void> {
  const { db, clock, config } = parts;
  await db.tx(async () => {
    const person = await readPerson(db, personId);
    if (stateOf(person) !== 'invited') {
      throw new Refusal('not-invited', 409, `${person.name} does not wait for an invitation.`);
    }
    const expiresAt = laterIso(clock, TOKEN_LIFE_MS.invite);
    const token = await issuePersonToken(parts, personId, 'invite');
    const createdBy = actor.kind === 'person' ? actor.id : undefined;
    await queueLetter(parts, inviteLetter({ person, token, expiresAt, baseUrl: config.baseUrl, createdBy, ...frame }));
    await recordAudit(parts, { actor, action: 'person.invited', subjectKind: 'person', subjectId: personId });
  });
}
