import type { Page } from '../platform/web/render.ts';
import { wordsFor } from '../words/words.ts';
import type { LetterBody, Sender } from './letter.ts';

/** What both forms of a letter are made of. */
export interface LetterFrame {
  subject: string;
  body: LetterBody;
  sender: Sender;
  replyTo: string | undefined;
  /** Where the portal lives: the only place that links lead to. */
  host: string;
  language: string;
}

/** A letter as HTML: the only view with styles of its own, since mail programs load none. */
export function letterPage(frame: LetterFrame) {
  return {
    view: 'mail/letter',
    layout: 'letter' as const,
    title: frame.subject,
    ...frame,
    letter: frame.body,
    words: wordsFor(frame.language).mail,
  } satisfies Page & Record<string, unknown>;
}
