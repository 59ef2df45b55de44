import { A4, createPen, GAP, heightOf, INK, MARGIN, type Pen, SOFT, WIDTH } from './pdf-pen.ts';
import type { TextStyle } from './pdf-text.ts';

/** A paper of a page or few: who it is from, one sum, facts, tables and notes. */
export interface PdfDocument {
  title: string;
  language: string;
  author: string;
  /** ISO 8601 UTC. Fixed by what the paper is about, so that the same paper has the same bytes. */
  createdAt: string;
  from: { name: string; lines: string[] };
  heading: string;
  /** Beside the heading: the number of the paper. */
  number: string;
  intro: string;
  amount: { label: string; value: string };
  facts: Array<{ label: string; value: string }>;
  tables: PdfTable[];
  notes: Array<{ heading: string; text: string }>;
  footer: (page: number, pages: number) => string;
}

export interface PdfTable {
  heading: string;
  /** `share` is the part of the width in any unit; figures stand at the end. */
  columns: Array<{ label: string; share: number; figures?: boolean }>;
  rows: string[][];
  total?: string[];
}

/** Draws the paper on A4, tagged for screen readers, and gives its bytes. */
export async function writePdf(paper: PdfDocument): Promise<Buffer> {
  // Loaded when the first paper is wanted: it is a quarter of what a start would load.
  const { default: PDFDocument } = await import('pdfkit');
  const doc = new PDFDocument({
    size: 'A4',
    margin: 0,
    pdfVersion: '1.7',
    tagged: true,
    displayTitle: true,
    bufferPages: true,
    lang: paper.language,
    info: { Title: paper.title, Author: paper.author, CreationDate: new Date(paper.createdAt) },
  });
  const chunks: Buffer[] = [];
  doc.on('data', (chunk: Buffer) => chunks.push(chunk));
  const ended = new Promise<void>((resolve, reject) => doc.on('end', resolve).on('error', reject));
  const pen = createPen(doc);

  drawHead(pen, paper);
  drawFacts(pen, paper.facts);
  for (const table of paper.tables) drawTable(pen, table);
  for (const note of paper.notes) {
    pen.keepTogether(40);
    pen.block('H2', pen.lines(note.heading, { sizePt: 9, bold: true }, WIDTH), MARGIN);
    pen.block('P', pen.lines(note.text, { sizePt: 9 }, WIDTH), MARGIN, { color: SOFT });
    pen.down(10);
  }
  pen.footers(paper.footer);
  pen.end();
  await ended;
  return Buffer.concat(chunks);
}

function drawHead(pen: Pen, paper: PdfDocument): void {
  const half = WIDTH / 2 - GAP;
  const [left = 0, right = 0] = pen.beside(
    () => {
      pen.block('P', pen.lines(paper.from.name, { sizePt: 13, bold: true }, half), MARGIN);
      pen.block('P', pen.lines(paper.from.lines.join('\n'), { sizePt: 9 }, half), MARGIN, { color: SOFT });
    },
    () => {
      const x = MARGIN + WIDTH / 2;
      pen.block('H1', pen.lines(paper.heading, { sizePt: 18, bold: true }, WIDTH / 2), x, { endAt: A4.width - MARGIN });
      const number = pen.lines(paper.number, { sizePt: 11 }, WIDTH / 2);
      pen.block('P', number, x, { endAt: A4.width - MARGIN, color: SOFT });
    },
  );
  pen.to(Math.max(left, right) + GAP);
  pen.rule();
  pen.down(GAP);
  pen.block('P', pen.lines(paper.amount.label, { sizePt: 9 }, WIDTH), MARGIN, { color: SOFT });
  pen.block('P', pen.lines(paper.amount.value, { sizePt: 24, bold: true }, WIDTH), MARGIN);
  pen.down(4);
  pen.block('P', pen.lines(paper.intro, { sizePt: 9.5 }, WIDTH), MARGIN);
  pen.down(GAP);
}

/** Two columns of label over value, row by row. */
function drawFacts(pen: Pen, facts: PdfDocument['facts']): void {
  const width = (WIDTH - GAP) / 2;
  for (let i = 0; i < facts.length; i += 2) {
    const cells = facts.slice(i, i + 2).map(({ label, value }, column) => () => {
      const x = MARGIN + column * (width + GAP);
      pen.block('P', pen.lines(label, { sizePt: 8 }, width), x, { color: SOFT });
      pen.block('P', pen.lines(value, { sizePt: 10 }, width), x);
    });
    pen.keepTogether(60);
    pen.to(Math.max(...pen.beside(...cells)) + 8);
  }
  pen.down(8);
}

function drawTable(pen: Pen, table: PdfTable): void {
  const shares = table.columns.reduce((sum, column) => sum + column.share, 0);
  const row = (tag: 'TH' | 'TD', cells: string[], style: TextStyle, color: string) => {
    let x = MARGIN;
    const placed = table.columns.map((column, i) => {
      const width = (WIDTH * column.share) / shares;
      const lines = pen.lines(cells[i] ?? '', style, width - 8);
      const cell = { lines, x, ...(column.figures ? { endAt: x + width } : {}) };
      x += width;
      return cell;
    });
    pen.keepTogether(Math.max(...placed.map((cell) => heightOf(cell.lines))) + 12);
    pen.inside('TR', () => {
      const ends = pen.beside(...placed.map((cell) => () => pen.block(tag, cell.lines, cell.x, { ...cell, color })));
      pen.to(Math.max(...ends) + 5);
    });
    pen.rule();
    pen.down(5);
  };

  pen.keepTogether(80);
  pen.block('H2', pen.lines(table.heading, { sizePt: 11, bold: true }, WIDTH), MARGIN);
  pen.down(6);
  pen.inside('Table', () => {
    row(
      'TH',
      table.columns.map((column) => column.label),
      { sizePt: 8 },
      SOFT,
    );
    for (const cells of table.rows) row('TD', cells, { sizePt: 9.5 }, INK);
    if (table.total) row('TD', table.total, { sizePt: 9.5, bold: true }, INK);
  });
  pen.down(GAP);
}
