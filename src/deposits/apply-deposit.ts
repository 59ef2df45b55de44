import { type Actor, recordAudits } from '../audit/record.ts';
import { postJournal } from '../ledger/post-journal.ts';
import { endSettledLinks } from '../links/end-settled-links.ts';
import { plainAmount, showMoneyWithCode } from '../money/show-money.ts';
import { allocate } from '../payables/allocate.ts';
import { readDepositBalance } from '../payables/deposit-balance.store.ts';
import { refuseWhileLeased } from '../payables/lease.ts';
import type { Payable } from '../payables/payable.ts';
import { lockPayables } from '../payables/payables.store.ts';
import { restatePayable } from '../payables/restate-payable.ts';
import { refuseWhileUnexplained } from '../payables/unexplained-refund.ts';
import type { Clock } from '../platform/clock.ts';
import type { Db } from '../platform/database/database.ts';
import { newId } from '../platform/ids.ts';
import { notFound, Refusal, refuseFields } from '../platform/refusal.ts';

export interface DepositToApply {
  depositId: string;
  invoiceId: string;
  /** Whole minor units; without it, as much as fits. */
  amountMinor?: number | undefined;
  /** Made with the form: the same form sent twice is one application. */
  submissionId: string;
  actor: Actor;
}

/**
 * Sets what is left of a deposit against an invoice of the same customer and currency; gives the sum, whole minor units.
 * Errors: Refusal `more-than-left`, `more-than-due`, `other-customer`, `other-currency` or `being-paid` (409; the first
 * two also under the field `amount`), `fields-invalid` (422) for no sum, or 404.
 */
export async function applyDeposit(parts: { db: Db; clock: Clock }, order: DepositToApply): Promise<number> {
  const { db } = parts;
  return db.tx(async () => {
    const payables = await lockPayables(db, [order.depositId, order.invoiceId]);
    const done = await appliedByForm(db, order);
    if (done !== undefined) return done;
    const deposit = payables.find((one) => one.id === order.depositId && one.kind === 'deposit');
    const invoice = payables.find((one) => one.id === order.invoiceId && one.kind === 'invoice');
    if (!deposit) throw notFound('deposit');
    if (!invoice) throw notFound('invoice');
    refuseStrangers(deposit, invoice);
    await refuseWhileLeased(db, [invoice.id]);
    await refuseWhileUnexplained(db, [deposit.id]);
    const amountMinor = await fitting(db, { deposit, invoice }, order.amountMinor);

    const id = newId('all');
    const createdBy = order.actor.kind === 'person' ? order.actor.id : undefined;
    const from = { depositId: deposit.id, submissionId: order.submissionId, amountMinor, createdBy };
    await allocate(parts, invoice, from, id);
    await restatePayable(parts, deposit);
    await postJournal(parts, {
      kind: 'deposit-applied',
      subjectKind: 'allocation',
      subjectId: id,
      memo: `Deposit ${deposit.number} applied to invoice ${invoice.number}`,
      lines: [
        { ledgerAccount: 'customer-deposits', currency: deposit.currency, amountMinor },
        { ledgerAccount: 'receivables', currency: deposit.currency, amountMinor: -amountMinor },
      ],
    });
    await endSettledLinks(parts, { payableIds: [invoice.id], actor: order.actor });
    const sum = { amount: plainAmount({ amountMinor, currency: deposit.currency }), currency: deposit.currency };
    await recordAudits(parts, [
      {
        actor: order.actor,
        action: 'deposit.applied',
        subjectKind: 'deposit',
        subjectId: deposit.id,
        detail: { applicationId: id, invoice: invoice.number, ...sum },
      },
      {
        actor: order.actor,
        action: 'invoice.deposit-applied',
        subjectKind: 'invoice',
        subjectId: invoice.id,
        detail: { applicationId: id, deposit: deposit.number, ...sum },
      },
    ]);
    return amountMinor;
  });
}

async function appliedByForm(db: Db, { submissionId, depositId, invoiceId }: DepositToApply) {
  const row = await db.q
    .selectFrom('allocation')
    .select('amount_minor')
    .where('submission_id', '=', submissionId)
    .where('deposit_id', '=', depositId)
    .where('payable_id', '=', invoiceId)
    .executeTakeFirst();
  return row?.amount_minor;
}

function refuseStrangers(deposit: Payable, invoice: Payable): void {
  if (deposit.customerId !== invoice.customerId) {
    throw new Refusal(
      'other-customer',
      409,
      `Deposit ${deposit.number} is of another customer than invoice ${invoice.number}.`,
    );
  }
  if (deposit.currency !== invoice.currency) {
    throw new Refusal(
      'other-currency',
      409,
      `Deposit ${deposit.number} is in ${deposit.currency}, and invoice ${invoice.number} in ${invoice.currency}.`,
    );
  }
}

/** The sum that was asked for, or as much as fits. */
async function fitting(
  db: Db,
  { deposit, invoice }: { deposit: Payable; invoice: Payable },
  wantedMinor: number | undefined,
): Promise<number> {
  const { leftMinor } = await readDepositBalance(db, deposit.id);
  const amountMinor = wantedMinor ?? Math.min(leftMinor, invoice.dueMinor);
  const show = (minor: number) => showMoneyWithCode({ amountMinor: minor, currency: deposit.currency });
  if (leftMinor <= 0 || amountMinor > leftMinor) {
    const left = leftMinor > 0 ? `Only ${show(leftMinor)} is` : 'Nothing is';
    throw refuseSum('more-than-left', `${left} left of deposit ${deposit.number}.`);
  }
  if (invoice.dueMinor <= 0 || amountMinor > invoice.dueMinor) {
    const due = invoice.dueMinor > 0 ? `Only ${show(invoice.dueMinor)} is` : 'Nothing is';
    throw refuseSum('more-than-due', `${due} due on invoice ${invoice.number}.`);
  }
  if (!Number.isSafeInteger(amountMinor) || amountMinor <= 0) throw refuseFields({ amount: 'Enter a sum above zero.' });
  return amountMinor;
}

function refuseSum(code: string, sentence: string): Refusal {
  return new Refusal(code, 409, sentence, { fields: { amount: sentence } });
}
