import { type Actor, recordAudit } from '../audit/record.ts';
import { readCompany } from '../company/company.store.ts';
import { letterheadOf } from '../company/letterhead.ts';
import { postJournal } from '../ledger/post-journal.ts';
import { plainAmount, showMoneyWithCode } from '../money/show-money.ts';
import { refuseWhileLeased } from '../payables/lease.ts';
import type { Payable } from '../payables/payable.ts';
import { lockPayables } from '../payables/payables.store.ts';
import { restatePayable } from '../payables/restate-payable.ts';
import type { VoidingParts } from '../payables/void-payable.ts';
import { type Clock, nowIso } from '../platform/clock.ts';
import type { Db } from '../platform/database/database.ts';
import { nextNumber } from '../platform/database/next-number.ts';
import { newId } from '../platform/ids.ts';
import { notFound, Refusal, refuseFields } from '../platform/refusal.ts';
import { tidyLine } from '../platform/text-key.ts';
import {
  type CreditNote,
  type CreditNoteContent,
  type CreditReason,
  creditNoteNumber,
  creditReasonFaults,
} from './credit-note.ts';
import { creditNoteOfForm, readCreditNote } from './credit-notes.store.ts';

/** Links stand above on the stair: whoever wires hands in the deed that ends those for which nothing is due any more. */
export type CreditingParts = VoidingParts;

export interface NewCreditNote {
  invoiceId: string;
  /** Whole minor units of the invoice's currency. */
  amountMinor: number;
  reasonKind: CreditReason;
  /** In words, for colleagues; may be empty unless the reason is another one. */
  reason: string;
  /** Made with the form, or a key of what it comes of: the same one is one credit note. */
  submissionId: string;
  actor: Actor;
  /**
   * What took the same sum off what was paid, in the same transaction: then nothing that a payer was shown is lowered,
   * and a card payment under way does not stand in the way.
   */
  cameOf?: { refundId: string } | { disputeId: string } | undefined;
}

/**
 * Lowers what is due of an invoice by a numbered credit note: a row among the allocations, so that every sum of what is
 * due knows of it, and Dr refunds, Cr receivables. Joins the transaction one stands in. Gives the credit note.
 * Errors: 404; Refusal `fields-invalid` (422); `more-than-due`, `being-paid` (409).
 */
export async function issueCreditNote(parts: CreditingParts, order: NewCreditNote): Promise<CreditNote> {
  const { db, clock } = parts;
  const given = { ...order, reason: tidyLine(order.reason) };
  const faults = creditReasonFaults(given);
  if (!Number.isSafeInteger(given.amountMinor) || given.amountMinor <= 0) faults.amount = 'Enter a sum above zero.';
  if (Object.keys(faults).length > 0) throw refuseFields(faults);
  return db.tx(async () => {
    const [invoice] = await lockPayables(db, [given.invoiceId]);
    if (invoice?.kind !== 'invoice') throw notFound('invoice');
    const before = await creditNoteOfForm(db, given.submissionId);
    if (before) return before;
    if (!given.cameOf) await refuseWhileLeased(db, [invoice.id]);
    refuseBeyondDue(invoice, given.amountMinor);

    const [id, allocationId] = [newId('crn'), newId('all')];
    const createdBy = given.actor.kind === 'person' ? (given.actor.id ?? null) : null;
    await db.q
      .insertInto('allocation')
      .values({
        id: allocationId,
        payable_id: invoice.id,
        payment_id: null,
        deposit_id: null,
        amount_minor: given.amountMinor,
        reverses: null,
        created_by: createdBy,
        created_at: nowIso(clock),
        source: 'credit-note',
      })
      .execute();
    const after = await restatePayable(parts, invoice);
    const number = await nextNumber(db, 'credit-note', 1);
    await db.q
      .insertInto('credit_note')
      .values({
        id,
        number,
        payable_id: invoice.id,
        customer_id: invoice.customerId,
        currency: invoice.currency,
        amount_minor: given.amountMinor,
        reason_kind: given.reasonKind,
        reason: given.reason,
        allocation_id: allocationId,
        refund_id: given.cameOf && 'refundId' in given.cameOf ? given.cameOf.refundId : null,
        dispute_id: given.cameOf && 'disputeId' in given.cameOf ? given.cameOf.disputeId : null,
        content: JSON.stringify(await snapshot(parts, invoice, after)),
        submission_id: given.submissionId,
        created_by: createdBy,
        issued_at: nowIso(clock),
      })
      .execute();
    await postJournal(parts, {
      kind: 'credit-note-issued',
      subjectKind: 'allocation',
      subjectId: allocationId,
      memo: `Credit note ${creditNoteNumber(number)} on invoice ${invoice.number}`,
      lines: [
        { ledgerAccount: 'refunds', currency: invoice.currency, amountMinor: given.amountMinor },
        { ledgerAccount: 'receivables', currency: invoice.currency, amountMinor: -given.amountMinor },
      ],
    });
    await parts.endSettledLinks({ db, clock }, { payableIds: [invoice.id], actor: given.actor });
    await recordAudit(parts, {
      actor: given.actor,
      action: 'invoice.credited',
      subjectKind: 'invoice',
      subjectId: invoice.id,
      detail: {
        creditNote: creditNoteNumber(number),
        amount: plainAmount({ amountMinor: given.amountMinor, currency: invoice.currency }),
        currency: invoice.currency,
        reasonKind: given.reasonKind,
        ...(given.reason ? { reason: given.reason } : {}),
        ...given.cameOf,
      },
    });
    return readCreditNote(db, id);
  });
}

function refuseBeyondDue({ number, dueMinor, currency }: Payable, amountMinor: number): void {
  if (amountMinor <= dueMinor) return;
  const due = dueMinor > 0 ? `Only ${showMoneyWithCode({ amountMinor: dueMinor, currency })} is` : 'Nothing is';
  const sentence = `${due} due on invoice ${number}. What is paid is refunded instead.`;
  throw new Refusal('more-than-due', 409, sentence, { fields: { amount: sentence } });
}

/** What the credit note will show for good. */
async function snapshot(
  { db, clock }: { db: Db; clock: Clock },
  before: Payable,
  after: Payable,
): Promise<CreditNoteContent> {
  const [company, customer, invoice] = await Promise.all([
    readCompany(db),
    db.q
      .selectFrom('customer')
      .select(['number', 'name', 'address', 'language'])
      .where('id', '=', before.customerId)
      .executeTakeFirstOrThrow(),
    db.q.selectFrom('invoice').select('issued_on').where('payable_id', '=', before.id).executeTakeFirstOrThrow(),
  ]);
  return {
    issuedAt: nowIso(clock),
    timeZone: company.timeZone,
    language: customer.language,
    company: letterheadOf(company),
    customer: { number: customer.number, name: customer.name, address: customer.address },
    invoice: { number: before.number, issuedOn: invoice.issued_on, totalMinor: before.totalMinor },
    dueBeforeMinor: before.dueMinor,
    dueAfterMinor: after.dueMinor,
  };
}
