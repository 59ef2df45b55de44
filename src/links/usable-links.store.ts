import type { Payable } from '../payables/payable.ts';
import { readPayables } from '../payables/payables.store.ts';
import type { Db } from '../platform/database/database.ts';
import type { Link } from './link.ts';
import { coveredLinks, linkOf, payableIdsOf } from './links.store.ts';

/** A link that asks for something which a new one would ask for too. */
export interface UsableLink {
  link: Link;
  payables: Payable[];
  /** A new link for these payables takes its place; else it stays beside the new one. */
  isCovered: boolean;
}

/** The usable links on any of these payables, newest first, at most 20; those handed over to the customer aside. */
export async function usableLinksOn(db: Db, payableIds: readonly string[], now: Date): Promise<UsableLink[]> {
  if (payableIds.length === 0) return [];
  const rows = await db.read
    .selectFrom('link')
    .selectAll()
    .where('id', 'in', (from) =>
      from
        .selectFrom('link_payable')
        .select('link_id')
        .where('payable_id', 'in', [...payableIds]),
    )
    .where('terms', '!=', 'hand_off')
    .where('ended_as', 'is', null)
    .where('expires_at', '>', now.toISOString())
    .orderBy('id', 'desc')
    .limit(20)
    .execute();
  const claims = await payableIdsOf(
    db,
    rows.map((row) => row.id),
  );
  const payables = await readPayables(db, [...new Set([...claims.values()].flat())]);
  const covered = new Set((await coveredLinks(db.read, payableIds).execute()).map((row) => row.id));
  return rows
    .map((row) => {
      const ids = claims.get(row.id) ?? [];
      return {
        link: linkOf(row, ids),
        payables: ids.flatMap((id) => payables.find((payable) => payable.id === id) ?? []),
        isCovered: covered.has(row.id),
      };
    })
    .filter((one) => one.payables.some((payable) => payable.dueMinor > 0));
}
