import { type CompiledQuery, Kysely, PostgresDialect } from 'kysely';
import pg from 'pg';
import { Refusal } from '../refusal.ts';
import type { Tables } from './tables.ts';

const DEADLOCK = '40P01';
const SERIALIZATION = '40001';
const TRIES = 4;

/** Whole minor units beyond what a double holds exactly are refused, never rounded. */
pg.types.setTypeParser(pg.types.builtins.INT8, (text) => {
  const value = Number(text);
  if (!Number.isSafeInteger(value)) throw new Error(`integer out of range: ${text}`);
  return value;
});
pg.types.setTypeParser(pg.types.builtins.NUMERIC, (text) => {
  const value = Number(text);
  if (!Number.isSafeInteger(value)) throw new Error(`not a whole number in range: ${text}`);
  return value;
});

/** Opens a pool; reading and writing share it. */
export function openPostgres(url: string) {
  const pool = new pg.Pool({ connectionString: url, max: 20, connectionTimeoutMillis: 5000 });
  // An idle connection that breaks is replaced by the pool; without a listener it would end the process.
  pool.on('error', () => undefined);
  const kysely = new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) });
  const rows = async <Row>(query: CompiledQuery<Row>) => (await kysely.executeQuery(query)).rows;
  return { write: kysely, read: kysely, rows, retrying };
}

async function retrying<T>(deed: () => Promise<T>): Promise<T> {
  for (let tried = 1; ; tried++) {
    try {
      return await deed();
    } catch (error) {
      const code = (error as { code?: string }).code;
      if (code !== DEADLOCK && code !== SERIALIZATION) throw error;
      if (tried === TRIES) {
        throw new Refusal('database-busy', 503, 'The books are busy just now. Please try again in a few seconds.', {
          retryAfterSeconds: 3,
          cause: error,
        });
      }
    }
  }
}
