import type { Db } from '../platform/database/database.ts';
import type { AttemptTable, LinkVisitTable } from '../platform/database/tables.ts';

/** What became of a link's page: times ISO UTC. */
export interface LinkVisit {
  fetches: number;
  firstFetchedAt: string | undefined;
  lastFetchedAt: string | undefined;
  personOpens: number;
  openedAt: string | undefined;
  lastOpenedAt: string | undefined;
}

/** Undefined where nobody and nothing has asked for the page, as far as has been written down. */
export async function visitOf(db: Db, linkId: string): Promise<LinkVisit | undefined> {
  const row = await db.read.selectFrom('link_visit').selectAll().where('link_id', '=', linkId).executeTakeFirst();
  return row && visit(row);
}

function visit(row: LinkVisitTable): LinkVisit {
  return {
    fetches: row.fetches,
    firstFetchedAt: row.first_fetched_at ?? undefined,
    lastFetchedAt: row.last_fetched_at ?? undefined,
    personOpens: row.person_opens,
    openedAt: row.opened_at ?? undefined,
    lastOpenedAt: row.last_opened_at ?? undefined,
  };
}

/** A try to pay through a link, with the receipt that came of it. */
export interface LinkTry {
  state: AttemptTable['state'];
  amountMinor: number;
  declineCategory: string | undefined;
  cardLast4: string;
  createdAt: string;
  endedAt: string | undefined;
  paymentId: string;
  receipt: { id: string } | undefined;
}

/** The tries through a link, oldest first, at most 100. */
export async function triesOf(db: Db, linkId: string): Promise<LinkTry[]> {
  const rows = await db.read
    .selectFrom('attempt')
    .leftJoin('receipt', 'receipt.payment_id', 'attempt.payment_id')
    .select(['attempt.state', 'attempt.amount_minor', 'decline_category', 'attempt.card_last4'])
    .select(['attempt.created_at', 'attempt.ended_at', 'attempt.payment_id', 'receipt.id'])
    .where('attempt.link_id', '=', linkId)
    .orderBy('attempt.id')
    .limit(100)
    .execute();
  return rows.map((row) => ({
    state: row.state,
    amountMinor: row.amount_minor,
    declineCategory: row.decline_category ?? undefined,
    cardLast4: row.card_last4 ?? '',
    createdAt: row.created_at,
    endedAt: row.ended_at ?? undefined,
    paymentId: row.payment_id,
    receipt: row.id !== null ? { id: row.id } : undefined,
  }));
}
