import { paths } from '../paths.ts';
import type { LinkTokens } from '../tokens/link-token.ts';
import type { Link } from './link.ts';

/** The address that the customer opens: made anew each time and never stored. It is the right to pay: keep it out of logs. */
export function linkUrl(
  { config, linkTokens }: { config: { baseUrl: string }; linkTokens: LinkTokens },
  link: Pick<Link, 'id' | 'createdAt'>,
): string {
  return `${config.baseUrl}${paths.pay(linkTokens.sign('pay', link.id, link.createdAt))}`;
}
