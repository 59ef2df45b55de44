import { recordAudit } from '../audit/record.ts';
import { type QueueParts, queueLetter } from '../mail/queue-letter.ts';
import { laterIso } from '../platform/clock.ts';
import { countHit } from '../platform/throttle.ts';
import { issuePersonToken, TOKEN_LIFE_MS } from './issue-person-token.ts';
import { stateOf } from './person.ts';
import { countOrRefuse } from './sign-in.ts';
import { resetLimits } from './sign-in-limits.ts';
import { findByEmail } from './staff.store.ts';
import { inviteLetter, type LetterFrame, resetLetter } from './staff-letters.ts';

/**
 * Writes to the owner of an e-mail address how to choose a new password (or to somebody invited, how to choose the
 * first); for an unknown or disabled account it does nothing and does not say so.
 * Errors: `too-many-sign-ins` (429), by address only: that an account has had its letters is not told either.
 */
export async function askReset(
  parts: QueueParts,
  asked: { email: string; ip: string; requestId?: string | undefined },
  frame: LetterFrame,
): Promise<void> {
  const { db, clock, config } = parts;
  const limits = resetLimits(asked.email, asked.ip);
  await countOrRefuse(parts, limits.address);
  if ((await countHit(parts, limits.account.key, limits.account.windowMs)) > limits.account.most) return;

  await db.tx(async () => {
    const person = (await findByEmail(db, asked.email))?.person;
    if (!person || person.disabledAt) return;
    const kind = stateOf(person) === 'invited' ? 'invite' : 'reset';
    const token = await issuePersonToken(parts, person.id, kind);
    const expiresAt = laterIso(clock, TOKEN_LIFE_MS[kind]);
    const letter = { person, token, expiresAt, baseUrl: config.baseUrl, ...frame };
    await queueLetter(parts, kind === 'invite' ? inviteLetter(letter) : resetLetter(letter));
    await recordAudit(parts, {
      actor: { kind: 'system', ip: asked.ip, requestId: asked.requestId },
      action: 'person.asked-reset',
      subjectKind: 'person',
      subjectId: person.id,
    });
  });
}
