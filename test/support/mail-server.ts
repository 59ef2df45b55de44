/** A real SMTP server that keeps the letters it is sent, and refuses them when told to. */
import type { AddressInfo, Socket } from 'node:net';
import { SMTPServer } from 'smtp-server';

export interface Attachment {
  name: string;
  type: string;
  content: Buffer;
}

export interface Letter {
  /** Sender and recipients of the SMTP envelope; the header fields are in `headers`. */
  from: string;
  to: string[];
  subject: string;
  messageId: string;
  /** Bodies with line feeds as line ends; empty when there is none. */
  text: string;
  html: string;
  attachments: Attachment[];
  /** Decoded header fields by lower-case name. */
  headers: Record<string, string>;
  /** As it came over the wire. */
  raw: string;
}

/**
 * - `temporary`, `permanent`: answers the recipients with 451 or 550.
 * - `drop_before_data`: hangs up after the envelope, so the letter is not taken.
 * - `drop_after_data`: takes (and lists) the letter, then hangs up instead of saying so.
 * - `off`: hangs up before the greeting, like a server that is down.
 */
export type Refusal = 'temporary' | 'permanent' | 'drop_before_data' | 'drop_after_data' | 'off';

export interface MailServer {
  url: string;
  letters: Letter[];
  /** The first letter, already here or still to come, that the predicate accepts. */
  waitFor(predicate: (letter: Letter) => boolean, timeoutMs?: number): Promise<Letter>;
  /** Refuses the next `times` attempts (all of them by default); several calls queue up. */
  refuse(kind: Refusal, times?: number): void;
  /** Forgets all pending refusals. */
  accept(): void;
  stop(): Promise<void>;
}

/** Starts it on 127.0.0.1, on a free port unless one is given. */
export async function startMailServer(options: { port?: number } = {}): Promise<MailServer> {
  const letters: Letter[] = [];
  const waiting = new Set<(letter: Letter) => void>();
  const sockets = new Map<number, Socket>();
  const refusals: { kind: Refusal; times: number }[] = [];
  /** By session: the refusal that applies to the letter being sent. */
  const current = new Map<string, Refusal | undefined>();

  const nextRefusal = (): Refusal | undefined => {
    const refusal = refusals[0];
    if (refusal && --refusal.times <= 0) refusals.shift();
    return refusal?.kind;
  };
  const keep = (letter: Letter) => {
    letters.push(letter);
    for (const tell of waiting) tell(letter);
  };

  const server = new SMTPServer({
    // There is no certificate a client could trust, and offering TLS makes clients use it.
    disabledCommands: ['STARTTLS'],
    authOptional: true,
    allowInsecureAuth: true,
    disableReverseLookup: true,
    logger: false,
    onAuth: (auth, _session, done) => done(null, { user: auth.username ?? 'anybody' }),
    onConnect(session, done) {
      if (refusals[0]?.kind !== 'off') return done();
      nextRefusal();
      sockets.get(session.remotePort)?.destroy();
    },
    onMailFrom(_address, session, done) {
      const refusal = nextRefusal();
      current.set(session.id, refusal);
      // A client that keeps its connection open meets the server that is down here.
      if (refusal === 'off') sockets.get(session.remotePort)?.destroy();
      else done();
    },
    onRcptTo(_address, session, done) {
      const refusal = current.get(session.id);
      if (refusal === 'temporary') done(refusalError(451, 'Try again later'));
      else if (refusal === 'permanent') done(refusalError(550, 'No such mailbox'));
      else if (refusal === 'drop_before_data') sockets.get(session.remotePort)?.destroy();
      else done();
    },
    onData(stream, session, done) {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        const { mailFrom, rcptTo } = session.envelope;
        const to = rcptTo.map(({ address }) => address);
        keep(readLetter(Buffer.concat(chunks), mailFrom ? mailFrom.address : '', to));
        if (current.get(session.id) === 'drop_after_data') sockets.get(session.remotePort)?.destroy();
        else done();
      });
    },
  });

  server.server.on('connection', (socket: Socket) => {
    const port = socket.remotePort ?? 0;
    sockets.set(port, socket);
    socket.on('close', () => sockets.delete(port));
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port ?? 0, '127.0.0.1', resolve);
  });
  server.on('error', () => {}); // clients may go away as they like

  return {
    url: `smtp://127.0.0.1:${(server.server.address() as AddressInfo).port}`,
    letters,
    waitFor: (predicate, timeoutMs = 5000) =>
      new Promise((resolve, reject) => {
        const here = letters.find(predicate);
        if (here) return resolve(here);
        const look = (letter: Letter) => {
          if (!predicate(letter)) return;
          clearTimeout(timer);
          waiting.delete(look);
          resolve(letter);
        };
        const timer = setTimeout(() => {
          waiting.delete(look);
          const came = letters.map(({ to, subject }) => `"${subject}" to ${to.join(', ')}`).join('; ') || 'none at all';
          reject(new Error(`No such letter within ${timeoutMs} ms. Letters that came: ${came}`));
        }, timeoutMs);
        waiting.add(look);
      }),
    refuse: (kind, times = Number.POSITIVE_INFINITY) => void refusals.push({ kind, times }),
    accept: () => void refusals.splice(0),
    stop: () =>
      new Promise((resolve) => {
        server.close(resolve);
        for (const socket of sockets.values()) socket.destroy();
      }),
  };
}

