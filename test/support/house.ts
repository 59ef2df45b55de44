import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import type { Server } from 'node:http';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createApp } from '../../src/app.ts';
import type { Config } from '../../src/platform/config.ts';
import { createLogger } from '../../src/platform/logger.ts';
import { type House, openHouse } from '../../src/wire.ts';
import { type Engine, freshDatabase } from './fresh-database.ts';
import { TestClock } from './test-clock.ts';

export { ENGINES, type Engine } from './fresh-database.ts';

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
  const anchors = mkdtempSync(join(process.env.TEST_FOLDER ?? tmpdir(), 'portal-anchors-'));
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
    auditAnchorFile: join(anchors, 'anchors'),
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
      rmSync(anchors, { recursive: true, force: true });
    },
  };
}

/** A port that nobody listens on just now. */
export async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve));
  const { port } = probe.address() as AddressInfo;
  await new Promise((done) => probe.close(done));
  return port;
}
