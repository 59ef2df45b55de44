import { type Actor, recordAudit } from '../audit/record.ts';
import { openCase } from '../cases/open-case.ts';
import { settleCase } from '../cases/settle-case.ts';
import { LONGEST_CREDIT_REASON } from '../invoices/credit-note.ts';
import { issueCreditNote } from '../invoices/issue-credit-note.ts';
import type { JournalLine } from '../ledger/journal.ts';
import { postJournal } from '../ledger/post-journal.ts';
import { endSettledLinks } from '../links/end-settled-links.ts';
import { reopenClosedLinks } from '../links/reopen-closed-links.ts';
import { plainAmount, showMoneyWithCode } from '../money/show-money.ts';
import type { Payable } from '../payables/payable.ts';
import { lockPayables } from '../payables/payables.store.ts';
import { readReason } from '../payables/reason.ts';
import { restatePayable } from '../payables/restate-payable.ts';
import { reverseAllocation } from '../payables/reverse-allocation.ts';
import type { PaymentParts } from '../payments/payment-parts.ts';
import { nowIso } from '../platform/clock.ts';
import type { Db } from '../platform/database/database.ts';
import { Refusal } from '../platform/refusal.ts';
import { UNBOOKED_STATES } from '../refunds/refund.ts';
import { type Dispute, type DisputeDecision, shareAmongDocuments } from './dispute.ts';
import { lostKey } from './dispute-cases.ts';
import {
  documentsOfDispute,
  readDispute,
  roomsOfPayment,
  takenMinor,
  writeDispute,
  writeParts,
} from './disputes.store.ts';
import { type AppliedAgain, applyRestAgain, freeDeposit } from './free-deposit.ts';

export interface Decision {
  disputeId: string;
  outcome: DisputeDecision;
  reason: string;
  actor: Actor & { id: string };
}

/**
 * Says what becomes of the claim when a dispute is lost, once: the documents are owed again, or that is written off by
 * credit notes. Money of a deposit is taken as by a refund: what was applied of it is owed again on its invoices. What the
 * payment settles no more goes to suspense, with a case. Of two who decide at once one is first.
 * Errors: 404; Refusal `fields-invalid` (422) without a reason; `not-lost`, `decided`, `refund-under-way`, `being-paid`
 * (409).
 */
export async function decideDispute(parts: PaymentParts, order: Decision): Promise<void> {
  const { db, clock } = parts;
  const given = { ...order, reason: readReason(order.reason) };
  await db.tx(async () => {
    const documents = await lockPayables(db, await documentsOfDispute(db, given.disputeId));
    const dispute = await readDispute(db, given.disputeId);
    refuseUndecidable(dispute);
    await refuseWhileRefunding(db, dispute, documents);

    const found = await takeFromDocuments(parts, dispute, documents, given.actor);
    const set = {
      decision: given.outcome,
      decided_at: nowIso(clock),
      decided_by: given.actor.id,
      decision_reason: given.reason,
    };
    if (!(await writeDispute(db, dispute, set))) throw decided();
    for (const deposit of documents.filter((one) => one.kind === 'deposit')) {
      const [now] = (await lockPayables(db, [deposit.id])) as [Payable];
      await restatePayable(parts, now);
    }
    await applyRestAgain(parts, dispute.id, found.applied, given.actor);
    if (given.outcome === 'written-off') await creditAll(parts, dispute, found, given);
    else if (found.owed.length > 0)
      await reopenClosedLinks(parts, { payableIds: found.owed.map((one) => one.invoiceId), actor: given.actor });
    await tell(parts, dispute, given);
  });
}

function refuseUndecidable(dispute: Dispute): void {
  if (dispute.decision) throw decided();
  if (dispute.state !== 'lost') {
    throw new Refusal('not-lost', 409, 'Only a dispute that is lost needs this decision.');
  }
}

/** Money of a refund that is not booked yet, or not explained, would be taken out of the same documents a second time. */
async function refuseWhileRefunding(db: Db, { paymentId }: Dispute, documents: readonly Payable[]): Promise<void> {
  if (!paymentId) return;
  const deposits = documents.filter((one) => one.kind === 'deposit').map((one) => one.id);
  const refund = await db.q
    .selectFrom('refund')
    .select('id')
    .where(({ or, eb }) =>
      or([
        eb('payment_id', '=', paymentId),
        // What is given back of a deposit by hand is of no payment. No list may be empty: PostgreSQL knows none.
        eb('id', 'in', (from) =>
          from
            .selectFrom('refund_line')
            .select('refund_id')
            .where('payable_id', 'in', [...deposits, '']),
        ),
      ]),
    )
    .where(({ or, and, eb }) =>
      or([
        eb('state', 'in', UNBOOKED_STATES),
        and([eb('state', '=', 'succeeded'), eb('origin', '=', 'gateway'), eb('decided_at', 'is', null)]),
      ]),
    )
    .executeTakeFirst();
  if (!refund) return;
  throw new Refusal(
    'refund-under-way',
    409,
    'A refund of this payment is on its way, waits for a second person, or waits to be explained. See to it first: it stands among the refunds.',
    { detail: { refundId: refund.id } },
  );
}

