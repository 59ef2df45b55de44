import { createHash } from 'node:crypto';
import { paths } from '../paths.ts';
import type { Account } from './account.ts';
import { stylesheetOf } from './brand-colour.ts';

/** The public addresses of what a page in an account's brand loads; undefined where the company's own look stays. */
export interface BrandLook {
  stylesheet: string | undefined;
  logo: string | undefined;
}

/** Addresses carry a hash of what is behind them, so browsers may keep it for good. */
export function brandLook({ id, brand }: Pick<Account, 'id' | 'brand'>): BrandLook {
  return {
    stylesheet: brand.colour ? paths.brandFile(`${id}-${brandHash(stylesheetOf(brand.colour))}.css`) : undefined,
    logo: brand.logo && paths.brandFile(`${id}-${brand.logo.hash}.${brand.logo.ending}`),
  };
}

export function brandHash(content: string | Buffer): string {
  return createHash('sha256').update(content).digest('hex').slice(0, 16);
}
