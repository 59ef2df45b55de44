import type { Actor } from '../audit/record.ts';
import { openCase } from '../cases/open-case.ts';
import { settleCase } from '../cases/settle-case.ts';
import type { JournalLine } from '../ledger/journal.ts';
import { postJournal } from '../ledger/post-journal.ts';
import { queueLetter } from '../mail/queue-letter.ts';
import { showMoneyWithCode } from '../money/show-money.ts';
import type { Payable } from '../payables/payable.ts';
import { lockPayables } from '../payables/payables.store.ts';
import type { PaymentParts } from '../payments/payment-parts.ts';
import { DAY_MS, laterIso, nowIso } from '../platform/clock.ts';
import { auditRefund } from './audit-refund.ts';
import { issueRefundReceipt } from './issue-refund-receipt.ts';
import { elsewhereKey, failureAdvice, failureText, isOver, isUnexplained, type Refund } from './refund.ts';
import { writeRefundLetter } from './refund-letter.ts';
import { documentsOfRefund, moveRefund, readRefund } from './refunds.store.ts';
import { restoreDocuments } from './restore-documents.ts';
import { creditReducedClaims, takeFromDocuments } from './take-from-documents.ts';

/** A card's bank may send a refund back after it had arrived; the gateway tells, and the sweeper asks now and then. */
const LOOK_AFTER_MS = 7 * DAY_MS;

export type RefundOutcome =
  | { state: 'succeeded'; actor: Actor }
  | { state: 'failed' | 'cancelled'; actor: Actor; code: string | undefined };

/**
 * Books how a refund ended, in one transaction: state, documents, journal, receipt, audit, and a letter or a case. Whoever
 * moves the state first books; all others find it done. What failed after it had arrived is booked back.
 */
export async function bookRefund(parts: PaymentParts, refundId: string, outcome: RefundOutcome): Promise<void> {
  const { db } = parts;
  await db.tx(async () => {
    const { paymentId } = await readRefund(db, refundId);
    const payables = await lockPayables(db, await documentsOfRefund(db, { id: refundId, paymentId }));
    const refund = await readRefund(db, refundId);
    if (refund.state === outcome.state || isOver(refund.state)) return;
    if (outcome.state === 'succeeded') await bookArrival(parts, refund, { payables, actor: outcome.actor });
    else await bookFailure(parts, refund, { payables, outcome });
  });
}

async function bookArrival(
  parts: PaymentParts,
  refund: Refund,
  { payables, actor }: { payables: Payable[]; actor: Actor },
): Promise<void> {
  const { db, clock } = parts;
  const set = {
    settled_at: nowIso(clock),
    next_look_at: refund.method === 'card' ? laterIso(clock, LOOK_AFTER_MS) : null,
  };
  if (!(await moveRefund(db, refund.id, 'succeeded', set, [refund.state]))) return;
  const isKnown = refund.lines.length > 0;
  const debits: JournalLine[] = isKnown
    ? await takeFromDocuments(parts, refund, payables)
    : [{ ledgerAccount: 'suspense', currency: refund.currency, amountMinor: refund.amountMinor }];
  await postJournal(parts, {
    kind: 'refund-settled',
    subjectKind: 'refund',
    subjectId: refund.id,
    memo: memoOf('Refund', refund, payables),
    lines: [...debits, sourceOf(refund, -1)],
  });
  await auditRefund(parts, refund, { deed: 'succeeded', actor });
  if (isKnown) await finishGivingBack(parts, refund, actor);
}

/**
 * What follows once it is known of what the money that went back was: credit notes, links, the receipt of the refund and
 * its letter. In the transaction that booked it.
 */
export async function finishGivingBack(parts: PaymentParts, refund: Refund, actor: Actor): Promise<void> {
  await creditReducedClaims(parts, refund, actor);
  const receipt = await issueRefundReceipt(parts, refund);
  const letter = await writeRefundLetter(parts, refund, receipt);
  if (letter) await queueLetter(parts, letter);
}

async function bookFailure(
  parts: PaymentParts,
  refund: Refund,
  { payables, outcome }: { payables: Payable[]; outcome: Exclude<RefundOutcome, { state: 'succeeded' }> },
): Promise<void> {
  const { db, clock } = parts;
  const { state, actor, code } = outcome;
  const failure = failureText(code);
  const set = { ended_at: nowIso(clock), failure, failure_code: code ?? null, next_look_at: null };
  if (!(await moveRefund(db, refund.id, state, set, [refund.state]))) return;
  if (refund.state === 'succeeded') {
    const credits: JournalLine[] =
      refund.lines.length > 0
        ? await restoreDocuments(parts, refund, { payables, actor })
        : [{ ledgerAccount: 'suspense', currency: refund.currency, amountMinor: -refund.amountMinor }];
    await postJournal(parts, {
      kind: 'refund-returned',
      subjectKind: 'refund',
      subjectId: refund.id,
      memo: `${memoOf('Refund', refund, payables)}, came back`,
      lines: [sourceOf(refund, 1), ...credits],
    });
  }
  await auditRefund(parts, refund, { deed: state, actor, more: { failure } });
  if (isUnexplained(refund)) {
    const resolution = 'The refund came back before anybody had said what it was for.';
    await settleCase(parts, { dedupeKey: elsewhereKey(refund.gatewayRef ?? ''), resolution, actor });
    return;
  }
  await openCase(parts, {
    kind: 'failed-refund',
    dedupeKey: `failed-refund-${refund.id}`,
    subjectKind: 'refund',
    subjectId: refund.id,
    customerId: refund.customerId,
    summary: `The refund of ${sumOf(refund)}${ofWhat(refund, payables)} did not reach the card. ${failure} ${failureAdvice(code)}`,
    detail: { refundId: refund.id, gatewayRef: refund.gatewayRef, failure },
  });
}

function sumOf({ amountMinor, currency }: Refund): string {
  return showMoneyWithCode({ amountMinor, currency });
}

/** Where the money left, or with +1 came back to. */
function sourceOf({ accountId, currency, amountMinor }: Refund, sign: 1 | -1): JournalLine {
  const sum = { currency, amountMinor: sign * amountMinor };
  if (accountId) return { ledgerAccount: 'gateway-clearing', accountId, ...sum };
  return { ledgerAccount: 'undeposited-funds', ...sum };
}

/** "Refund of deposit D-1, invoice 7, re_1": for the books. */
export function memoOf(what: string, refund: Refund, payables: readonly Payable[]): string {
  return `${what}${ofWhat(refund, payables)}${refund.gatewayRef ? `, ${refund.gatewayRef}` : ''}`;
}

function ofWhat({ lines }: Refund, payables: readonly Payable[]): string {
  const named = lines.flatMap((line) => payables.find((one) => one.id === line.payableId) ?? []);
  return named.length > 0 ? ` of ${named.map(({ kind, number }) => `${kind} ${number}`).join(', ')}` : '';
}

/** What the gateway says of a refund that did not arrive, as an outcome. */
export function failureOf(state: 'failed' | 'cancelled', code: string | undefined): RefundOutcome {
  return { state, actor: { kind: 'gateway' }, code };
}
