import { en } from './en.ts';

/** The typed catalogue: another language is complete when it fits this type. */
export type Words = typeof en;

const CATALOGUES: Record<string, Words> = { en };

/** The languages that customers can be written to in: code → name in that language. */
export const LANGUAGES: Record<string, string> = { en: 'English' };

/** The words of a language (ISO 639-1, a region may follow); English where it is not known. */
export function wordsFor(language: string): Words {
  return CATALOGUES[language] ?? CATALOGUES[language.split('-')[0] ?? ''] ?? en;
}
