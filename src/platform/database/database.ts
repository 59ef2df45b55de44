import { AsyncLocalStorage } from 'node:async_hooks';
import type { CompiledQuery, Kysely, Transaction } from 'kysely';
import type { Tables } from './tables.ts';

export type Dialect = 'sqlite' | 'postgres';

/** The one way to the database. */
export interface Db {
  readonly dialect: Dialect;
  /** The transaction one stands in, else the writing handle: for single statements outside a transaction. */
  readonly q: Kysely<Tables>;
  /** The transaction one stands in, else a handle that can only read, so that readers never wait for a writer. */
  readonly read: Kysely<Tables>;
  /** What a read gives that was compiled before (see prepared.ts), by the same handle as `read`. */
  rows<Row>(query: CompiledQuery<Row>): Row[] | Promise<Row[]>;
  /**
   * Runs the deed in one transaction; inside another it joins that one. It may run again after a deadlock,
   * so nothing but the database may be touched in it.
   */
  tx<T>(deed: () => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

const ambient = new AsyncLocalStorage<{ owner: object; trx: Transaction<Tables> }>();

/** True while the caller stands in a transaction: gateways and mail refuse to work then. */
export function insideTransaction(): boolean {
  return ambient.getStore() !== undefined;
}

/** Throws when called inside a transaction: a network call there would hold every payer up. */
export function refuseInsideTransaction(what: string): void {
  if (insideTransaction()) throw new Error(`${what} must not happen inside a database transaction`);
}

/**
 * Opens `sqlite:path` or `postgres://…`.
 * Errors: an address of another kind, or a database that cannot be opened.
 */
export async function openDatabase(url: string): Promise<Db> {
  const dialect: Dialect = url.startsWith('postgres') ? 'postgres' : 'sqlite';
  // Each engine's driver is loaded only where it is used.
  const handles =
    dialect === 'postgres'
      ? (await import('./postgres.ts')).openPostgres(url)
      : (await import('./sqlite.ts')).openSqlite(sqlitePath(url));
  const owner = {};
  const current = () => {
    const store = ambient.getStore();
    return store && store.owner === owner ? store.trx : undefined;
  };

  return {
    dialect,
    get q() {
      return current() ?? handles.write;
    },
    get read() {
      return current() ?? handles.read;
    },
    rows(query) {
      const trx = current();
      return trx ? trx.executeQuery(query).then(({ rows }) => rows) : handles.rows(query);
    },
    async tx(deed) {
      if (current()) return deed();
      return handles.retrying(() => handles.write.transaction().execute((trx) => ambient.run({ owner, trx }, deed)));
    },
    async close() {
      // The writer last: SQLite folds its log into the file when the last connection that may write closes.
      if (handles.read !== handles.write) await handles.read.destroy();
      await handles.write.destroy();
    },
  };
}

function sqlitePath(url: string): string {
  if (!url.startsWith('sqlite:')) throw new Error('DATABASE_URL must start with sqlite: or postgres://');
  return url.slice('sqlite:'.length);
}
