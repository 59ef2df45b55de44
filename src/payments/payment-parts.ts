import type { Gateways } from '../gateway/gateways.ts';
import type { Clock } from '../platform/clock.ts';
import type { Config } from '../platform/config.ts';
import type { Db } from '../platform/database/database.ts';
import type { Logger } from '../platform/logger.ts';
import type { Sealer } from '../platform/seal.ts';
import type { Renderer } from '../platform/web/render.ts';
import type { LinkTokens } from '../tokens/link-token.ts';

/** What the deeds of this slice use: the books, the gateways, and what a receipt's letter needs. */
export interface PaymentParts {
  db: Db;
  clock: Clock;
  log: Logger;
  config: Config;
  renderer: Renderer;
  sealer: Sealer;
  gateways: Gateways;
  linkTokens: LinkTokens;
}
