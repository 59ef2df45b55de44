import type { Gateways } from '../gateway/gateways.ts';
import type { Clock } from '../platform/clock.ts';
import type { Config } from '../platform/config.ts';
import type { Db } from '../platform/database/database.ts';
import type { Logger } from '../platform/logger.ts';
import type { Sealer } from '../platform/seal.ts';
import type { LinkTokens } from '../tokens/link-token.ts';

/** What the deeds of this slice use: the books, the gateways, and the address that a bank sends the payer back to. */
export interface CardParts {
  db: Db;
  clock: Clock;
  log: Logger;
  config: Pick<Config, 'baseUrl'>;
  sealer: Sealer;
  gateways: Gateways;
  linkTokens: LinkTokens;
}
