import { chmodSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import Sqlite from 'better-sqlite3';
import { CompiledQuery, type DatabaseConnection, Kysely, SqliteDialect, SqliteDriver } from 'kysely';
import { Refusal } from '../refusal.ts';
import type { Tables } from './tables.ts';

const BUSY_TIMEOUT_MS = 100;
const BUSY_PATIENCE_MS = 2000;
const CACHED_STATEMENTS = 500;

/** Before this version two connections in WAL mode could corrupt the file (sqlite.org, release 3.51.3). */
const OLDEST_SAFE_SQLITE = [3, 51, 3];

/** Opens one handle that writes and one that can only read, on the same file. */
export function openSqlite(path: string) {
  mkdirSync(dirname(path), { recursive: true });
  const writer = openFile(path, false);
  // Names, addresses and sealed keys stand in it. Its log files take over its mode.
  if (path !== ':memory:') chmodSync(path, 0o600);
  const reader = openFile(path, true);
  const read = kyselyOver(reader);
  return {
    write: kyselyOver(writer),
    read,
    rows: readAtOnce(reader, read),
    retrying: <T>(deed: () => Promise<T>) => deed(),
  };
}

/** SQLite answers within the call: without Kysely's promises a small read takes half the time. */
function readAtOnce(reader: Sqlite.Database, read: Kysely<Tables>) {
  const prepare = cachedPrepare(reader);
  return <Row>(query: CompiledQuery<Row>): Row[] | Promise<Row[]> => {
    try {
      return prepare(query.sql).all(...query.parameters) as Row[];
    } catch (error) {
      // The other way knows how to wait.
      if (!isBusy(error)) throw error;
      return read.executeQuery(query).then(({ rows }) => rows);
    }
  };
}

function openFile(path: string, readonly: boolean): Sqlite.Database {
  const file = new Sqlite(path, { readonly, timeout: BUSY_TIMEOUT_MS });
  refuseOldSqlite(file);
  if (!readonly) file.pragma('journal_mode = WAL');
  // better-sqlite3 is built with NORMAL under WAL, which may lose an acknowledged commit when the power fails.
  file.pragma('synchronous = FULL');
  file.pragma('foreign_keys = ON');
  return file;
}

function refuseOldSqlite(file: Sqlite.Database): void {
  const version = file.prepare('select sqlite_version() as v').pluck().get() as string;
  const parts = version.split('.').map(Number);
  const older = OLDEST_SAFE_SQLITE.findIndex((wanted, i) => (parts[i] ?? 0) !== wanted);
  if (older >= 0 && (parts[older] ?? 0) < (OLDEST_SAFE_SQLITE[older] ?? 0)) {
    throw new Error(`SQLite ${version} can damage its file under load; 3.51.3 or later is needed.`);
  }
}

function kyselyOver(file: Sqlite.Database): Kysely<Tables> {
  const database = { close: () => file.close(), prepare: cachedPrepare(file) };
  class Dialect extends SqliteDialect {
    override createDriver() {
      return new ImmediateDriver(file, { database });
    }
  }
  return new Kysely<Tables>({ dialect: new Dialect({ database }) });
}

/** Statements are parsed once: the same text comes back for every request. */
function cachedPrepare(file: Sqlite.Database) {
  const known = new Map<string, Sqlite.Statement>();
  return (sql: string) => {
    let statement = known.get(sql);
    if (!statement) {
      statement = file.prepare(sql);
      if (known.size >= CACHED_STATEMENTS) known.delete(known.keys().next().value as string);
      known.set(sql, statement);
    }
    return statement as Sqlite.Statement<unknown[]>;
  };
}

/**
 * Takes the write lock at the start of a transaction: a deferred one that reads first and writes later
 * fails at once with SQLITE_BUSY_SNAPSHOT when another process wrote in between.
 */
class ImmediateDriver extends SqliteDriver {
  readonly #file: Sqlite.Database;

  constructor(file: Sqlite.Database, config: ConstructorParameters<typeof SqliteDriver>[0]) {
    super(config);
    this.#file = file;
  }

  override async acquireConnection(): Promise<DatabaseConnection> {
    const connection = await super.acquireConnection();
    return {
      executeQuery: <R>(query: CompiledQuery) => patiently(this.#file, () => connection.executeQuery<R>(query)),
      streamQuery: () => {
        throw new Error('Page by key instead of streaming: a stream would hold the only connection.');
      },
    };
  }

  override async beginTransaction(connection: DatabaseConnection): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw('begin immediate'));
  }
}

/** Waits without blocking the event loop while another process writes; after 2 s says so with a 503. */
async function patiently<T>(file: Sqlite.Database, run: () => Promise<T>): Promise<T> {
  const giveUpAtMs = Date.now() + BUSY_PATIENCE_MS;
  for (;;) {
    const insideAlready = file.inTransaction;
    try {
      return await run();
    } catch (error) {
      if (!isBusy(error) || insideAlready) throw error;
      if (Date.now() >= giveUpAtMs) throw databaseBusy(error);
      await new Promise((resume) => setTimeout(resume, 20));
    }
  }
}

function isBusy(error: unknown): boolean {
  return (error as { code?: string }).code?.startsWith('SQLITE_BUSY') ?? false;
}

function databaseBusy(cause: unknown): Refusal {
  return new Refusal('database-busy', 503, 'The books are busy just now. Please try again in a few seconds.', {
    retryAfterSeconds: 3,
    cause,
  });
}
