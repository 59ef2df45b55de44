import { inflateSync } from 'node:zlib';

/**
 * The words of a PDF that pdfkit wrote with embedded fonts: its glyph numbers put back through each font's
 * ToUnicode table. Enough to ask whether something stands in it, not where.
 */
export function pdfText(file: Buffer): string {
  const objects = objectsOf(file.toString('latin1'));
  const fonts = new Map<string, Map<string, string>>();
  for (const { dictionary } of objects.values()) {
    for (const [, name, id] of dictionary.matchAll(/\/(F\d+) (\d+) 0 R/g)) {
      const table = /\/ToUnicode (\d+) 0 R/.exec(objects.get(id as string)?.dictionary ?? '')?.[1];
      const map = objects.get(table ?? '')?.content;
      if (map) fonts.set(name as string, unicodeOf(map));
    }
  }
  return [...objects.values()]
    .filter(({ content }) => /\bBT\b/.test(content))
    .map(({ content }) => shownIn(content, fonts))
    .join('\n');
}

/** How many pages it has. */
export function pdfPages(file: Buffer): number {
  return file.toString('latin1').match(/\/Type \/Page\b(?!s)/g)?.length ?? 0;
}

interface PdfObject {
  dictionary: string;
  content: string;
}

function objectsOf(text: string): Map<string, PdfObject> {
  const objects = new Map<string, PdfObject>();
  for (const [, id, body = ''] of text.matchAll(/(?:^|\n)(\d+) 0 obj\n([\s\S]*?)\nendobj/g)) {
    const [dictionary = '', stream] = body.split(/\nstream\n/);
    const bytes = stream && Buffer.from(stream.replace(/\nendstream$/, ''), 'latin1');
    const packed = bytes && dictionary.includes('/FlateDecode');
    const content = bytes ? (packed ? inflateSync(bytes) : bytes).toString('latin1') : '';
    objects.set(id as string, { dictionary, content });
  }
  return objects;
}

/** Glyph number (four hexadecimal digits) → what it stands for. */
function unicodeOf(table: string): Map<string, string> {
  const known = new Map<string, string>();
  for (const [, first = '', , list = ''] of table.matchAll(/<([0-9a-f]{4})> <([0-9a-f]{4})> \[([^\]]*)\]/gi)) {
    const values = [...list.matchAll(/<([0-9a-f ]*)>/gi)].map(([, hex = '']) => hex.replaceAll(' ', ''));
    values.forEach((hex, i) => {
      const glyph = (Number.parseInt(first, 16) + i).toString(16).padStart(4, '0');
      known.set(glyph, Buffer.from(hex, 'hex').swap16().toString('utf16le'));
    });
  }
  return known;
}

/** What is drawn, or what it stands for where the file says so (ActualText): right-to-left lines are drawn backwards. */
function shownIn(content: string, fonts: Map<string, Map<string, string>>): string {
  let font = new Map<string, string>();
  let text = '';
  let depthOfActual = 0;
  let depth = 0;
  const tokens =
    /\/ActualText \(((?:\\[\s\S]|[^\\)])*)\)[^)]*?BDC|\/(F\d+) [\d.]+ Tf|(\[<[^\]]*\]) TJ|(\bET\b)|(\bEMC\b)|(\bB[DM]C\b)/g;
  for (const [, actual, name, shown, , end, begin] of content.matchAll(tokens)) {
    if (begin) depth++;
    if (actual !== undefined) {
      depthOfActual = ++depth;
      text += unescaped(actual);
    }
    if (name) font = fonts.get(name) ?? new Map();
    if (shown && depthOfActual === 0) {
      for (const [, hex = ''] of shown.matchAll(/<([0-9a-f]*)>/gi)) {
        for (const glyph of hex.match(/.{4}/g) ?? []) text += font.get(glyph.toLowerCase()) ?? '';
      }
    }
    if (!end) continue;
    if (depth === depthOfActual) depthOfActual = 0;
    depth--;
    text += '\n';
  }
  return text;
}

/** A text object of the file: escaped, and two bytes for each unit where it begins with a mark that says so. */
function unescaped(given: string): string {
  const bytes = Buffer.from(
    given.replace(/\\(\d{3}|[\s\S])/g, (_, one: string) => {
      if (/^\d{3}$/.test(one)) return String.fromCharCode(Number.parseInt(one, 8));
      return ({ n: '\n', r: '\r', t: '\t', b: '\b', f: '\f' } as Record<string, string>)[one] ?? one;
    }),
    'latin1',
  );
  const isWide = bytes[0] === 0xfe && bytes[1] === 0xff;
  return isWide ? Buffer.from(bytes.subarray(2)).swap16().toString('utf16le') : bytes.toString('latin1');
}