function refusalError(responseCode: number, message: string): Error {
  return Object.assign(new Error(message), { responseCode });
}

// ---- Reading MIME. Text is handled as latin1 strings, one character per byte, until its charset is known.

interface Part {
  headers: Record<string, string>;
  body: string;
}

function readLetter(message: Buffer, from: string, to: string[]): Letter {
  // The last line end belongs to the SMTP dialogue, not to the text.
  const whole = readPart(message.toString('latin1').replace(/\r\n$/, ''));
  const letter: Letter = {
    from,
    to,
    subject: whole.headers.subject ?? '',
    messageId: whole.headers['message-id'] ?? '',
    text: '',
    html: '',
    attachments: [],
    headers: whole.headers,
    raw: message.toString('utf8'),
  };
  collect(whole, letter);
  return letter;
}

/** Splits a message or a part of one into header fields, unfolded and decoded, and body. */
function readPart(source: string): Part {
  const end = source.startsWith('\r\n') ? 0 : source.indexOf('\r\n\r\n');
  const head = end === -1 ? source : source.slice(0, end);
  const headers: Record<string, string> = {};
  for (const line of head.replace(/\r\n(?=[ \t])/g, '').split('\r\n')) {
    const colon = line.indexOf(':');
    if (colon < 1) continue;
    const name = line.slice(0, colon).toLowerCase();
    const value = decodeWords(Buffer.from(line.slice(colon + 1).trim(), 'latin1').toString('utf8'));
    headers[name] = name in headers ? `${headers[name]}, ${value}` : value;
  }
  return { headers, body: end === -1 ? '' : source.slice(end === 0 ? 2 : end + 4) };
}

/** Puts the part, or the parts of a multipart, where they belong in the letter. */
function collect(part: Part, letter: Letter): void {
  const { value: type, parameters } = readField(part.headers['content-type'] ?? 'text/plain');
  if (type.startsWith('multipart/')) {
    const boundary = (parameters.boundary ?? '').replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
    const pieces = `\r\n${part.body}`.split(new RegExp(`\r\n--${boundary}(?=--|[ \t]*\r\n)`)).slice(1);
    for (const piece of pieces) {
      if (piece.startsWith('--')) return;
      collect(readPart(piece.slice(piece.indexOf('\r\n') + 2)), letter);
    }
    return;
  }
  const content = decodeBody(part);
  const disposition = readField(part.headers['content-disposition'] ?? '');
  const name = disposition.parameters.filename ?? parameters.name;
  if (name === undefined && disposition.value !== 'attachment' && (type === 'text/plain' || type === 'text/html')) {
    const text = decodeCharset(content, parameters.charset).replaceAll('\r\n', '\n');
    letter[type === 'text/html' ? 'html' : 'text'] += text;
  } else {
    letter.attachments.push({ name: name ?? '', type, content });
  }
}

/** Reads `value; name="parameter"`, with the long and non-ASCII parameters of RFC 2231. */
function readField(field: string): { value: string; parameters: Record<string, string> } {
  const parameters: Record<string, string> = {};
  for (const [, name = '', , star, quoted, plain] of field.matchAll(
    /;\s*([^\s=*;]+)(\*\d+)?(\*)?\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^;]*))/g,
  )) {
    const value = quoted === undefined ? (plain ?? '').trim() : quoted.replace(/\\(.)/g, '$1');
    const key = name.toLowerCase();
    // Percent-encoded until all pieces are together: a character may be split between two of them.
    parameters[key] =
      (parameters[key] ?? '') + (star ? value.replace(/^[\w-]*'[^']*'/, '') : encodeURIComponent(value));
  }
  for (const [key, value] of Object.entries(parameters)) parameters[key] = decodeURIComponent(value);
  return { value: (field.split(';')[0] ?? '').trim().toLowerCase(), parameters };
}

function decodeBody({ headers, body }: Part): Buffer {
  const encoding = headers['content-transfer-encoding']?.toLowerCase();
  if (encoding === 'base64') return Buffer.from(body, 'base64');
  if (encoding === 'quoted-printable') return unquote(body.replace(/[ \t]+(?=\r\n|$)/g, '').replace(/=\r\n/g, ''));
  return Buffer.from(body, 'latin1');
}

/** Encoded words of RFC 2047, `=?utf-8?Q?...?=`; the blanks between two of them do not count. */
function decodeWords(text: string): string {
  return text
    .replace(/(=\?[^?]+\?[bq]\?[^?]*\?=)\s+(?==\?[^?]+\?[bq]\?)/gi, '$1')
    .replace(/=\?([^?*]+)(?:\*[^?]*)?\?([bq])\?([^?]*)\?=/gi, (_, charset: string, encoding: string, word: string) =>
      decodeCharset(/b/i.test(encoding) ? Buffer.from(word, 'base64') : unquote(word.replaceAll('_', ' ')), charset),
    );
}

function unquote(text: string): Buffer {
  const bytes = text.replace(/=([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return Buffer.from(bytes, 'latin1');
}

function decodeCharset(bytes: Buffer, charset = 'utf-8'): string {
  return new TextDecoder(charset).decode(bytes);
}
