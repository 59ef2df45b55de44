import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { unwrapWoff } from './woff.ts';

/** The parts of Noto Sans, the likeliest first. A script that none of them has is shown as replacement characters. */
const SUBSETS = [
  'latin',
  'latin-ext',
  'cyrillic',
  'greek',
  'vietnamese',
  'devanagari',
  'cyrillic-ext',
  'greek-ext',
] as const;
const REPLACEMENT = '\u{fffd}';
/** Marks and joiners that mean nothing without the letter they belong to. */
const SILENT = /^[\p{M}\p{Cf}]$/u;

const resolve = createRequire(import.meta.url).resolve;
const files = new Map<string, Buffer>();

/** A piece of a line in one font. */
export interface Run {
  font: string;
  text: string;
}

export interface TextLine {
  runs: Run[];
  widthPt: number;
}

export interface TextStyle {
  bold?: boolean;
  sizePt: number;
}

export interface TextSetter {
  /** Breaks a text into lines of at most that width; line ends in the text are kept, words that are too long are cut. */
  wrap(text: string, style: TextStyle, widthPt: number): TextLine[];
}

/** Chooses a font for every character and breaks lines, since a PDF knows neither. */
export function createTextSetter(doc: PDFKit.PDFDocument): TextSetter {
  const registered = new Set<string>();
  const glyphs = new Map<string, boolean>();
  const widths = new Map<string, number>();

  const use = (subset: string, bold: boolean): string => {
    const name = `noto-sans-${subset}-${bold ? 700 : 400}-normal`;
    if (!registered.has(name)) {
      doc.registerFont(name, fontFile(name));
      registered.add(name);
    }
    return name;
  };
  const has = (font: string, character: string): boolean => {
    const key = `${character} ${font}`;
    let known = glyphs.get(key);
    if (known === undefined) {
      known = look(font, character);
      glyphs.set(key, known);
    }
    return known;
  };
  const look = (font: string, character: string): boolean => {
    doc.font(font);
    // pdfkit draws an empty box for what a font lacks and does not tell; its font object does.
    const { font: opened } = (doc as unknown as { _font: { font: { hasGlyphForCodePoint(code: number): boolean } } })
      ._font;
    return opened.hasGlyphForCodePoint(character.codePointAt(0) as number);
  };

  const runsOf = (text: string, bold: boolean): Run[] => {
    const runs: Run[] = [];
    for (const character of text) {
      const last = runs.at(-1);
      if (last && has(last.font, character)) {
        last.text += character;
        continue;
      }
      const subset = SUBSETS.find((one) => has(use(one, bold), character));
      if (!subset && SILENT.test(character)) continue;
      const font = use(subset ?? 'latin', bold);
      const shown = subset ? character : REPLACEMENT;
      if (last?.font === font) last.text += shown;
      else runs.push({ font, text: shown });
    }
    return runs;
  };
  const lineOf = (text: string, { bold = false, sizePt }: TextStyle): TextLine => {
    const runs = runsOf(text, bold);
    const widthPt = runs.reduce((sum, run) => sum + doc.font(run.font).fontSize(sizePt).widthOfString(run.text), 0);
    return { runs, widthPt };
  };
  const widthOf = (text: string, style: TextStyle): number => {
    const key = `${style.sizePt} ${style.bold} ${text}`;
    let known = widths.get(key);
    if (known === undefined) {
      known = lineOf(text, style).widthPt;
      widths.set(key, known);
    }
    return known;
  };

  return {
    wrap(text, style, widthPt) {
      return plain(text)
        .split('\n')
        .flatMap((paragraph) => breakLines(paragraph.trim(), (piece) => widthOf(piece, style), widthPt))
        .map((line) => lineOf(line, style));
    },
  };
}

/** Fills lines word by word. Numbers and their currency stay together: they are joined by blanks that do not break. */
function breakLines(paragraph: string, widthOf: (text: string) => number, widthPt: number): string[] {
  const lines: string[] = [];
  const blank = widthOf(' ');
  let line = '';
  let used = 0;
  const add = (piece: string, width: number, before: number) => {
    if (line && used + before + width > widthPt) {
      lines.push(line);
      line = '';
    }
    used = line ? used + before + width : width;
    line += (line && before > 0 ? ' ' : '') + piece;
  };
  for (const word of paragraph.split(/[ \t]+/)) {
    const width = widthOf(word);
    if (width <= widthPt) {
      add(word, width, blank);
      continue;
    }
    let first = true;
    for (const character of word) {
      add(character, widthOf(character), first ? blank : 0);
      first = false;
    }
  }
  return [...lines, line];
}

/** Composed letters; blanks that the fonts lack as ones they have; control characters as blanks. */
function plain(text: string): string {
  return text
    .normalize('NFC')
    .replace(/\r\n?|[\u2028\u2029]/g, '\n')
    .replace(/[\u2007\u202f]/g, '\u00a0')
    .replace(/(?!\n)\p{Cc}/gu, ' ');
}

function fontFile(name: string): Buffer {
  let file = files.get(name);
  if (!file) {
    file = unwrapWoff(readFileSync(resolve(`@fontsource/noto-sans/files/${name}.woff`)));
    files.set(name, file);
  }
  return file;
}
