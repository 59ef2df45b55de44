import { createHash } from 'node:crypto';
import type { Request, RequestHandler } from 'express';
import session from 'express-session';
import { type Clock, laterIso, MINUTE_MS, nowIso } from '../clock.ts';
import type { Db } from '../database/database.ts';

declare module 'express-session' {
  interface SessionData {
    personId: string;
    csrf: string;
    signedInAt: string;
    /** The person's session epoch at sign-in: when theirs has moved on, this session is over. */
    epoch: number;
    flash: { tone: 'ok' | 'warn' | 'bad'; text: string };
    /** Words of a letter that are looked at before they are saved. */
    letterDraft: { subject: string; body: string };
  }
}

/** Signed out after so long without a click, and after so long in any case (OWASP ASVS 7.3). */
export const IDLE_MS = 120 * MINUTE_MS;
export const ABSOLUTE_MS = 12 * 60 * MINUTE_MS;
const TOUCH_EVERY_MS = 5 * MINUTE_MS;

/** Cookie sessions whose rows stand in the database, found by the hash of their id. */
export function sessions({
  db,
  clock,
  keys,
  https,
}: {
  db: Db;
  clock: Clock;
  keys: string[];
  https: boolean;
}): RequestHandler {
  return session({
    store: new DatabaseStore(db, clock),
    secret: keys,
    name: https ? '__Host-portal' : 'portal',
    resave: false,
    saveUninitialized: false,
    cookie: { httpOnly: true, sameSite: 'lax', secure: https, path: '/' },
    proxy: https,
  });
}

class DatabaseStore extends session.Store {
  readonly #db: Db;
  readonly #clock: Clock;
  constructor(db: Db, clock: Clock) {
    super();
    this.#db = db;
    this.#clock = clock;
  }

  override get(sid: string, done: (error: unknown, data?: session.SessionData | null) => void): void {
    this.#db.read
      .selectFrom('session')
      .select('content')
      .where('id', '=', hashOf(sid))
      .where('expires_at', '>', nowIso(this.#clock))
      .executeTakeFirst()
      .then((row) => done(null, row ? JSON.parse(row.content) : null), done);
  }

  override set(sid: string, data: session.SessionData, done?: (error?: unknown) => void): void {
    const row = {
      person_id: data.personId ?? null,
      content: JSON.stringify(data),
      expires_at: laterIso(this.#clock, IDLE_MS),
    };
    this.#db.q
      .insertInto('session')
      .values({ id: hashOf(sid), ...row })
      .onConflict((clash) => clash.column('id').doUpdateSet(row))
      .execute()
      .then(() => done?.(), done);
  }

  override destroy(sid: string, done?: (error?: unknown) => void): void {
    this.#db.q
      .deleteFrom('session')
      .where('id', '=', hashOf(sid))
      .execute()
      .then(() => done?.(), done);
  }

  /** Moves the end of the session; only now and then, so that reading pages hardly writes. */
  override touch(sid: string, _data: session.SessionData, done?: () => void): void {
    this.#db.q
      .updateTable('session')
      .set({ expires_at: laterIso(this.#clock, IDLE_MS) })
      .where('id', '=', hashOf(sid))
      .where('expires_at', '<', laterIso(this.#clock, IDLE_MS - TOUCH_EVERY_MS))
      .execute()
      .then(
        () => done?.(),
        () => done?.(),
      );
  }
}

/** A stolen copy of the database must not hold usable cookies. */
function hashOf(sid: string): string {
  return createHash('sha256').update(sid).digest('base64url');
}

/** What the last deed came to, to be shown once. */
export function takeFlash(req: Request): session.SessionData['flash'] | undefined {
  const flash = req.session?.flash;
  if (flash) delete req.session.flash;
  return flash;
}
