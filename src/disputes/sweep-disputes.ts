import { gatewayOf, listAccounts } from '../accounts/accounts.store.ts';
import type { PaymentParts } from '../payments/payment-parts.ts';
import { DAY_MS, HOUR_MS, laterIso, MINUTE_MS, nowIso } from '../platform/clock.ts';
import { answerAgain } from './answer-dispute.ts';
import { nextLookAt } from './dispute.ts';
import { isPressing, matchCases } from './dispute-cases.ts';
import { disputeOf } from './disputes.store.ts';
import { takeInDispute } from './take-in-dispute.ts';

const AT_ONCE = 20;
/** How often an account's list is read for disputes whose messages were lost. */
const LIST_EVERY_MS = 30 * MINUTE_MS;
/** Lists are read from this long before the last time, since clocks differ and lists lag. */
const OVERLAP_MS = DAY_MS;

/**
 * Finds disputes whose messages were lost, looks again at those that are due for a look, sends answers that were left
 * behind, and tells of those that must be answered soon. Gives how many it looked at.
 */
export async function sweepDisputes(parts: PaymentParts): Promise<number> {
  await listNew(parts);
  const looked = await lookAgain(parts);
  await tellOfPressing(parts);
  return looked;
}

/** One process at a time reads an account's list; an account that cannot be asked does not hold up the others. */
async function listNew(parts: PaymentParts): Promise<void> {
  for (const account of await listAccounts(parts.db)) {
    if (!account.active && !account.checkedAt) continue;
    const from = await claimList(parts, account.id);
    if (!from) continue;
    const startedAt = nowIso(parts.clock);
    try {
      for await (const { ref } of (await gatewayOf(parts, account.id)).listDisputes(from)) {
        if (!(await isKnown(parts, account.id, ref))) await takeInDispute(parts, account.id, ref);
      }
      const listedFrom = new Date(Date.parse(startedAt) - OVERLAP_MS).toISOString();
      await parts.db.q
        .updateTable('dispute_sweep')
        .set({ listed_from: listedFrom })
        .where('account_id', '=', account.id)
        .execute();
    } catch (error) {
      parts.log.warn({ err: error, accountId: account.id }, 'an account could not be asked for its disputes');
    }
  }
}

/** From when on to read, for whoever is first; undefined when it is not due. */
async function claimList({ db, clock }: PaymentParts, accountId: string): Promise<string | undefined> {
  const account = db.q.selectFrom('account').select('created_at').where('id', '=', accountId);
  const { created_at: connectedAt } = await account.executeTakeFirstOrThrow();
  await db.q
    .insertInto('dispute_sweep')
    .values({
      account_id: accountId,
      listed_from: new Date(Date.parse(connectedAt) - HOUR_MS).toISOString(),
      next_list_at: nowIso(clock),
    })
    .onConflict((clash) => clash.column('account_id').doNothing())
    .execute();
  const claimed = await db.q
    .updateTable('dispute_sweep')
    .set({ next_list_at: laterIso(clock, LIST_EVERY_MS) })
    .where('account_id', '=', accountId)
    .where('next_list_at', '<=', nowIso(clock))
    .returning('listed_from')
    .executeTakeFirst();
  return claimed?.listed_from;
}

async function isKnown({ db }: PaymentParts, accountId: string, ref: string): Promise<boolean> {
  const row = await db.read
    .selectFrom('dispute')
    .select('id')
    .where('account_id', '=', accountId)
    .where('gateway_ref', '=', ref)
    .executeTakeFirst();
  return row !== undefined;
}

async function lookAgain(parts: PaymentParts): Promise<number> {
  const { db, clock, log } = parts;
  const due = await db.q
    .selectFrom('dispute')
    .select(['id', 'account_id', 'gateway_ref', 'next_look_at', 'looks', 'closed_at'])
    .where('next_look_at', '<=', nowIso(clock))
    .orderBy('next_look_at')
    .limit(AT_ONCE)
    .execute();
  for (const row of due) {
    const claimed = await db.q
      .updateTable('dispute')
      .set({ next_look_at: nextLookAt({ closedAt: row.closed_at ?? undefined }, clock), looks: row.looks + 1 })
      .where('id', '=', row.id)
      .where('next_look_at', '=', row.next_look_at)
      .executeTakeFirst();
    if (claimed.numUpdatedRows !== 1n) continue;
    try {
      await takeInDispute(parts, row.account_id, row.gateway_ref);
      await answerAgain(parts, row.id);
    } catch (error) {
      log.warn({ err: error, disputeId: row.id }, 'a dispute could not be looked at; it will be again');
    }
  }
  return due.length;
}

/** Opens the case of those that are due within three days, also where the gateway cannot be asked. */
async function tellOfPressing(parts: PaymentParts): Promise<void> {
  const { db, clock } = parts;
  const rows = await db.q
    .selectFrom('dispute')
    .selectAll()
    .where('closed_at', 'is', null)
    .where('due_key', '<=', laterIso(clock, 3 * DAY_MS))
    .orderBy('due_key')
    .limit(200)
    .execute();
  for (const dispute of rows.map(disputeOf)) {
    if (isPressing(dispute, clock)) await db.tx(() => matchCases(parts, dispute, dispute));
  }
}
