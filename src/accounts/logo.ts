/** A picture of an account, as it is kept. */
export interface Logo {
  contentType: keyof typeof LOGO_ENDINGS;
  bytes: Buffer;
}

/** What pictures may be, and how their file names end. SVG is none of them: it can carry scripts. */
export const LOGO_ENDINGS = { 'image/png': 'png', 'image/jpeg': 'jpg', 'image/webp': 'webp' } as const;
export const LARGEST_LOGO_BYTES = 200 * 1024;
export const LONGEST_LOGO_SIDE = 2000;

/** The picture in an uploaded file, by its first bytes and not by its name; else why it cannot be taken. */
export function readLogo(bytes: Buffer): Logo | { problem: string } {
  const contentType = kindOf(bytes);
  if (!contentType) return { problem: 'Choose a PNG, JPEG or WebP picture. SVG is not taken: it can carry scripts.' };
  if (bytes.length > LARGEST_LOGO_BYTES) return { problem: TOO_LARGE };
  const size = SIZE_READERS[contentType](bytes);
  if (!size || size.width < 1 || size.height < 1) return { problem: 'This picture cannot be read. Save it anew.' };
  if (Math.max(size.width, size.height) > LONGEST_LOGO_SIDE) {
    return {
      problem: `This picture is ${size.width} × ${size.height} pixels. Use at most ${LONGEST_LOGO_SIDE} a side.`,
    };
  }
  return { contentType, bytes };
}

export const TOO_LARGE = 'This picture is larger than 200 KB. Make it smaller, such as 400 pixels wide.';

function kindOf(bytes: Buffer): Logo['contentType'] | undefined {
  const text = (from: number, to: number) => bytes.toString('latin1', from, to);
  if (text(0, 8) === '\x89PNG\r\n\x1a\n' && text(12, 16) === 'IHDR') return 'image/png';
  if (text(0, 3) === '\xff\xd8\xff') return 'image/jpeg';
  if (text(0, 4) === 'RIFF' && text(8, 12) === 'WEBP') return 'image/webp';
  return undefined;
}

interface Size {
  width: number;
  height: number;
}

/** Undefined for a file that ends before it says its size. */
const SIZE_READERS: Record<Logo['contentType'], (bytes: Buffer) => Size | undefined> = {
  'image/png': (bytes) =>
    bytes.length < 24 ? undefined : { width: bytes.readUInt32BE(16), height: bytes.readUInt32BE(20) },
  'image/jpeg': jpegSize,
  'image/webp': webpSize,
};

/** The size stands in the first "start of frame"; every segment before it says how long it is (ITU T.81, B.2). */
function jpegSize(bytes: Buffer): Size | undefined {
  for (let at = 2; at + 9 <= bytes.length && bytes[at] === 0xff; at += 2 + bytes.readUInt16BE(at + 2)) {
    const marker = bytes[at + 1] ?? 0;
    const startOfFrame = marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
    if (startOfFrame) return { width: bytes.readUInt16BE(at + 7), height: bytes.readUInt16BE(at + 5) };
  }
  return undefined;
}

/** Three ways to say it: lossy, lossless, extended (RFC 9649, 2.5 to 2.7). */
function webpSize(bytes: Buffer): Size | undefined {
  if (bytes.length < 30) return undefined;
  const kind = bytes.toString('latin1', 12, 16);
  if (kind === 'VP8 ') return { width: bytes.readUInt16LE(26) & 0x3fff, height: bytes.readUInt16LE(28) & 0x3fff };
  if (kind === 'VP8X') return { width: bytes.readUIntLE(24, 3) + 1, height: bytes.readUIntLE(27, 3) + 1 };
  if (kind !== 'VP8L') return undefined;
  const bits = bytes.readUInt32LE(21);
  return { width: (bits & 0x3fff) + 1, height: ((bits >>> 14) & 0x3fff) + 1 };
}
