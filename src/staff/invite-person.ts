import type { Actor } from '../audit/record.ts';
import type { QueueParts } from '../mail/queue-letter.ts';
import type { Role } from '../permissions.ts';
import { createPerson } from './create-person.ts';
import type { Person } from './person.ts';
import { sendInvite } from './send-invite.ts';
import type { LetterFrame } from './staff-letters.ts';

/** Enters somebody and writes to them, both or neither. Errors: as createPerson. */
export async function invitePerson(
  parts: QueueParts,
  wanted: { email: string; name: string; role: Role },
  frame: LetterFrame,
  actor: Actor,
): Promise<Person> {
  return parts.db.tx(async () => {
    const person = await createPerson(parts, wanted, actor);
    await sendInvite(parts, person.id, frame, actor);
    return person;
  });
}
