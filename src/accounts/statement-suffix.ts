const MOST_CHARACTERS = 22;

/**
 * Why this cannot stand on a card statement, as a sentence; undefined when it can, as can none at all
 * (docs.stripe.com/get-started/account/statement-descriptors).
 */
export function statementSuffixProblem(suffix: string): string | undefined {
  if (suffix === '') return undefined;
  if (suffix.length > MOST_CHARACTERS) return `Use at most ${MOST_CHARACTERS} characters.`;
  if (/[<>\\'"*]/.test(suffix)) return 'Leave out the characters < > \\ \' " and *.';
  if (!/^[\x20-\x7e]+$/.test(suffix)) return 'Use only unaccented letters, digits and common signs.';
  if (!/[A-Za-z]/.test(suffix)) return 'Use at least one letter.';
  return undefined;
}
