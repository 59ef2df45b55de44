import { createHash, randomBytes } from 'node:crypto';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { sql } from 'kysely';
import pg from 'pg';
import { openDatabase } from '../../src/platform/database/database.ts';
import { migrate } from '../../src/platform/database/migrate.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const MIGRATE = join(ROOT, 'src/platform/database/migrate.ts');
const SQLITE_TEMPLATES = join(ROOT, 'node_modules/.cache/test-databases');
const TEMPLATE_LOCK = 715_002;

export type Engine = 'sqlite' | 'postgres';

/** The engines that stores and money verbs are tried on: PostgreSQL too, where one could be started. */
export const ENGINES: Engine[] = process.env.TEST_POSTGRES_URL ? ['sqlite', 'postgres'] : ['sqlite'];

/** A database of its own with today's schema already; `drop` removes it. */
export async function freshDatabase(engine: Engine): Promise<{ url: string; drop(): Promise<void> }> {
  if (engine === 'sqlite') {
    const template = await migratedFile();
    const database = await emptyDatabase('sqlite');
    copyFileSync(template, sqlitePath(database.url));
    return database;
  }
  const name = `t${randomBytes(8).toString('hex')}`;
  await onServer(async (client) => {
    await client.query(`create database ${name} template ${await migratedTemplate(client)}`);
  });
  const drop = () => onServer((client) => client.query(`drop database if exists ${name} with (force)`));
  return { url: urlOf(name), drop };
}

/** A database without any schema. */
export async function emptyDatabase(engine: Engine): Promise<{ url: string; drop(): Promise<void> }> {
  if (engine === 'sqlite') {
    const folder = mkdtempSync(join(process.env.TEST_FOLDER ?? tmpdir(), 'portal-test-'));
    return {
      url: `sqlite:${join(folder, 'portal.db')}`,
      drop: async () => rmSync(folder, { recursive: true, force: true }),
    };
  }
  const name = `t${randomBytes(8).toString('hex')}`;
  await onServer((client) => client.query(`create database ${name}`));
  return {
    url: urlOf(name),
    drop: () => onServer((client) => client.query(`drop database if exists ${name} with (force)`)),
  };
}

/** Migrated once for each version of the migrations; two that make it at once make the same. */
async function migratedFile(): Promise<string> {
  const file = join(SQLITE_TEMPLATES, `${hashOfMigrations('sqlite')}.db`);
  if (existsSync(file)) return file;
  const database = await emptyDatabase('sqlite');
  const db = await openDatabase(database.url);
  await migrate(db);
  mkdirSync(SQLITE_TEMPLATES, { recursive: true });
  const copy = `${file}.${randomBytes(8).toString('hex')}`;
  await sql`vacuum into ${copy}`.execute(db.q);
  await db.close();
  renameSync(copy, file);
  await database.drop();
  return file;
}

/** Migrated once for all test files, by the first that needs it: a copy takes a tenth of the time. */
async function migratedTemplate(client: pg.Client): Promise<string> {
  const name = `migrated_${hashOfMigrations('postgres')}`;
  await client.query('select pg_advisory_lock($1)', [TEMPLATE_LOCK]);
  const known = await client.query('select 1 from pg_database where datname = $1', [name]);
  if (known.rowCount === 0) {
    const unready = `unready_${randomBytes(8).toString('hex')}`;
    await client.query(`create database ${unready}`);
    const db = await openDatabase(urlOf(unready));
    await migrate(db);
    await db.close();
    await client.query(`alter database ${unready} rename to ${name}`);
  }
  await client.query('select pg_advisory_unlock($1)', [TEMPLATE_LOCK]);
  return name;
}

/** Another name for other migrations, or for another way to apply them. */
function hashOfMigrations(engine: Engine): string {
  const folder = join(ROOT, 'db/migrations', engine);
  const hash = createHash('sha1').update(readFileSync(MIGRATE));
  for (const file of readdirSync(folder).sort()) hash.update(file).update(readFileSync(join(folder, file)));
  return hash.digest('hex').slice(0, 16);
}

const sqlitePath = (url: string) => url.slice('sqlite:'.length);

function urlOf(database: string): string {
  const url = new URL(process.env.TEST_POSTGRES_URL as string);
  url.pathname = `/${database}`;
  return url.href;
}

async function onServer(deed: (client: pg.Client) => Promise<unknown>): Promise<void> {
  const client = new pg.Client({ connectionString: process.env.TEST_POSTGRES_URL });
  await client.connect();
  try {
    await deed(client);
  } finally {
    await client.end();
  }
}
