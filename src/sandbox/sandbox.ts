import type { Deliverer } from './deliver-webhooks.ts';
import type { Faults } from './faults.ts';
import type { Ledger } from './ledger.ts';
import type { RequestLog } from './request-log.ts';
import type { SandboxAccount } from './sandbox-account.ts';
import type { SandboxClock } from './sandbox-clock.ts';

export interface SandboxOptions {
  /** 0 takes any free one. */
  port: number;
  host?: string;
  /** A path, or ':memory:'. */
  file: string;
  accounts: SandboxAccount[];
  /** Pages of these origins may embed the card fields; any may when it is not given. */
  portalOrigins?: string[] | undefined;
  clock?: (() => Date) | undefined;
  webhookRetryDelaysMs?: number[] | undefined;
  /** Where browsers reach the sandbox, when that is not where it listens. */
  publicUrl?: string | undefined;
}

/** What a running sandbox consists of. */
export interface SandboxParts {
  accounts: SandboxAccount[];
  portalOrigins: string[] | undefined;
  publicUrl: string;
  ledger: Ledger;
  clock: SandboxClock;
  faults: Faults;
  deliverer: Deliverer;
  log: RequestLog;
  /** Account and idempotency key of the requests that are being carried out. */
  inFlight: Set<string>;
}
