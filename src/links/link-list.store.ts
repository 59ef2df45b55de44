import { type Selectable, sql } from 'kysely';
import type { Payable } from '../payables/payable.ts';
import { readPayables } from '../payables/payables.store.ts';
import type { Db } from '../platform/database/database.ts';
import { meets, type SearchWay, weighSearch } from '../platform/database/search-words.ts';
import type { LetterTable } from '../platform/database/tables.ts';
import { type KeysetPage, keysetPage, PAGE_SIZE } from '../platform/keyset.ts';
import { type LinkState, linkState } from './link.ts';
import { linkOf, payableIdsOf } from './links.store.ts';

const FOUND_BY: readonly SearchWay[] = [
  { kind: 'customer', tie: ['link.customer_id', 'link.id'] },
  { kind: 'invoice', tie: ['link_payable.payable_id', 'link_payable.link_id'] },
  { kind: 'deposit', tie: ['link_payable.payable_id', 'link_payable.link_id'] },
];

export interface LinkFilter {
  state?: LinkState | undefined;
  customerId?: string | undefined;
  /** Words of the customer or of a document's number. */
  search?: string | undefined;
  /** The id to continue after. */
  before?: string | undefined;
}

export interface ListedLink {
  id: string;
  kind: 'pay' | 'save_card';
  state: LinkState;
  customer: { id: string; name: string };
  payables: Payable[];
  currency: string;
  createdAt: string;
  expiresAt: string;
}

/** Links newest first, a page at a time. */
export async function listLinks(db: Db, filter: LinkFilter, now: Date): Promise<KeysetPage<ListedLink>> {
  const search = await weighSearch(db, filter.search ?? '', FOUND_BY);
  const rows = await db.read
    .selectFrom('link')
    .innerJoin('customer', 'customer.id', 'link.customer_id')
    .selectAll('link')
    .select('customer.name as customer_name')
    .$if(filter.state !== undefined, (query) => query.where(inState(filter.state as LinkState, now.toISOString())))
    .$if(Boolean(filter.customerId), (query) => query.where('link.customer_id', '=', filter.customerId as string))
    .where(meets(search, 'link.id'))
    .$if(Boolean(filter.before), (query) => query.where('link.id', '<', filter.before as string))
    .orderBy('link.id', 'desc')
    .limit(PAGE_SIZE + 1)
    .execute();

  const page = keysetPage(rows);
  const claims = await payableIdsOf(
    db,
    page.rows.map((row) => row.id),
  );
  const payables = new Map(
    (await readPayables(db, [...new Set([...claims.values()].flat())])).map((payable) => [payable.id, payable]),
  );
  return {
    olderThan: page.olderThan,
    rows: page.rows.map((row) => {
      const own = (claims.get(row.id) ?? []).flatMap((id) => payables.get(id) ?? []);
      return {
        id: row.id,
        kind: row.kind,
        state: linkState(linkOf(row, []), own, now),
        customer: { id: row.customer_id, name: row.customer_name },
        payables: own,
        currency: row.currency,
        createdAt: row.created_at,
        expiresAt: row.expires_at,
      };
    }),
  };
}

/**
 * What `linkState` says, as a condition. Whatever settles the last of what a link asks for ends it, so that nobody need look
 * at what is due.
 */
function inState(state: LinkState, nowText: string) {
  const isEnded = state !== 'usable' && state !== 'expired';
  if (isEnded) return sql<boolean>`link.ended_as = ${state}`;
  const inTime = state === 'usable' ? sql`link.expires_at > ${nowText}` : sql`link.expires_at <= ${nowText}`;
  return sql<boolean>`link.ended_as is null and ${inTime}`;
}

/** A letter about a link and what became of it. */
export interface LinkLetterRow extends Pick<Selectable<LetterTable>, 'id' | 'kind' | 'state' | 'tries'> {
  to: string[];
  cc: string[];
  answer: string | undefined;
  createdAt: string;
  endedAt: string | undefined;
  /** Undefined when the portal wrote it by itself. */
  sender: string | undefined;
}

/** The letters about a link, newest first, at most 100. */
export async function lettersOfLink(db: Db, linkId: string): Promise<LinkLetterRow[]> {
  const rows = await db.read
    .selectFrom('letter')
    .leftJoin('person', 'person.id', 'letter.created_by')
    .select(['letter.id', 'letter.kind', 'letter.state', 'letter.tries', 'to_addresses', 'cc_addresses'])
    .select(['last_response', 'letter.created_at', 'ended_at', 'person.name'])
    .where('letter.link_id', '=', linkId)
    .orderBy('letter.id', 'desc')
    .limit(100)
    .execute();
  return rows.map((row) => ({
    id: row.id,
    kind: row.kind,
    state: row.state,
    tries: row.tries,
    to: JSON.parse(row.to_addresses),
    cc: JSON.parse(row.cc_addresses),
    answer: row.last_response ?? undefined,
    createdAt: row.created_at,
    endedAt: row.ended_at ?? undefined,
    sender: row.name ?? undefined,
  }));
}
