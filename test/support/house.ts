import { createHash, randomBytes } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import type { Server } from 'node:http';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { createApp } from '../../src/app.ts';
import type { Config } from '../../src/platform/config.ts';
import { openDatabase } from '../../src/platform/database/database.ts';
import { migrate } from '../../src/platform/database/migrate.ts';
import { createLogger } from '../../src/platform/logger.ts';
import { type House, openHouse } from '../../src/wire.ts';
import { TestClock } from './test-clock.ts';

const MIGRATIONS = fileURLToPath(new URL('../../db/migrations/postgres/', import.meta.url));
const TEMPLATE_LOCK = 715_002;

export type Engine = 'sqlite' | 'postgres';

/** The engines that stores and money verbs are tried on: PostgreSQL too, where one could be started. */
export const ENGINES: Engine[] = process.env.TEST_POSTGRES_URL ? ['sqlite', 'postgres'] : ['sqlite'];

export interface TestHouse {
  house: House;
  clock: TestClock;
  /** Where it listens: http://127.0.0.1:port. */
  url: string;
  stop(): Promise<void>;
}

/** The whole portal on a database of its own, listening on a free port; no background jobs run. */
export async function startHouse(options: { engine?: Engine; config?: Partial<Config> } = {}): Promise<TestHouse> {
  const database = await freshDatabase(options.engine ?? 'sqlite');
  const port = await freePort();
  const clock = new TestClock();
  const url = `http://127.0.0.1:${port}`;
  const config: Config = {
    production: false,
    port,
    host: '127.0.0.1',
    baseUrl: url,
    databaseUrl: database.url,
    smtpUrl: undefined,
    mailFrom: 'Portal <portal@portal.test>',
    linkKeys: [{ kid: 'k1', secret: Buffer.from(randomBytes(24).toString('base64url')) }],
    sessionKeys: [randomBytes(32).toString('hex')],
    encryptionKey: randomBytes(32),
    trustProxy: false,
    sandboxPort: 0,
    sandboxApiUrl: 'http://127.0.0.1:9',
    sandboxPublicUrl: 'http://127.0.0.1:9',
    sandboxElsewhere: true,
    viewsPerMinute: 10_000,
    demoPassword: 'only for tests 1234',
    logLevel: process.env.TEST_LOG_LEVEL ?? 'silent',
    ...options.config,
  };
  const house = await openHouse(config, { clock, log: createLogger(config.logLevel) });
  const server = await new Promise<Server>((resolve) => {
    const listening = createApp(house).listen(port, '127.0.0.1', () => resolve(listening));
  });
  return {
    house,
    clock,
    url,
    async stop() {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
      await house.db.close();
      await database.drop();
    },
  };
}

/** A database of its own, on PostgreSQL with today's schema already; `drop` removes it. */
async function freshDatabase(engine: Engine): Promise<{ url: string; drop(): Promise<void> }> {
  if (engine === 'sqlite') {
    const folder = mkdtempSync(join(fastFolder(), 'portal-test-'));
    return {
      url: `sqlite:${join(folder, 'portal.db')}`,
      drop: async () => rmSync(folder, { recursive: true, force: true }),
    };
  }
  const name = `t${randomBytes(8).toString('hex')}`;
  await onServer(async (client) => {
    await client.query(`create database ${name} template ${await migratedTemplate(client)}`);
  });
  const drop = () => onServer((client) => client.query(`drop database if exists ${name} with (force)`));
  return { url: urlOf(name), drop };
}

/** Migrated once for all test files, by the first that needs it: a copy takes a tenth of the time. */
async function migratedTemplate(client: pg.Client): Promise<string> {
  const hash = createHash('sha1');
  for (const file of readdirSync(MIGRATIONS).sort()) hash.update(readFileSync(join(MIGRATIONS, file)));
  const name = `migrated_${hash.digest('hex').slice(0, 16)}`;
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

/** A port that nobody listens on just now. */
export async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve));
  const { port } = probe.address() as AddressInfo;
  await new Promise((done) => probe.close(done));
  return port;
}

/** Memory where there is some: every commit is flushed, and hundreds of tests need not wait for a disk. */
function fastFolder(): string {
  return existsSync('/dev/shm') ? '/dev/shm' : tmpdir();
}
