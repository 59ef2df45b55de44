import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import express from 'express';
import { challengeRoutes } from './challenge/challenge.routes.ts';
import { controlRoutes } from './control/control.routes.ts';
import { startDeliverer } from './deliver-webhooks.ts';
import { createFaults } from './faults.ts';
import { hostedFieldsRoutes } from './hosted-fields/hosted-fields.routes.ts';
import { allowBrowsers } from './http/allow-browsers.ts';
import { answerApi } from './http/answer-api.ts';
import { openLedger } from './ledger.ts';
import { createRequestLog } from './request-log.ts';
import { runTasks } from './run-tasks.ts';
import type { SandboxOptions, SandboxParts } from './sandbox.ts';
import { refuseUnsafeAccounts, type SandboxAccount } from './sandbox-account.ts';
import { createSandboxClock } from './sandbox-clock.ts';

export type { SandboxOptions } from './sandbox.ts';
export type { SandboxAccount } from './sandbox-account.ts';

export interface Sandbox {
  apiUrl: string;
  publicUrl: string;
  port: number;
  /** Plays these accounts from now on, with what it keeps of each by its id. Errors: keys that it must not be given. */
  play(accounts: SandboxAccount[]): void;
  close(): Promise<void>;
}

/** Four attempts in all, over less than a minute; Stripe's test mode takes hours over the same. */
const RETRY_DELAYS_MS = [1_000, 5_000, 30_000];

/** Starts a gateway that speaks Stripe's protocol and moves no money. Rejects with EADDRINUSE for a taken port. */
export async function startSandbox(options: SandboxOptions): Promise<Sandbox> {
  refuseUnsafeAccounts(options.accounts);
  const { host = '127.0.0.1' } = options;
  const app = express().disable('x-powered-by').disable('etag');
  const ledger = openLedger(options.file);
  // Listening comes before the routes: the port is part of the addresses that they hand out.
  const server = await listen(app, options.port, host).catch((error: unknown) => {
    ledger.close();
    throw error;
  });
  const { port } = server.address() as AddressInfo;
  const apiUrl = `http://${host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host}:${port}`;
  const sandbox: SandboxParts = {
    accounts: options.accounts,
    portalOrigins: options.portalOrigins,
    publicUrl: (options.publicUrl ?? apiUrl).replace(/\/$/, ''),
    ledger,
    clock: createSandboxClock(options.clock ?? (() => new Date())),
    faults: createFaults(),
    deliverer: startDeliverer(ledger, {
      retryDelaysMs: options.webhookRetryDelaysMs ?? RETRY_DELAYS_MS,
      beforeRound: () => runTasks(sandbox, Date.now()),
    }),
    log: createRequestLog(),
    inFlight: new Set(),
  };
  addRoutes(app, sandbox);

  return {
    apiUrl,
    publicUrl: sandbox.publicUrl,
    port,
    play(accounts) {
      refuseUnsafeAccounts(accounts);
      sandbox.accounts = accounts;
    },
    async close() {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      sandbox.faults.clear();
      await sandbox.deliverer.stop();
      await closed;
      ledger.close();
    },
  };
}

function addRoutes(app: express.Express, sandbox: SandboxParts): void {
  app.use('/_control', controlRoutes(sandbox));
  app.use('/v1', allowBrowsers(sandbox.portalOrigins), express.text({ type: () => true, limit: '1mb' }));
  app.use('/v1', answerApi(sandbox));
  app.use(hostedFieldsRoutes(sandbox));
  app.use(challengeRoutes(sandbox));
  app.use((_request, response) => {
    response.status(404).type('text/plain').send('Not found. This is a sandbox gateway; its API is under /v1.\n');
  });
}

function listen(app: express.Express, port: number, host: string): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = app.listen(port, host, (error?: Error) => (error ? reject(error) : resolve(server)));
    // Longer than clients keep an idle connection: a reset must come from a fault rule, not by accident.
    server.keepAliveTimeout = 75_000;
  });
}
