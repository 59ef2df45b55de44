import type { FieldErrors } from '../platform/refusal.ts';
import { isPlainLine } from '../platform/text-key.ts';

/** The words of a letter that a company may write itself: plain text with placeholders such as {customer}. */
export interface LetterTemplate {
  subject: string;
  /** An empty line begins a new paragraph. */
  body: string;
}

export const LONGEST_SUBJECT = 150;
export const LONGEST_BODY = 3000;
const MOST_PARAGRAPHS = 20;

/** A piece of a template: {name}, a brace written twice to mean itself, or a brace that means nothing. */
const PIECES = /\{\{|\}\}|\{([a-z_]+)\}|[{}]/g;

/**
 * The words with the values in their places. What a value holds is never read as a placeholder, and all of it stays
 * plain text. A placeholder without a value, which `templateFaults` rules out before a template is saved, stands as it
 * is: a letter that tells of money must never be what keeps the money from being booked.
 */
export function renderTemplate(
  { subject, body }: LetterTemplate,
  values: Readonly<Record<string, string>>,
): { subject: string; paragraphs: string[] } {
  const filled = (text: string) =>
    text.replace(PIECES, (piece, name?: string) => {
      if (!name) return piece.charAt(0);
      return Object.hasOwn(values, name) ? (values[name] as string) : piece;
    });
  return { subject: filled(subject), paragraphs: paragraphsOf(body).map(filled) };
}

/** What is wrong with a template: a sentence for each field at fault, which names what is unknown. */
export function templateFaults({ subject, body }: LetterTemplate, known: readonly string[]): FieldErrors {
  const faults: FieldErrors = {};
  if (!subject) faults.subject = 'Write a subject: without one, mail programs show the letter as empty or as spam.';
  else if (!isPlainLine(subject)) faults.subject = 'Use one line of plain text.';
  else if (subject.length > LONGEST_SUBJECT) faults.subject = `Use at most ${LONGEST_SUBJECT} characters.`;
  if (!body) faults.body = 'Write at least one paragraph.';
  else if (!body.split('\n').every(isPlainLine)) faults.body = 'Use plain text only.';
  else if (body.length > LONGEST_BODY) faults.body = `Use at most ${LONGEST_BODY} characters.`;
  else if (paragraphsOf(body).length > MOST_PARAGRAPHS) faults.body = `Use at most ${MOST_PARAGRAPHS} paragraphs.`;
  for (const [field, text] of Object.entries({ subject, body })) {
    const fault = faultOf(text, known);
    if (fault) faults[field] ??= fault;
  }
  return faults;
}

function faultOf(text: string, known: readonly string[]): string | undefined {
  for (const [piece, name] of text.matchAll(PIECES)) {
    if (name && !known.includes(name)) {
      return `There is no placeholder ${piece} in this letter. There are: ${known.map((one) => `{${one}}`).join(', ')}.`;
    }
    if (piece === '{') return 'A brace { is opened and not closed behind a placeholder. To write a brace, write {{.';
    if (piece === '}') return 'A brace } closes nothing. To write a brace, write }}.';
  }
  return undefined;
}

function paragraphsOf(body: string): string[] {
  return body
    .split(/\n\s*\n/)
    .map((paragraph) => paragraph.replace(/\s*\n\s*/g, ' ').trim())
    .filter(Boolean);
}
