/**
 * What a number or an address is compared by: "inv-1 " and "INV-1" are one. Full-width and other compatibility
 * forms are folded too (NFKC), so that nobody can make a second number that looks the same.
 */
export function textKey(text: string): string {
  return text.normalize('NFKC').trim().toLowerCase();
}

/** One line as typed or imported: composed (NFC), without blanks around it. */
export function tidyLine(text: string): string {
  return text.normalize('NFC').trim();
}

/** True for a text without line breaks, tabs, NUL, text direction marks or other control characters. */
export function isPlainLine(text: string): boolean {
  return !/[\p{Cc}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069]/u.test(text) && text.isWellFormed();
}

/** What came from elsewhere as one line: without line breaks, other control characters and marks of text direction. */
export function plainLine(text: string): string {
  return text
    .toWellFormed()
    .replace(/[\u202a-\u202e\u2066-\u2069]/g, '')
    .replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ')
    .trim();
}

/** Several lines, with line feeds between them and no other control character. */
export function tidyLines(text: string): string {
  const lines = text
    .normalize('NFC')
    .toWellFormed()
    .split(/\r\n?|\n/);
  return lines
    .map((line) => line.replace(/\p{Cc}/gu, ' ').trimEnd())
    .join('\n')
    .trim();
}
