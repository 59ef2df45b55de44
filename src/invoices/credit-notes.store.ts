import type { Db } from '../platform/database/database.ts';
import { isId } from '../platform/ids.ts';
import { notFound } from '../platform/refusal.ts';
import type { CreditNote, CreditReason } from './credit-note.ts';

/** Errors: 404 when there is none of that id. In the transaction one stands in, if any. */
export async function readCreditNote(db: Db, id: string): Promise<CreditNote> {
  const [note] = isId(id, 'crn') ? await found(db, { id }) : [];
  if (!note) throw notFound('credit note');
  return note;
}

/** The credit note that a form made, where it was sent before. */
export async function creditNoteOfForm(db: Db, submissionId: string): Promise<CreditNote | undefined> {
  return (await found(db, { submissionId }))[0];
}

/** The credit notes on an invoice, oldest first, at most 200, also those that were taken back. */
export async function creditNotesOn(db: Db, invoiceId: string): Promise<CreditNote[]> {
  return found(db, { invoiceId });
}

/** The credit notes that came of a refund, one for each invoice at most. */
export async function creditNotesOfRefund(db: Db, refundId: string): Promise<CreditNote[]> {
  return found(db, { refundId });
}

/** The credit notes by which lost disputes were written off, one for each invoice and time that it was lost. */
export async function creditNotesOfDispute(db: Db, disputeId: string): Promise<CreditNote[]> {
  return found(db, { disputeId });
}

async function found(
  db: Db,
  of: { id: string } | { submissionId: string } | { invoiceId: string } | { refundId: string } | { disputeId: string },
): Promise<CreditNote[]> {
  let query = db.read
    .selectFrom('credit_note')
    .leftJoin('person', 'person.id', 'credit_note.created_by')
    .selectAll('credit_note')
    .select('person.name as issuer');
  if ('id' in of) query = query.where('credit_note.id', '=', of.id);
  else if ('submissionId' in of) query = query.where('credit_note.submission_id', '=', of.submissionId);
  else if ('invoiceId' in of) query = query.where('credit_note.payable_id', '=', of.invoiceId);
  else if ('refundId' in of) query = query.where('credit_note.refund_id', '=', of.refundId);
  else query = query.where('credit_note.dispute_id', '=', of.disputeId);
  const rows = await query.orderBy('credit_note.id').limit(200).execute();
  return rows.map((row) => ({
    id: row.id,
    number: row.number,
    payableId: row.payable_id,
    customerId: row.customer_id,
    currency: row.currency,
    amountMinor: row.amount_minor,
    reasonKind: row.reason_kind as CreditReason,
    reason: row.reason,
    allocationId: row.allocation_id,
    refundId: row.refund_id ?? undefined,
    disputeId: row.dispute_id ?? undefined,
    content: JSON.parse(row.content),
    issuedAt: row.issued_at,
    issuedBy: row.issuer ?? undefined,
    withdrawn: row.withdrawn_at ? { at: row.withdrawn_at, reason: row.withdraw_reason ?? '' } : undefined,
  }));
}
