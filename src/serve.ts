import { createServer, type Server } from 'node:http';
import { createApp } from './app.ts';
import { firstRun } from './demo/first-run.ts';
import { startSandboxProcess } from './demo/sandbox-process.ts';
import { jobsOf } from './house-jobs.ts';
import { systemClock } from './platform/clock.ts';
import type { Config } from './platform/config.ts';
import { startJobs } from './platform/jobs.ts';
import { createLogger } from './platform/logger.ts';
import { openHouse } from './wire.ts';

/** Requests under way get so long to finish when the portal is told to stop. */
const STOP_PATIENCE_MS = 10_000;

/** Starts everything in order and stops it in reverse on SIGTERM or SIGINT. Errors: see start-faults. */
export async function serve(config: Config): Promise<void> {
  const log = createLogger(config.logLevel);
  const house = await openHouse(config, { clock: systemClock, log });
  // Before the sandbox and the demo company, so that a taken port is told at once.
  const server = await listen(createServer(createApp(house)), config.port, config.host);
  const sandbox = await startSandboxProcess(house);
  const greeting = config.production ? undefined : await firstRun(house, sandbox);
  const jobs = startJobs(jobsOf(house), log);

  let stopping = false;
  const stop = async () => {
    if (stopping) return;
    stopping = true;
    log.info('stopping');
    await closeGently(server);
    await Promise.race([jobs.stop(), new Promise((resume) => setTimeout(resume, STOP_PATIENCE_MS))]);
    await sandbox?.stop();
    await house.db.close();
    process.exit(0);
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
  process.on('unhandledRejection', (error) => log.error({ err: error }, 'a promise was left alone'));
  // Last: whoever reads it may stop us at once, and that must be a clean stop too.
  process.stdout.write(`${greeting ?? `The portal listens on ${config.baseUrl}.`}\n`);
}

function listen(server: Server, port: number, host: string): Promise<Server> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => resolve(server));
  });
}

/** Takes no new requests and lets those under way finish, within bounds. */
function closeGently(server: Server): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(() => server.closeAllConnections(), STOP_PATIENCE_MS).unref();
    server.close(() => resolve());
    server.closeIdleConnections();
  });
}
