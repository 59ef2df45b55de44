import type { LetterDraft, Sender } from '../mail/letter.ts';
import { paths } from '../paths.ts';
import { showDateTime } from '../platform/show-time.ts';
import { wordsFor } from '../words/words.ts';
import { hashOfToken } from './issue-person-token.ts';
import type { Person } from './person.ts';

/** In whose name letters to staff go out, and how their times are told. */
export interface LetterFrame {
  sender: Sender;
  timeZone: string;
}

interface TokenLetter extends LetterFrame {
  person: Person;
  token: string;
  expiresAt: string;
  baseUrl: string;
  createdBy?: string | undefined;
}

const LANGUAGE = 'en';

export function inviteLetter({
  person,
  token,
  expiresAt,
  baseUrl,
  sender,
  timeZone,
  createdBy,
}: TokenLetter): LetterDraft {
  const words = wordsFor(LANGUAGE).staff;
  return {
    key: `invite-${person.id}-${hashOfToken(token).slice(0, 12)}`,
    kind: 'invite',
    to: [person.email],
    language: LANGUAGE,
    sender,
    subject: words.inviteSubject(sender.tradingName),
    body: {
      heading: words.inviteHeading(person.name),
      paragraphs: [words.inviteText(sender.tradingName, words.roles[person.role])],
      action: { label: words.inviteAction, url: baseUrl + paths.welcome(token) },
      closing: [words.inviteEnds(showDateTime(expiresAt, timeZone)), words.inviteUnexpected],
    },
    subjectId: person.id,
    createdBy,
  };
}

export function resetLetter({ person, token, expiresAt, baseUrl, sender, timeZone }: TokenLetter): LetterDraft {
  const words = wordsFor(LANGUAGE).staff;
  return {
    key: `reset-${person.id}-${hashOfToken(token).slice(0, 12)}`,
    kind: 'reset',
    to: [person.email],
    language: LANGUAGE,
    sender,
    subject: words.resetSubject(sender.tradingName),
    body: {
      heading: words.resetHeading,
      paragraphs: [words.resetText(sender.tradingName)],
      action: { label: words.resetAction, url: baseUrl + paths.reset(token) },
      closing: [words.resetEnds(showDateTime(expiresAt, timeZone)), words.resetUnexpected],
    },
    subjectId: person.id,
  };
}
