import { gatewayOf } from '../accounts/accounts.store.ts';
import type { GatewayPayout } from '../gateway/gateway.ts';
import type { PaymentParts } from '../payments/payment-parts.ts';
import { HOUR_MS, laterIso, MINUTE_MS, nowIso } from '../platform/clock.ts';
import { lookAtPayouts } from './look-at-payouts.ts';
import { matchMovements } from './match-movements.ts';
import { readStretches } from './read-stretches.ts';
import { recordMovements } from './record-movements.ts';
import { takePayout } from './take-payout.ts';

const EVERY_MS = 5 * MINUTE_MS;

/**
 * Reads what moved the balance of every account that is due, and its payouts, from where the last run ended; then looks
 * again at what still waits. A run that is interrupted goes on where it was; what is read again changes nothing.
 * Gives how many movements were new.
 */
export async function readMovements(parts: PaymentParts): Promise<number> {
  const { db, clock, log } = parts;
  await noteNewAccounts(parts);
  const due = await db.read
    .selectFrom('movement_reading')
    .selectAll()
    .where('next_read_at', '<=', nowIso(clock))
    .orderBy('next_read_at')
    .execute();
  let written = 0;
  for (const { account_id: accountId, next_read_at } of due) {
    const claimed = await db.q
      .updateTable('movement_reading')
      .set({ next_read_at: laterIso(clock, EVERY_MS) })
      .where('account_id', '=', accountId)
      .where('next_read_at', '=', next_read_at)
      .executeTakeFirst();
    if (claimed.numUpdatedRows !== 1n) continue;
    // One account whose keys are refused holds nobody else up.
    written += await readAccount(parts, accountId).catch((error) => {
      log.warn({ err: error, accountId }, 'the balance of an account could not be read; it will be again');
      return 0;
    });
  }
  await lookAtPayouts(parts);
  await matchMovements(parts);
  return written;
}

/** Accounts are read from their connection on; one that is switched off still pays out what it took. */
async function noteNewAccounts({ db, clock }: PaymentParts): Promise<void> {
  const unread = await db.read
    .selectFrom('account')
    .leftJoin('movement_reading', 'movement_reading.account_id', 'account.id')
    .select(['account.id', 'account.created_at'])
    .where('movement_reading.account_id', 'is', null)
    .execute();
  if (unread.length === 0) return;
  const since = (iso: string) => new Date(Date.parse(iso) - HOUR_MS).toISOString();
  await db.q
    .insertInto('movement_reading')
    .values(
      unread.map((account) => ({
        account_id: account.id,
        movements_until: since(account.created_at),
        payouts_until: since(account.created_at),
        next_read_at: nowIso(clock),
        read_at: null,
      })),
    )
    .onConflict((clash) => clash.column('account_id').doNothing())
    .execute();
}

async function readAccount(parts: PaymentParts, accountId: string): Promise<number> {
  const gateway = await gatewayOf(parts, accountId);
  let written = 0;
  await readStretches(parts, { accountId, until: 'movements_until' }, async (sinceIso, untilIso) => {
    const movements = await all(gateway.listMovements(sinceIso, untilIso));
    written += await recordMovements(parts, accountId, movements);
    return movements;
  });
  await readStretches(parts, { accountId, until: 'payouts_until' }, async (sinceIso, untilIso) => {
    const payouts = await all(gateway.listPayouts(sinceIso, untilIso));
    const known = await knownPayouts(parts, accountId, payouts);
    for (const payout of payouts) if (!known.has(payout.ref)) await takePayout(parts, accountId, payout);
    return payouts;
  });
  await parts.db.q
    .updateTable('movement_reading')
    .set({ read_at: nowIso(parts.clock) })
    .where('account_id', '=', accountId)
    .execute();
  return written;
}

/** Those that are known are looked at when they are due. */
async function knownPayouts({ db }: PaymentParts, accountId: string, payouts: readonly GatewayPayout[]) {
  if (payouts.length === 0) return new Set<string>();
  const refs = payouts.map((one) => one.ref);
  const known = db.read.selectFrom('payout').select('gateway_ref').where('account_id', '=', accountId);
  const rows = await known.where('gateway_ref', 'in', refs).execute();
  return new Set(rows.map((row) => row.gateway_ref));
}

/** Oldest first, so that what is written later is newer. */
async function all<T>(newestFirst: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const one of newestFirst) found.push(one);
  return found.toReversed();
}
