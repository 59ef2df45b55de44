import type { Account } from '../accounts/account.ts';
import { findAccount } from '../accounts/accounts.store.ts';
import { inBrandOf } from '../accounts/brand.ts';
import { recordAudit, SYSTEM } from '../audit/record.ts';
import { readCompany } from '../company/company.store.ts';
import { letterheadOf } from '../company/letterhead.ts';
import { creditNoteNumber } from '../invoices/credit-note.ts';
import { creditNotesOfRefund } from '../invoices/credit-notes.store.ts';
import { readPayables } from '../payables/payables.store.ts';
import { type Clock, nowIso } from '../platform/clock.ts';
import type { Db } from '../platform/database/database.ts';
import { nextNumber } from '../platform/database/next-number.ts';
import { newId } from '../platform/ids.ts';
import { receiptNumber } from '../receipts/receipt.ts';
import { type Refund, refundNumber } from './refund.ts';
import type { RefundReceipt, RefundReceiptContent, RefundReceiptLine } from './refund-receipt.ts';

/**
 * Writes the numbered receipt of a refund that is being booked, in the booking transaction; gives it. What it shows is
 * frozen. Errors: a second receipt of the same refund (unique index).
 */
export async function issueRefundReceipt(parts: { db: Db; clock: Clock }, refund: Refund): Promise<RefundReceipt> {
  const { db, clock } = parts;
  const account = await accountOf(db, refund);
  const content = await snapshot(db, refund, { account, issuedAt: nowIso(clock) });
  const id = newId('rfr');
  const number = await nextNumber(db, 'refund-receipt', 1);
  await db.q
    .insertInto('refund_receipt')
    .values({ id, number, refund_id: refund.id, issued_at: content.issuedAt, content: JSON.stringify(content) })
    .execute();
  await recordAudit(parts, {
    actor: SYSTEM,
    action: 'refund.receipt-issued',
    subjectKind: 'refund',
    subjectId: refund.id,
    detail: { number: refundNumber(number) },
  });
  return {
    id,
    number,
    refundId: refund.id,
    accountId: refund.accountId,
    issuedAt: content.issuedAt,
    content,
    returnedAt: undefined,
  };
}

async function accountOf(db: Db, { accountId }: Refund): Promise<Account | undefined> {
  return accountId ? findAccount(db, accountId) : undefined;
}

async function snapshot(
  db: Db,
  refund: Refund,
  { account, issuedAt }: { account: Account | undefined; issuedAt: string },
): Promise<RefundReceiptContent> {
  const ours = await readCompany(db);
  const company = account ? inBrandOf(ours, account.brand) : ours;
  const customer = await db.q
    .selectFrom('customer')
    .select(['number', 'name', 'language'])
    .where('id', '=', refund.customerId)
    .executeTakeFirstOrThrow();
  const paid = await paidBy(db, refund);
  return {
    issuedAt,
    timeZone: company.timeZone,
    language: customer.language,
    company: letterheadOf(company),
    customer: { number: customer.number, name: customer.name },
    testMode: account?.livemode === false,
    method: refund.method,
    card: refund.method === 'card' ? paid.card : undefined,
    reference: refund.reference,
    gatewayRef: refund.gatewayRef,
    amountMinor: refund.amountMinor,
    currency: refund.currency,
    reasonKind: refund.reasonKind,
    lines: await linesOf(db, refund),
    receipts: paid.receipts,
  };
}

async function linesOf(db: Db, refund: Refund): Promise<RefundReceiptLine[]> {
  const payables = await readPayables(
    db,
    refund.lines.map((line) => line.payableId),
  );
  const notes = await creditNotesOfRefund(db, refund.id);
  return refund.lines.flatMap((line) => {
    const payable = payables.find((one) => one.id === line.payableId);
    if (!payable) return [];
    const note = notes.find((one) => one.payableId === line.payableId);
    return [
      {
        kind: payable.kind,
        number: payable.number,
        amountMinor: line.amountMinor,
        outcome: line.outcome,
        creditNote: note && creditNoteNumber(note.number),
      },
    ];
  });
}

/** The receipts of what was paid, and the card; of what is given back by hand of a deposit, all that was paid into it. */
async function paidBy(db: Db, refund: Refund) {
  const rows = await db.q
    .selectFrom('receipt')
    .innerJoin('payment', 'payment.id', 'receipt.payment_id')
    .select(['receipt.number', 'payment.card_brand', 'payment.card_last4'])
    .where((where) =>
      refund.paymentId
        ? where('payment.id', '=', refund.paymentId)
        : where('payment.id', 'in', (from) =>
            from
              .selectFrom('allocation')
              .select('allocation.payment_id')
              .where('allocation.payment_id', 'is not', null)
              .where('allocation.payable_id', 'in', ['', ...refund.lines.map((line) => line.payableId)])
              .$castTo<{ payment_id: string }>(),
          ),
    )
    .orderBy('receipt.number')
    .limit(20)
    .execute();
  const [first] = rows;
  return {
    receipts: rows.map((row) => receiptNumber(row.number)),
    card: first?.card_brand ? { brand: first.card_brand, last4: first.card_last4 ?? '' } : undefined,
  };
}
