import bidiJs from 'bidi-js';

// Its typings are those of the package's other form.
const bidiFactory = bidiJs as unknown as typeof bidiJs.default;

/** Anything written from right to left, or that could turn a text around. */
const RIGHT_TO_LEFT = /[\p{Script=Arabic}\p{Script=Hebrew}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Nko}\u200f]/u;
/** What the font library takes for right to left: it turns such pieces around when it shapes them. */
const TURNED_BY_SHAPING = /[\p{Script=Arabic}\p{Script=Hebrew}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Nko}]/u;

let bidi: ReturnType<typeof bidiFactory> | undefined;

/** True where a line must be put into the order in which it is read (Unicode Standard Annex 9). */
export function hasRightToLeft(text: string): boolean {
  return RIGHT_TO_LEFT.test(text);
}

/** A character with its direction: odd levels run from right to left. */
export interface Directed {
  character: string;
  level: number;
}

/** The characters of a line as they are stored, with brackets turned where they are read from the right. */
export function directed(line: string): Directed[] {
  bidi ??= bidiFactory();
  const { levels } = bidi.getEmbeddingLevels(line);
  const result: Directed[] = [];
  let at = 0;
  for (const character of line) {
    const level = levels[at] ?? 0;
    const mirrored = level % 2 === 1 ? bidi.getMirroredCharacter(character) : undefined;
    result.push({ character: mirrored || character, level });
    at += character.length;
  }
  return result;
}

/** Pieces of one level each, from left to right as they are drawn (rule L2): from the highest level down, each row is turned. */
export function inDrawingOrder<Piece extends { level: number }>(pieces: readonly Piece[]): Piece[] {
  const order = [...pieces];
  const highest = Math.max(0, ...order.map((piece) => piece.level));
  for (let level = highest; level > 0; level--) {
    for (let start = 0; start < order.length; start++) {
      if ((order[start] as Piece).level < level) continue;
      let end = start;
      while (end < order.length && (order[end] as Piece).level >= level) end++;
      order.splice(start, end - start, ...order.slice(start, end).reverse());
      start = end;
    }
  }
  return order;
}

/** A piece as the font library is to be given it, so that it comes out in its direction. */
export function forShaping(text: string, level: number): string {
  return TURNED_BY_SHAPING.test(text) === (level % 2 === 1) ? text : [...text].reverse().join('');
}
