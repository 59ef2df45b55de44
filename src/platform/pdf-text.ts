import { directed, forShaping, hasRightToLeft, inDrawingOrder } from './pdf-direction.ts';
import { fontFile, fontsFor } from './pdf-fonts.ts';

const REPLACEMENT = '\u{fffd}';
/** Marks and joiners that mean nothing without the letter they belong to. */
const SILENT = /^[\p{M}\p{Cf}]$/u;
/** Scripts whose letters change with their neighbours: their pieces are shaped whole. */
const SHAPED =
  /[\u0590-\u08ff\u0900-\u0dff\u0e80-\u0eff\u0e00-\u0e7f\u1000-\u109f\u1780-\u17ff\ua8e0-\ua8ff\ufb1d-\ufdff\ufe70-\ufefc]/;

const WHOLE: Features = { features: [] };
const MARKS_AS_DRAWN: Features = { features: { abvm: false, blwm: false, mark: false, mkmk: false } };

interface Piece {
  font: string;
  text: string;
  level: number;
}

/** A piece of a line in one font and one direction. */
export interface Run {
  font: string;
  text: string;
  /** How the font library shapes it: given any list, it gets the run whole rather than word by word. */
  features: Features;
}

type Features = { features?: [] | Record<string, false> };

export interface TextLine {
  /** From left to right, as they are drawn. */
  runs: Run[];
  widthPt: number;
  /** The line as it is stored, where it is drawn in another order: for who copies it or has it read out. */
  stored: string | undefined;
}

export interface TextStyle {
  bold?: boolean;
  sizePt: number;
}

export interface TextSetter {
  /** Breaks a text into lines of at most that width; line ends in the text are kept, words that are too long are cut. */
  wrap(text: string, style: TextStyle, widthPt: number): TextLine[];
}

/** Chooses a font for every character, puts lines into reading order and breaks them, since a PDF does none of it. */
export function createTextSetter(doc: PDFKit.PDFDocument): TextSetter {
  const registered = new Set<string>();
  const glyphs = new Map<string, boolean>();
  const fonts = new Map<string, string | undefined>();
  const widths = new Map<string, number>();

  const use = (font: string, bold: boolean): string => {
    const name = `${font}-${bold ? 700 : 400}-normal`;
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
  /** Undefined where no font has it. */
  const fontOf = (character: string, bold: boolean): string | undefined => {
    const key = `${character} ${bold}`;
    if (!fonts.has(key)) fonts.set(key, lookFor(character, bold));
    return fonts.get(key);
  };
  const lookFor = (character: string, bold: boolean): string | undefined => {
    for (const font of fontsFor(character.codePointAt(0) as number)) {
      const name = use(font, bold);
      if (has(name, character)) return name;
    }
    return undefined;
  };

  const piecesOf = (text: string, bold: boolean): Piece[] => {
    const pieces: Piece[] = [];
    const characters = hasRightToLeft(text)
      ? directed(text)
      : Array.from(text, (character) => ({ character, level: 0 }));
    for (const { character, level } of characters) {
      const last = pieces.at(-1);
      if (last && last.level === level && has(last.font, character)) {
        last.text += character;
        continue;
      }
      const found = fontOf(character, bold);
      if (!found && SILENT.test(character)) continue;
      const font = found ?? use('noto-sans-latin', bold);
      const shown = found ? character : REPLACEMENT;
      if (last?.font === font && last.level === level) last.text += shown;
      else pieces.push({ font, text: shown, level });
    }
    return pieces;
  };
  const measure = (run: { font: string; text: string }, sizePt: number, features: Features) => {
    const widthOf = (given: Features) =>
      doc
        .font(run.font)
        .fontSize(sizePt)
        .widthOfString(run.text, given as PDFKit.Mixins.TextOptions);
    try {
      return { features, widthPt: widthOf(features) };
    } catch {
      // The font library stumbles over marks for which a font names no place: without it they stand where they are drawn.
      return { features: MARKS_AS_DRAWN, widthPt: widthOf(MARKS_AS_DRAWN) };
    }
  };
  const lineOf = (text: string, { bold = false, sizePt }: TextStyle): TextLine => {
    const pieces = piecesOf(text, bold);
    let widthPt = 0;
    const runs = inDrawingOrder(pieces).map(({ font, level, ...piece }) => {
      const run = { font, text: forShaping(piece.text, level) };
      const measured = measure(run, sizePt, level > 0 || SHAPED.test(run.text) ? WHOLE : {});
      widthPt += measured.widthPt;
      return { ...run, features: measured.features };
    });
    return { runs, widthPt, stored: pieces.some((piece) => piece.level > 0) ? text : undefined };
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
    for (const piece of breakWord(word, (text) => widthOf(text) <= widthPt)) {
      add(piece, widthOf(piece), first ? blank : 0);
      first = false;
    }
  }
  return [...lines, line];
}

const words = new Intl.Segmenter(undefined, { granularity: 'word' });
const letters = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

/** Where what has no blanks may be broken: between words, which several scripts do not part; else between letters. */
function breakWord(word: string, fits: (text: string) => boolean): string[] {
  return Array.from(words.segment(word), ({ segment }) => segment).flatMap((piece) =>
    fits(piece) ? [piece] : Array.from(letters.segment(piece), ({ segment }) => segment),
  );
}

/**
 * Composed letters; blanks that the fonts lack as ones they have; control characters as blanks. Orders to turn what follows
 * around are left out: a name must not be able to make a sum read backwards.
 */
function plain(text: string): string {
  return text
    .normalize('NFC')
    .replace(/\r\n?|[\u2028\u2029]/g, '\n')
    .replace(/[\u2007\u202f]/g, '\u00a0')
    .replace(/[\u202a-\u202e\u2066-\u2069]/g, '')
    .replace(/(?!\n)\p{Cc}/gu, ' ');
}
