import { sql } from 'kysely';
import { type Clock, DAY_MS, laterIso, nowIso } from '../platform/clock.ts';
import type { Db } from '../platform/database/database.ts';

/** Nothing is counted beyond this: "99+" says enough, and a home page must stay quick. */
export const COUNT_MOST = 99;
const SOON_MS = 3 * DAY_MS;
const LETTERS_SINCE_MS = -14 * DAY_MS;
const ROWS = 6;
/** Disputes that wait for the bank have a due key far beyond this. */
const NO_ANSWER_WANTED = '9000';

/** In the words of the index by which those that end next come first. */
const HAS_NOT_ENDED = sql<boolean>`coalesce(link.ended_as, '') = ''`;

export interface Attention {
  openCases: number;
  unreviewedReceipts: number;
  undeliveredLetters: number;
  endingLinks: number;
  /** Above what one person may give back alone; nothing is sent before another one agrees. */
  refundsToApprove: number;
  disputesToAnswer: number;
  /** Until when the first of them has to be answered. */
  nextDispute: string | undefined;
}

/** What waits for somebody; every number stops at COUNT_MOST + 1. */
export async function readAttention({ db, clock }: { db: Db; clock: Clock }): Promise<Attention> {
  const most = COUNT_MOST + 1;
  const row = await db.read
    .selectNoFrom(({ selectFrom }) => [
      selectFrom(selectFrom('case_file').select('id').where('closed_at', 'is', null).limit(most).as('some'))
        .select(count)
        .as('open_cases'),
      selectFrom(selectFrom('receipt').select('id').where('review_state', '=', 'unreviewed').limit(most).as('some'))
        .select(count)
        .as('unreviewed'),
      selectFrom(
        selectFrom('letter')
          .select('id')
          .where('state', 'in', ['refused', 'failed'])
          .where('ended_at', '>', laterIso(clock, LETTERS_SINCE_MS))
          .limit(most)
          .as('some'),
      )
        .select(count)
        .as('undelivered'),
      selectFrom(
        selectFrom('link')
          .select('id')
          .where(HAS_NOT_ENDED)
          .where('expires_at', '>', nowIso(clock))
          .where('expires_at', '<=', laterIso(clock, SOON_MS))
          .limit(most)
          .as('some'),
      )
        .select(count)
        .as('ending'),
      selectFrom(selectFrom('refund').select('id').where('state', '=', 'waiting').limit(most).as('some'))
        .select(count)
        .as('refunds'),
      selectFrom(
        selectFrom('dispute')
          .select('id')
          .where('closed_at', 'is', null)
          .where('due_key', '<', NO_ANSWER_WANTED)
          .limit(most)
          .as('some'),
      )
        .select(count)
        .as('disputes'),
      selectFrom('dispute')
        .select(({ fn }) => fn.min('due_key').as('first'))
        .where('closed_at', 'is', null)
        .as('next_dispute'),
    ])
    .executeTakeFirstOrThrow();
  return {
    openCases: Number(row.open_cases),
    unreviewedReceipts: Number(row.unreviewed),
    undeliveredLetters: Number(row.undelivered),
    endingLinks: Number(row.ending),
    refundsToApprove: Number(row.refunds),
    disputesToAnswer: Number(row.disputes),
    nextDispute: Number(row.disputes) > 0 ? (row.next_dispute ?? undefined) : undefined,
  };
}

const count = sql<number>`count(*)`.as('n');

export interface EndingLink {
  id: string;
  expiresAt: string;
  customerName: string;
  numbers: string[];
}

/** The usable links that end within three days, the next one first; at most six. */
export async function endingLinks({ db, clock }: { db: Db; clock: Clock }): Promise<EndingLink[]> {
  const links = await db.read
    .selectFrom('link')
    .innerJoin('customer', 'customer.id', 'link.customer_id')
    .select(['link.id', 'link.expires_at', 'customer.name'])
    .where(HAS_NOT_ENDED)
    .where('link.expires_at', '>', nowIso(clock))
    .where('link.expires_at', '<=', laterIso(clock, SOON_MS))
    .orderBy('link.expires_at')
    .limit(ROWS)
    .execute();
  if (links.length === 0) return [];
  const claims = await db.read
    .selectFrom('link_payable')
    .innerJoin('payable', 'payable.id', 'link_payable.payable_id')
    .select(['link_payable.link_id', 'payable.number'])
    .where(
      'link_payable.link_id',
      'in',
      links.map((link) => link.id),
    )
    .orderBy('link_payable.position')
    .execute();
  return links.map((link) => ({
    id: link.id,
    expiresAt: link.expires_at,
    customerName: link.name,
    numbers: claims.filter((claim) => claim.link_id === link.id).map((claim) => claim.number),
  }));
}

export interface RecentPayment {
  id: string;
  customerName: string;
  amountMinor: number;
  currency: string;
  paidAt: string;
}

/** The last payments that came in, newest first; at most six. */
export async function recentPayments({ db }: { db: Db }): Promise<RecentPayment[]> {
  const rows = await db.read
    .selectFrom('payment')
    .innerJoin('customer', 'customer.id', 'payment.customer_id')
    .select(['payment.id', 'payment.amount_minor', 'payment.currency', 'payment.paid_at', 'customer.name'])
    .where('payment.state', '=', 'paid')
    .orderBy('payment.id', 'desc')
    .limit(ROWS)
    .execute();
  return rows.map((row) => ({
    id: row.id,
    customerName: row.name,
    amountMinor: row.amount_minor,
    currency: row.currency,
    paidAt: row.paid_at ?? '',
  }));
}

export interface SetUp {
  company: boolean;
  account: boolean;
  customer: boolean;
  payable: boolean;
  link: boolean;
}

/** Which of the first things have been done, in the order in which they are needed. */
export async function readSetUp(db: Db): Promise<SetUp> {
  const [company, account, customer, payable, link] = await Promise.all([
    db.read.selectFrom('company').select('id').limit(1).executeTakeFirst(),
    db.read.selectFrom('account').select('id').where('active', '=', 1).limit(1).executeTakeFirst(),
    db.read.selectFrom('customer').select('id').limit(1).executeTakeFirst(),
    db.read.selectFrom('payable').select('id').limit(1).executeTakeFirst(),
    db.read.selectFrom('link').select('id').limit(1).executeTakeFirst(),
  ]);
  return {
    company: Boolean(company),
    account: Boolean(account),
    customer: Boolean(customer),
    payable: Boolean(payable),
    link: Boolean(link),
  };
}
