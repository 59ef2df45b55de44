import { Zip, ZipDeflate } from 'fflate';

/** A ZIP archive that is written piece by piece: each call gives the bytes that came of it. */
export interface ZipStream {
  /** Ends the file before, and begins the next. */
  begin(name: string): Uint8Array;
  write(bytes: Uint8Array): Uint8Array;
  end(): Uint8Array;
}

/** The same files give the same bytes at any time and place: the archive tells one day for all of them. */
const NO_DAY = new Date(1980, 0, 1);

export function createZip(): ZipStream {
  let pieces: Uint8Array[] = [];
  const zip = new Zip((error, bytes) => {
    if (error) throw error;
    pieces.push(bytes);
  });
  let open: ZipDeflate | undefined;
  const finishFile = () => open?.push(new Uint8Array(0), true);
  const taken = () => {
    const bytes = Buffer.concat(pieces);
    pieces = [];
    return bytes;
  };
  return {
    begin(name) {
      finishFile();
      open = new ZipDeflate(name, { level: 6 });
      open.mtime = NO_DAY;
      zip.add(open);
      return taken();
    },
    write(bytes) {
      open?.push(bytes);
      return taken();
    },
    end() {
      finishFile();
      zip.end();
      return taken();
    },
  };
}
