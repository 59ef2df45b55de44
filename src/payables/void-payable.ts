import type { Actor } from '../audit/record.ts';
import { plainAmount } from '../money/show-money.ts';
import { type Clock, nowIso } from '../platform/clock.ts';
import type { Db } from '../platform/database/database.ts';
import { notFound, Refusal } from '../platform/refusal.ts';
import { readDepositBalance } from './deposit-balance.store.ts';
import type { DepositBalance } from './deposit-balance.ts';
import { refuseWhileLeased } from './lease.ts';
import { PAYABLE_STATES, type Payable } from './payable.ts';
import { lockPayables } from './payables.store.ts';

/** Links stand above on the stair: whoever wires hands in the deed that ends those for which nothing is due any more. */
export interface VoidingParts {
  db: Db;
  clock: Clock;
  endSettledLinks(parts: { db: Db; clock: Clock }, settled: { payableIds: string[]; actor: Actor }): Promise<void>;
}

/**
 * Makes a payable void in the transaction one stands in: nothing is due any more, and its links end as closed. Gives it
 * as it was. Errors: 404; Refusal `not-voidable`, `being-paid` (409).
 */
export async function voidPayable(parts: VoidingParts, id: string, actor: Actor): Promise<Payable> {
  const { db, clock } = parts;
  const [payable] = await lockPayables(db, [id]);
  if (!payable) throw notFound('invoice or deposit');
  const balance = payable.kind === 'deposit' ? await readDepositBalance(db, id) : undefined;
  const fixed = whyNotVoidable(payable, balance);
  if (fixed) throw new Refusal('not-voidable', 409, fixed);
  await refuseWhileLeased(db, [id]);
  const moved = await db.q
    .updateTable('payable')
    .set({ state: 'void', version: payable.version + 1, voided_at: nowIso(clock), updated_at: nowIso(clock) })
    .where('id', '=', id)
    .where('version', '=', payable.version)
    .executeTakeFirst();
  if (moved.numUpdatedRows !== 1n) throw new Error(`${payable.number} changed while it was being made void`);
  await parts.endSettledLinks({ db, clock }, { payableIds: [id], actor });
  return payable;
}

/**
 * Why a payable cannot be made void, as a sentence; undefined when it can. Of a deposit the balance decides: what was paid
 * into it and has been given back stands in the way of nothing.
 */
export function whyNotVoidable(payable: Payable, balance?: DepositBalance): string | undefined {
  const { kind, number, state, currency } = payable;
  const what = `${kind === 'invoice' ? 'Invoice' : 'Deposit'} ${number}`;
  if (state === 'void') return `${what} is void already.`;
  const show = (amountMinor: number) => `${plainAmount({ amountMinor, currency })} ${currency}`;
  const { refundingMinor = 0, appliedMinor = 0 } = balance ?? {};
  if (refundingMinor > 0)
    return `${show(refundingMinor)} of ${kind} ${number} is on its way back. Wait until it has arrived.`;
  if (appliedMinor > 0)
    return `${show(appliedMinor)} of ${kind} ${number} is applied to invoices. Un-apply that first.`;
  const paidMinor = balance?.heldMinor ?? payable.paidMinor - payable.creditedMinor;
  if (paidMinor !== 0) return `${show(paidMinor)} has been paid on ${kind} ${number}. Reverse or refund that first.`;
  if (payable.creditedMinor > 0)
    return `${show(payable.creditedMinor)} of ${kind} ${number} is credited. Credit the rest instead.`;
  if (state === 'open' || state === 'requested') return undefined;
  return `${what} is ${PAYABLE_STATES[state].label.toLowerCase()}, so it can no longer be made void.`;
}
