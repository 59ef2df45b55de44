import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { unwrapWoff } from './woff.ts';

/**
 * The packages of Noto Sans and which of their parts are used, the likeliest first. `numbered` packages cut their script
 * into about a hundred parts, of which a text needs a few.
 */
const PACKAGES: ReadonlyArray<{ name: string; parts: readonly string[] | 'numbered' }> = [
  {
    name: 'noto-sans',
    parts: ['latin', 'latin-ext', 'cyrillic', 'greek', 'vietnamese', 'devanagari', 'cyrillic-ext', 'greek-ext'],
  },
  ...['arabic', 'hebrew', 'thai', 'armenian', 'georgian', 'ethiopic', 'khmer', 'lao', 'myanmar', 'sinhala', 'bengali']
    .concat('gujarati', 'gurmukhi', 'kannada', 'malayalam', 'oriya', 'tamil', 'telugu')
    .map((script) => ({ name: `noto-sans-${script}`, parts: [script] })),
  { name: 'noto-sans-sc', parts: 'numbered' },
  { name: 'noto-sans-kr', parts: 'numbered' },
];

/** Fonts that were read stay in memory up to here, the last used ones. */
const MOST_BYTES = 12 * 1024 * 1024;

const require = createRequire(import.meta.url);
const ranges = new Map<string, Array<{ font: string; from: number; to: number }>>();
const files = new Map<string, Buffer>();
let bytes = 0;

/** The fonts that say that they have a character, the likeliest first, without weight: `noto-sans-thai-thai`. */
export function* fontsFor(code: number): Generator<string> {
  for (const one of PACKAGES) {
    for (const { font, from, to } of rangesOf(one)) if (code >= from && code <= to) yield font;
  }
}

/** What the package says of each of its parts: "U+0E01-0E5B,U+25CC". */
function rangesOf({ name, parts }: (typeof PACKAGES)[number]) {
  let known = ranges.get(name);
  if (!known) {
    const table = require(`@fontsource/${name}/unicode.json`) as Record<string, string>;
    const wanted = parts === 'numbered' ? Object.keys(table).filter((part) => part.startsWith('[')) : parts;
    known = wanted.flatMap((part) =>
      (table[part] ?? '').split(',').map((range) => {
        const [from = '', to = from] = range.replace('U+', '').split('-');
        const font = `${name}-${part.replace(/[[\]]/g, '')}`;
        return { font, from: Number.parseInt(from, 16), to: Number.parseInt(to, 16) };
      }),
    );
    ranges.set(name, known);
  }
  return known;
}

/** A font by its name with weight, `noto-sans-thai-thai-700-normal`, as the PDF writer reads it. */
export function fontFile(name: string): Buffer {
  const kept = files.get(name);
  // Put back at the end: the first of the map is the one that was not used for longest.
  files.delete(name);
  const file = kept ?? unwrapWoff(readFileSync(require.resolve(`@fontsource/${packageOf(name)}/files/${name}.woff`)));
  files.set(name, file);
  if (!kept) bytes += file.length;
  for (const [oldest, { length }] of files) {
    if (bytes <= MOST_BYTES || oldest === name) break;
    files.delete(oldest);
    bytes -= length;
  }
  return file;
}

function packageOf(font: string): string {
  const fits = PACKAGES.filter(({ name }) => font.startsWith(`${name}-`));
  return (fits.at(-1) as (typeof PACKAGES)[number]).name;
}
