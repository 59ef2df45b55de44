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

function shownIn(content: string, fonts: Map<string, Map<string, string>>): string {
  let font = new Map<string, string>();
  let text = '';
  for (const [, name, shown, end] of content.matchAll(/\/(F\d+) [\d.]+ Tf|(\[<[^\]]*\]) TJ|(\bET\b|EMC)/g)) {
    if (name) font = fonts.get(name) ?? new Map();
    if (shown) {
      for (const [, hex = ''] of shown.matchAll(/<([0-9a-f]*)>/gi)) {
        for (const glyph of hex.match(/.{4}/g) ?? []) text += font.get(glyph.toLowerCase()) ?? '';
      }
    }
    if (end === 'EMC') text += '\n';
  }
  return text;
}
