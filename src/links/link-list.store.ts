import { type ExpressionBuilder, type Selectable, sql } from 'kysely';
import type { Payable } from '../payables/payable.ts';
import { readPayables } from '../payables/payables.store.ts';
import type { Db } from '../platform/database/database.ts';
import { meets, type SearchWay, weighSearch } from '../platform/database/search-words.ts';
import type { LetterTable, Tables } from '../platform/database/tables.ts';
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
    .$if(filter.state !== undefined, (query) =>
      query.where((where) => inState(where, filter.state as LinkState, now.toISOString())),
    )
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

/** The same rules as `linkState`, as a condition; a payable in these states has something due. */
function inState(where: ExpressionBuilder<Tables, 'link'>, state: LinkState, nowText: string) {
  if (state === 'used' || state === 'revoked' || state === 'replaced') return where('link.ended_as', '=', state);
  const asksForCard = where('link.kind', '=', 'save_card');
  const isDue = where.exists(
    where
      .selectFrom('link_payable')
      .innerJoin('payable', 'payable.id', 'link_payable.payable_id')
      .select(sql<number>`1`.as('one'))
      .whereRef('link_payable.link_id', '=', 'link.id')
      .where('payable.state', 'in', ['open', 'part_paid', 'requested']),
  );
  const open = where('link.ended_as', 'is', null);
  if (state === 'closed') {
    const settled = where.and([open, where.not(asksForCard), where.not(isDue)]);
    return where.or([where('link.ended_as', '=', 'closed'), settled]);
  }
  return where.and([
    open,
    where.or([asksForCard, isDue]),
    where('link.expires_at', state === 'usable' ? '>' : '<=', nowText),
  ]);
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
