import { sql } from 'kysely';
import type { Db } from '../platform/database/database.ts';

/** What the frame of every office page tells. */
export interface FrameFacts {
  openCases: number;
  unreviewedReceipts: number;
  waitingRefunds: number;
  testMode: boolean;
}

/** One statement, since it runs for every page; nothing is counted beyond 99. */
export async function readFrameFacts(db: Db): Promise<FrameFacts> {
  const row = await db.read
    .selectNoFrom(({ selectFrom }) => [
      selectFrom(selectFrom('case_file').select('id').where('closed_at', 'is', null).limit(99).as('open'))
        .select(sql<number>`count(*)`.as('n'))
        .as('open_cases'),
      selectFrom(selectFrom('receipt').select('id').where('review_state', '=', 'unreviewed').limit(99).as('unreviewed'))
        .select(sql<number>`count(*)`.as('n'))
        .as('unreviewed_receipts'),
      selectFrom(selectFrom('refund').select('id').where('state', '=', 'waiting').limit(99).as('waiting'))
        .select(sql<number>`count(*)`.as('n'))
        .as('waiting_refunds'),
      selectFrom('account')
        .select(sql<number>`count(*)`.as('n'))
        .where('active', '=', 1)
        .where('livemode', '=', 0)
        .as('test_accounts'),
    ])
    .executeTakeFirstOrThrow();
  return {
    openCases: Number(row.open_cases),
    unreviewedReceipts: Number(row.unreviewed_receipts),
    waitingRefunds: Number(row.waiting_refunds),
    testMode: Number(row.test_accounts) > 0,
  };
}