interface Taken {
  /** What is owed again on invoices. */
  owed: Array<{ invoiceId: string; amountMinor: number }>;
  /** Applications of deposits that were taken back, and how much of each may be applied again. */
  applied: AppliedAgain[];
}

/** Takes what the bank has kept out of what the payment settled, and books it. */
async function takeFromDocuments(
  parts: PaymentParts,
  dispute: Dispute,
  documents: Payable[],
  actor: Actor & { id: string },
): Promise<Taken> {
  const { db } = parts;
  const { currency } = dispute;
  const outMinor = await takenMinor(db, dispute.id);
  // Not what it concerned when it began: refunds may have gone, or come back, since then.
  const shares = shareAmongDocuments(outMinor, await roomsOfPayment(db, dispute.paymentId ?? '', dispute.id));
  await writeParts(db, dispute.id, shares);
  const taken: Taken = { owed: [], applied: [] };
  const lines: JournalLine[] = [];
  let restMinor = outMinor;
  for (const { payableId, amountMinor } of shares) {
    const document = documents.find((one) => one.id === payableId) as Payable;
    restMinor -= amountMinor;
    if (document.kind === 'invoice') {
      await oweAgain(parts, dispute, document, amountMinor, actor);
      taken.owed.push({ invoiceId: document.id, amountMinor });
      lines.push({ ledgerAccount: 'receivables', currency, amountMinor });
    } else {
      const freed = await freeDeposit(parts, document, amountMinor, actor);
      taken.applied.push(...freed);
      for (const { invoiceId, keptMinor } of freed) taken.owed.push({ invoiceId, amountMinor: keptMinor });
      lines.push({ ledgerAccount: 'customer-deposits', currency, amountMinor });
    }
  }
  if (restMinor !== 0) {
    lines.push({ ledgerAccount: 'suspense', currency, amountMinor: restMinor });
    await tellOfHomeless(parts, dispute, restMinor);
  }
  if (outMinor !== 0) {
    await postJournal(parts, {
      kind: 'dispute-decided',
      subjectKind: 'dispute',
      // It may be decided again, after it was won in between.
      subjectId: `${dispute.id}:${dispute.version}`,
      memo: `Dispute ${dispute.gatewayRef} lost`,
      lines: [...lines, { ledgerAccount: 'disputes', currency, amountMinor: -outMinor }],
    });
  }
  return taken;
}

async function oweAgain(
  parts: PaymentParts,
  dispute: Dispute,
  invoice: Payable,
  amountMinor: number,
  actor: Actor & { id: string },
): Promise<void> {
  const paymentId = dispute.paymentId ?? '';
  const { id } = await parts.db.q
    .selectFrom('allocation')
    .select('id')
    .where('payment_id', '=', paymentId)
    .where('payable_id', '=', invoice.id)
    .where('reverses', 'is', null)
    .executeTakeFirstOrThrow();
  await reverseAllocation(parts, invoice, { id, paymentId, amountMinor, createdBy: actor.id });
}

/** One credit note for each invoice, also where a part of it was paid out of a deposit. */
async function creditAll(parts: PaymentParts, dispute: Dispute, { owed }: Taken, given: Decision): Promise<void> {
  const sums = new Map<string, number>();
  for (const { invoiceId, amountMinor } of owed) sums.set(invoiceId, (sums.get(invoiceId) ?? 0) + amountMinor);
  for (const [invoiceId, amountMinor] of sums) {
    if (amountMinor === 0) continue;
    await issueCreditNote(
      { ...parts, endSettledLinks },
      {
        invoiceId,
        amountMinor,
        reasonKind: 'dispute',
        reason: given.reason.slice(0, LONGEST_CREDIT_REASON),
        submissionId: `${dispute.id}-${dispute.version}-${invoiceId}`,
        actor: given.actor,
        cameOf: { disputeId: dispute.id },
      },
    );
  }
}

async function tellOfHomeless(parts: PaymentParts, dispute: Dispute, amountMinor: number): Promise<void> {
  const sum = showMoneyWithCode({ amountMinor, currency: dispute.currency });
  await openCase(parts, {
    kind: 'gateway-mismatch',
    dedupeKey: `dispute-rest-${dispute.id}-${dispute.version}`,
    subjectKind: 'dispute',
    subjectId: dispute.id,
    customerId: dispute.customerId,
    summary: `The bank kept ${sum} more than this payment settles here, perhaps because that was refunded before. It stands under suspense: find out whether the customer has it twice.`,
    detail: { restMinor: amountMinor, currency: dispute.currency, gatewayRef: dispute.gatewayRef },
  });
}

async function tell(parts: PaymentParts, dispute: Dispute, { outcome, reason, actor }: Decision): Promise<void> {
  const said = outcome === 'owed-again' ? 'The customer owes the sum again' : 'The sum is written off';
  await settleCase(parts, { dedupeKey: lostKey(dispute), resolution: `${said}: ${reason}`, actor });
  await recordAudit(parts, {
    actor,
    action: 'dispute.decided',
    subjectKind: 'dispute',
    subjectId: dispute.id,
    detail: { outcome, reason, amount: plainAmount(dispute), currency: dispute.currency },
  });
}

function decided(): Refusal {
  return new Refusal('decided', 409, 'Somebody has decided about this dispute meanwhile. Open it again to see how.');
}
