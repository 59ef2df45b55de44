import type { OwnSandbox } from './accounts/own-sandbox.ts';
import { customerImporter } from './customers/import-customer.ts';
import { createGateways, type Gateways } from './gateway/gateways.ts';
import type { Importers } from './imports/importer.ts';
import { invoiceImporter } from './invoices/import-invoice.ts';
import { endSettledLinks } from './links/end-settled-links.ts';
import { createFetchCounts, type FetchCounts } from './links/fetch-counts.ts';
import { reopenClosedLinks } from './links/reopen-closed-links.ts';
import { paths } from './paths.ts';
import { can } from './permissions.ts';
import type { Clock } from './platform/clock.ts';
import type { Config } from './platform/config.ts';
import { type Db, openDatabase } from './platform/database/database.ts';
import { migrate } from './platform/database/migrate.ts';
import type { Logger } from './platform/logger.ts';
import { createSealer, type Sealer } from './platform/seal.ts';
import { createRenderer, type Renderer } from './platform/web/render.ts';
import { createLinkTokens, type LinkTokens } from './tokens/link-token.ts';

const GATEWAY_TIMEOUT_MS = 15_000;

/** Everything that deeds and routes may be given; each takes what it uses. */
export interface House {
  config: Config;
  db: Db;
  clock: Clock;
  log: Logger;
  renderer: Renderer;
  sealer: Sealer;
  gateways: Gateways;
  linkTokens: LinkTokens;
  importers: Importers;
  /** Filled in when the portal has started a sandbox of its own. */
  ownSandbox: OwnSandbox;
  fetches: FetchCounts;
}

/** Opens the database, brings its schema up to date and puts the parts together; starts nothing. */
export async function openHouse(config: Config, { clock, log }: { clock: Clock; log: Logger }): Promise<House> {
  const db = await openDatabase(config.databaseUrl);
  const applied = await migrate(db);
  if (applied.length > 0) log.info({ applied }, 'migrated the database');
  return {
    config,
    db,
    clock,
    log,
    renderer: createRenderer({ cache: config.production || process.env.NODE_ENV === 'test', globals: { paths, can } }),
    sealer: createSealer(config.encryptionKey),
    gateways: createGateways({
      sandboxApiUrl: config.sandboxApiUrl,
      sandboxPublicUrl: config.sandboxPublicUrl,
      timeoutMs: GATEWAY_TIMEOUT_MS,
    }),
    linkTokens: createLinkTokens({ keys: config.linkKeys, issuer: config.baseUrl, clock }),
    importers: { customers: customerImporter, invoices: invoiceImporter({ endSettledLinks, reopenClosedLinks }) },
    ownSandbox: { learnAccounts: undefined },
    fetches: createFetchCounts(),
  };
}
