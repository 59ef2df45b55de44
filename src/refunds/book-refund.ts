import { type Actor, recordAudit } from '../audit/record.ts';
import { openCase } from '../cases/open-case.ts';
import type { JournalLine } from '../ledger/journal.ts';
import { postJournal } from '../ledger/post-journal.ts';
import { queueLetter } from '../mail/queue-letter.ts';
import { plainAmount, showMoneyWithCode } from '../money/show-money.ts';
import type { Payable } from '../payables/payable.ts';
import { lockPayables } from '../payables/payables.store.ts';
import { restatePayable } from '../payables/restate-payable.ts';
import type { PaymentParts } from '../payments/payment-parts.ts';
import { DAY_MS, laterIso, nowIso } from '../platform/clock.ts';
import { failureAdvice, failureText, isOver, type Refund } from './refund.ts';
import { writeRefundLetter } from './refund-letter.ts';
import { moveRefund, readRefund } from './refunds.store.ts';

/** A card's bank may send a refund back after it had arrived; the gateway tells, and the sweeper asks now and then. */
const LOOK_AFTER_MS = 7 * DAY_MS;

export type RefundOutcome =
  | { state: 'succeeded'; actor: Actor }
  | { state: 'failed' | 'cancelled'; actor: Actor; code: string | undefined };

/**
 * Books how a refund ended, in one transaction: state, journal, the deposit's state, audit, and a letter or a case.
 * Whoever moves the state first books; all others find it done. What failed after it had arrived is booked back.
 */
export async function bookRefund(parts: PaymentParts, refundId: string, outcome: RefundOutcome): Promise<void> {
  const { db } = parts;
  await db.tx(async () => {
    const [deposit] = (await lockPayables(db, [(await readRefund(db, refundId)).payableId])) as [Payable];
    const refund = await readRefund(db, refundId);
    if (refund.state === outcome.state || isOver(refund.state)) return;
    if (outcome.state === 'succeeded') await bookArrival(parts, refund, deposit, outcome.actor);
    else await bookFailure(parts, refund, deposit, outcome);
  });
}

async function bookArrival(parts: PaymentParts, refund: Refund, deposit: Payable, actor: Actor): Promise<void> {
  const { db, clock } = parts;
  const set = {
    settled_at: nowIso(clock),
    next_look_at: refund.method === 'card' ? laterIso(clock, LOOK_AFTER_MS) : null,
  };
  if (!(await moveRefund(db, refund.id, 'succeeded', set, [refund.state]))) return;
  await postJournal(parts, {
    kind: 'refund-settled',
    subjectKind: 'refund',
    subjectId: refund.id,
    memo: `Refund of deposit ${deposit.number}${refund.gatewayRef ? `, ${refund.gatewayRef}` : ''}`,
    lines: linesOf(refund, 1),
  });
  await restatePayable(parts, deposit);
  await audit(parts, refund, actor, 'deposit.refunded');
  const letter = await writeRefundLetter(parts, refund, deposit);
  if (letter) await queueLetter(parts, letter);
}

async function bookFailure(
  parts: PaymentParts,
  refund: Refund,
  deposit: Payable,
  { state, actor, code }: Exclude<RefundOutcome, { state: 'succeeded' }>,
): Promise<void> {
  const { db, clock } = parts;
  const failure = failureText(code);
  const set = { ended_at: nowIso(clock), failure, failure_code: code ?? null, next_look_at: null };
  if (!(await moveRefund(db, refund.id, state, set, [refund.state]))) return;
  if (refund.state === 'succeeded') {
    await postJournal(parts, {
      kind: 'refund-returned',
      subjectKind: 'refund',
      subjectId: refund.id,
      memo: `Refund of deposit ${deposit.number} came back`,
      lines: linesOf(refund, -1),
    });
    await restatePayable(parts, deposit);
  }
  await audit(parts, refund, actor, `deposit.refund-${state}`, { failure });
  const sum = showMoneyWithCode({ amountMinor: refund.amountMinor, currency: refund.currency });
  await openCase(parts, {
    kind: 'failed-refund',
    dedupeKey: `failed-refund-${refund.id}`,
    subjectKind: 'deposit',
    subjectId: deposit.id,
    customerId: refund.customerId,
    summary: `The refund of ${sum} of deposit ${deposit.number} did not reach the card. ${failure} ${failureAdvice(code)}`,
    detail: { refundId: refund.id, gatewayRef: refund.gatewayRef, failure },
  });
}

/** Money that leaves for the customer, or with -1 comes back. */
function linesOf(refund: Refund, sign: 1 | -1): JournalLine[] {
  const { currency } = refund;
  const amountMinor = sign * refund.amountMinor;
  const from: JournalLine = refund.accountId
    ? { ledgerAccount: 'gateway-clearing', accountId: refund.accountId, currency, amountMinor: -amountMinor }
    : { ledgerAccount: 'undeposited-funds', currency, amountMinor: -amountMinor };
  return [{ ledgerAccount: 'customer-deposits', currency, amountMinor }, from];
}

async function audit(
  parts: PaymentParts,
  refund: Refund,
  actor: Actor,
  action: string,
  more: Record<string, unknown> = {},
): Promise<void> {
  await recordAudit(parts, {
    actor,
    action,
    subjectKind: 'deposit',
    subjectId: refund.payableId,
    detail: {
      refundId: refund.id,
      gatewayRef: refund.gatewayRef,
      amount: plainAmount({ amountMinor: refund.amountMinor, currency: refund.currency }),
      currency: refund.currency,
      ...more,
    },
  });
}

/** What the gateway says of a refund that did not arrive, as an outcome. */
export function failureOf(state: 'failed' | 'cancelled', code: string | undefined): RefundOutcome {
  return { state, actor: { kind: 'gateway' }, code };
}
