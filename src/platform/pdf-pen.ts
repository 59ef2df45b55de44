import { createTextSetter, type TextLine, type TextStyle } from './pdf-text.ts';

/** Sizes in points. */
export const A4 = { width: 595.28, height: 841.89 };
export const MARGIN = 54;
export const WIDTH = A4.width - 2 * MARGIN;
const BOTTOM = A4.height - MARGIN - 12;
export const GAP = 16;
export const INK = '#14161c';
export const SOFT = '#566072';
const RULE = '#d5d9e2';
/** How high Noto Sans stands above its line, as a part of its size. */
const ASCENT = 1.069;

export interface SetLine extends TextLine {
  sizePt: number;
}

export function heightOf(lines: SetLine[]): number {
  return lines.reduce((sum, line) => sum + line.sizePt * 1.4, 0);
}

/** What draws on the pages, downwards, and tags what it draws. */
export type Pen = ReturnType<typeof createPen>;

/** Keeps the place on the page and the tree of tags while drawing downwards. */
export function createPen(doc: PDFKit.PDFDocument) {
  const setter = createTextSetter(doc);
  const root = doc.struct('Document');
  doc.addStructure(root);
  const parents = [root];
  let y = MARGIN;

  const artifact = (draw: () => void) => {
    doc.markContent('Artifact', { type: 'Layout' });
    draw();
    doc.endMarkedContent();
  };
  const drawLine = (line: SetLine, x: number, top: number, color: string) => {
    let at = x;
    if (line.stored) doc.markContent('Span', { actual: line.stored });
    for (const run of line.runs) {
      doc.font(run.font).fontSize(line.sizePt).fillColor(color);
      // All on one line, though fonts of other scripts are taller.
      const baseline = top + line.sizePt * ASCENT;
      const features = run.features as PDFKit.Mixins.TextOptions;
      doc.text(run.text, at, baseline, { lineBreak: false, baseline: 'alphabetic', ...features });
      at += doc.widthOfString(run.text, features);
    }
    if (line.stored) doc.endMarkedContent();
  };
  const keepTogether = (heightPt: number) => {
    if (y + heightPt <= BOTTOM) return;
    doc.addPage();
    y = MARGIN;
  };

  return {
    lines: (text: string, style: TextStyle, widthPt: number): SetLine[] =>
      setter.wrap(text, style, widthPt).map((line) => ({ ...line, sizePt: style.sizePt })),

    /** Draws lines below each other as one tagged block; with `endAt` they end there instead of beginning at x. */
    block(tag: string, lines: SetLine[], x: number, more: { endAt?: number; color?: string } = {}) {
      const element = doc.struct(tag);
      parents.at(-1)?.add(element);
      for (const line of lines) {
        keepTogether(line.sizePt * 1.4);
        const at = more.endAt === undefined ? x : more.endAt - line.widthPt;
        element.add(() => drawLine(line, at, y, more.color ?? INK));
        y += line.sizePt * 1.4;
      }
      element.end();
    },
    /** Draws each part from the same height on and gives where each ended. */
    beside(...parts: Array<() => void>): number[] {
      const top = y;
      return parts.map((part) => {
        y = top;
        part();
        return y;
      });
    },
    inside(tag: string, draw: () => void) {
      const element = doc.struct(tag);
      parents.at(-1)?.add(element);
      parents.push(element);
      draw();
      parents.pop();
      element.end();
    },
    keepTogether,
    to(top: number) {
      y = top;
    },
    down(byPt: number) {
      y += byPt;
    },
    rule() {
      artifact(() =>
        doc
          .moveTo(MARGIN, y)
          .lineTo(A4.width - MARGIN, y)
          .lineWidth(0.75)
          .strokeColor(RULE)
          .stroke(),
      );
    },
    footers(text: (page: number, pages: number) => string) {
      const { count } = doc.bufferedPageRange();
      for (let page = 0; page < count; page++) {
        doc.switchToPage(page);
        const [line] = setter.wrap(text(page + 1, count), { sizePt: 8 }, WIDTH);
        if (line) artifact(() => drawLine({ ...line, sizePt: 8 }, MARGIN, A4.height - MARGIN, SOFT));
      }
    },
    end() {
      root.end();
      doc.end();
    },
  };
}
