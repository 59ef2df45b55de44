import { inflateSync } from 'node:zlib';

const HEADER = 44;
const ENTRY = 20;

/**
 * The plain font inside a WOFF 1.0 file (w3.org/TR/WOFF). The PDF writer reads WOFF too, but inflates it in
 * JavaScript and anew for every paper, which takes longer than all the rest.
 * Errors: a file that is not WOFF 1.0.
 */
export function unwrapWoff(woff: Buffer): Buffer {
  if (woff.toString('latin1', 0, 4) !== 'wOFF') throw new Error('not a WOFF 1.0 font');
  const count = woff.readUInt16BE(12);
  const tables = Array.from({ length: count }, (_, i) => readTable(woff, HEADER + i * ENTRY));

  const directory = Buffer.alloc(12 + count * 16);
  woff.copy(directory, 0, 4, 8);
  const power = Math.floor(Math.log2(count));
  directory.writeUInt16BE(count, 4);
  directory.writeUInt16BE(2 ** power * 16, 6);
  directory.writeUInt16BE(power, 8);
  directory.writeUInt16BE(count * 16 - 2 ** power * 16, 10);

  let offset = directory.length;
  tables.forEach(({ tag, checksum, content }, i) => {
    const at = 12 + i * 16;
    directory.write(tag, at, 'latin1');
    directory.writeUInt32BE(checksum, at + 4);
    directory.writeUInt32BE(offset, at + 8);
    directory.writeUInt32BE(content.length, at + 12);
    offset += content.length + padding(content);
  });
  return Buffer.concat([directory, ...tables.flatMap(({ content }) => [content, Buffer.alloc(padding(content))])]);
}

function readTable(woff: Buffer, entry: number) {
  const offset = woff.readUInt32BE(entry + 4);
  const packedLength = woff.readUInt32BE(entry + 8);
  const length = woff.readUInt32BE(entry + 12);
  const packed = woff.subarray(offset, offset + packedLength);
  return {
    tag: woff.toString('latin1', entry, entry + 4),
    checksum: woff.readUInt32BE(entry + 16),
    // A table that does not get smaller is kept as it is.
    content: packedLength === length ? packed : inflateSync(packed),
  };
}

/** Tables begin at multiples of four bytes. */
function padding(content: Buffer): number {
  return -content.length & 3;
}
