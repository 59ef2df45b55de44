import { type Cell, type Column, cellText, type TableFile } from './cell.ts';
import { createZip } from './zip.ts';

/** Rows of one sheet below its head: Excel's 1,048,576 less one. */
const ROWS_OF_A_SHEET = 1_048_575;

const HEAD = 1;
const TEXT = 2;
const NUMBERS: Record<number, number> = { 0: 3, 2: 4, 3: 5 };
const DAY = 6;
const TIME = 7;

const MAIN = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
const RELATIONS = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const PACKAGE = 'http://schemas.openxmlformats.org/package/2006';
const KINDS = 'application/vnd.openxmlformats-officedocument.spreadsheetml';
const XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';

/**
 * A table as a workbook for Excel (ECMA-376), written row by row in little memory: numbers and dates are real ones, text is
 * text whatever it begins with, and the head stays in sight. What does not fit on one sheet goes on on the next.
 */
export function createXlsx(
  columns: readonly Column[],
  { name, rowsOfASheet = ROWS_OF_A_SHEET }: { name: string; rowsOfASheet?: number },
): TableFile {
  const zip = createZip();
  let sheets = 0;
  let rowNumber = 0;
  const write = (text: string) => zip.write(Buffer.from(text));
  const nextSheet = () => {
    const closed = sheets > 0 ? write(SHEET_END) : Buffer.alloc(0);
    sheets += 1;
    rowNumber = 1;
    return [closed, zip.begin(`xl/worksheets/sheet${sheets}.xml`), write(sheetStart(columns, sheets === 1))];
  };
  const begun = () => (sheets === 0 ? nextSheet() : []);
  return {
    extension: 'xlsx',
    add(rows) {
      const pieces: Uint8Array[] = begun();
      let text = '';
      for (const cells of rows) {
        if (rowNumber > rowsOfASheet) {
          pieces.push(write(text), ...nextSheet());
          text = '';
        }
        text += rowXml(++rowNumber, cells);
      }
      pieces.push(write(text));
      return Buffer.concat(pieces);
    },
    end() {
      const pieces = [...begun(), write(SHEET_END)];
      for (const [path, text] of Object.entries(partsOf(name, sheets))) pieces.push(zip.begin(path), write(text));
      return Buffer.concat([...pieces, zip.end()]);
    },
  };
}

function sheetStart(columns: readonly Column[], first: boolean): string {
  const widths = columns.map(
    ({ title, width }, i) =>
      `<col min="${i + 1}" max="${i + 1}" width="${width ?? title.length + 3}" customWidth="1"/>`,
  );
  const view = `<sheetView workbookViewId="0"${first ? ' tabSelected="1"' : ''}><pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView>`;
  const head = columns.map(({ title }, i) => textCell(`${columnName(i)}1`, HEAD, title)).join('');
  return `${XML}<worksheet xmlns="${MAIN}"><sheetViews>${view}</sheetViews><cols>${widths.join('')}</cols><sheetData><row r="1">${head}</row>`;
}

const SHEET_END = '</sheetData></worksheet>';

function rowXml(number: number, cells: readonly Cell[]): string {
  return `<row r="${number}">${cells.map((cell, i) => cellXml(`${columnName(i)}${number}`, cell)).join('')}</row>`;
}

function cellXml(place: string, cell: Cell): string {
  if (cell === undefined || cell === '') return '';
  if (typeof cell === 'string') return textCell(place, TEXT, cellText(cell));
  if ('day' in cell) return numberCell(place, DAY, String(serialOf(`${cell.day}T00:00:00Z`)));
  if ('time' in cell) return numberCell(place, TIME, String(serialOf(cell.time)));
  return numberCell(place, NUMBERS[cell.decimal.split('.')[1]?.length ?? 0] ?? 0, cell.decimal);
}

function numberCell(place: string, style: number, value: string): string {
  return `<c r="${place}" s="${style}"><v>${value}</v></c>`;
}

function textCell(place: string, style: number, text: string): string {
  return `<c r="${place}" s="${style}" t="inlineStr"><is><t xml:space="preserve">${escaped(text)}</t></is></c>`;
}

const MARKS: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/** Excel reads `_x0041_` in a text as the letter A: the line before it is written in that way itself. */
function escaped(text: string): string {
  return text.replace(/_(?=x[0-9a-f]{4}_)/gi, '_x005F_').replace(/[&<>"]/g, (mark) => MARKS[mark] as string);
}

/** Days since the end of 1899, as Excel counts them; the time of day is the fraction. */
function serialOf(iso: string): number {
  return (Date.parse(iso) - Date.UTC(1899, 11, 30)) / 86_400_000;
}

/** 0 → A, 25 → Z, 26 → AA. */
function columnName(index: number): string {
  const letter = String.fromCharCode(65 + (index % 26));
  return index < 26 ? letter : columnName(Math.floor(index / 26) - 1) + letter;
}

/** How cells look, by the numbers at the top: number format and font of each. */
const LOOKS = [
  [0, 0],
  [49, 1],
  [49, 0],
  [3, 0],
  [4, 0],
  [164, 0],
  [165, 0],
  [166, 0],
].map(
  ([format, font]) =>
    `<xf numFmtId="${format}" fontId="${font}" fillId="0" borderId="0" xfId="0" applyNumberFormat="1" applyFont="1"/>`,
);
const FORMATS = ['#,##0.000', 'yyyy\\-mm\\-dd', 'yyyy\\-mm\\-dd\\ hh:mm:ss'].map(
  (code, i) => `<numFmt numFmtId="${164 + i}" formatCode="${code}"/>`,
);
const FONT = '<sz val="11"/><name val="Calibri"/>';
const STYLES = `${XML}<styleSheet xmlns="${MAIN}"><numFmts count="${FORMATS.length}">${FORMATS.join('')}</numFmts><fonts count="2"><font>${FONT}</font><font><b/>${FONT}</font></fonts><fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills><borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders><cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs><cellXfs count="${LOOKS.length}">${LOOKS.join('')}</cellXfs></styleSheet>`;

/** The small parts round the sheets, by their paths. */
function partsOf(name: string, sheets: number): Record<string, string> {
  const numbers = Array.from({ length: sheets }, (_, i) => i + 1);
  const each = (draw: (number: number) => string) => numbers.map(draw).join('');
  return {
    'xl/styles.xml': STYLES,
    'xl/workbook.xml': `${XML}<workbook xmlns="${MAIN}" xmlns:r="${RELATIONS}"><sheets>${each(
      (n) => `<sheet name="${escaped(n === 1 ? name : `${name} ${n}`)}" sheetId="${n}" r:id="rId${n}"/>`,
    )}</sheets></workbook>`,
    'xl/_rels/workbook.xml.rels': `${XML}<Relationships xmlns="${PACKAGE}/relationships">${each(
      (n) => `<Relationship Id="rId${n}" Type="${RELATIONS}/worksheet" Target="worksheets/sheet${n}.xml"/>`,
    )}<Relationship Id="rId${sheets + 1}" Type="${RELATIONS}/styles" Target="styles.xml"/></Relationships>`,
    '_rels/.rels': `${XML}<Relationships xmlns="${PACKAGE}/relationships"><Relationship Id="rId1" Type="${RELATIONS}/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
    '[Content_Types].xml': `${XML}<Types xmlns="${PACKAGE}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="${KINDS}.sheet.main+xml"/><Override PartName="/xl/styles.xml" ContentType="${KINDS}.styles+xml"/>${each(
      (n) => `<Override PartName="/xl/worksheets/sheet${n}.xml" ContentType="${KINDS}.worksheet+xml"/>`,
    )}</Types>`,
  };
}
