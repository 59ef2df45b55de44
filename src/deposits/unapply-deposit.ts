import { type Actor, recordAudits } from '../audit/record.ts';
import { postJournal } from '../ledger/post-journal.ts';
import { reopenClosedLinks } from '../links/reopen-closed-links.ts';
import { plainAmount } from '../money/show-money.ts';
import type { Payable } from '../payables/payable.ts';
import { lockPayables } from '../payables/payables.store.ts';
import { restatePayable } from '../payables/restate-payable.ts';
import { type Clock, nowIso } from '../platform/clock.ts';
import type { Db } from '../platform/database/database.ts';
import { newId } from '../platform/ids.ts';
import { notFound } from '../platform/refusal.ts';

/**
 * Takes back that a deposit was set against an invoice, in full and once: the sum is due again and held again. It raises
 * what is due, so a card payment under way does no harm. Gives false when it was taken back before.
 * Errors: 404 when there is no such application.
 */
export async function unapplyDeposit(
  parts: { db: Db; clock: Clock },
  { applicationId, actor }: { applicationId: string; actor: Actor },
): Promise<boolean> {
  const { db, clock } = parts;
  return db.tx(async () => {
    const application = await readApplication(db, applicationId);
    const payables = await lockPayables(db, [application.depositId, application.invoiceId]);
    if (await isReversed(db, applicationId)) return false;
    const deposit = payables.find((one) => one.id === application.depositId) as Payable;
    const invoice = payables.find((one) => one.id === application.invoiceId) as Payable;
    const { amountMinor } = application;
    const id = newId('all');
    await db.q
      .insertInto('allocation')
      .values({
        id,
        payable_id: invoice.id,
        payment_id: null,
        deposit_id: deposit.id,
        amount_minor: -amountMinor,
        reverses: applicationId,
        created_by: actor.kind === 'person' ? (actor.id ?? null) : null,
        created_at: nowIso(clock),
      })
      .execute();
    await restatePayable(parts, invoice);
    await restatePayable(parts, deposit);
    await reopenClosedLinks(parts, { payableIds: [invoice.id], actor });
    await postJournal(parts, {
      kind: 'deposit-unapplied',
      subjectKind: 'allocation',
      subjectId: id,
      memo: `Deposit ${deposit.number} taken back from invoice ${invoice.number}`,
      lines: [
        { ledgerAccount: 'receivables', currency: deposit.currency, amountMinor },
        { ledgerAccount: 'customer-deposits', currency: deposit.currency, amountMinor: -amountMinor },
      ],
    });
    const sum = { amount: plainAmount({ amountMinor, currency: deposit.currency }), currency: deposit.currency };
    await recordAudits(parts, [
      {
        actor,
        action: 'deposit.unapplied',
        subjectKind: 'deposit',
        subjectId: deposit.id,
        detail: { applicationId, invoice: invoice.number, ...sum },
      },
      {
        actor,
        action: 'invoice.deposit-unapplied',
        subjectKind: 'invoice',
        subjectId: invoice.id,
        detail: { applicationId, deposit: deposit.number, ...sum },
      },
    ]);
    return true;
  });
}

async function readApplication(db: Db, id: string) {
  const row = await db.q
    .selectFrom('allocation')
    .select(['deposit_id', 'payable_id', 'amount_minor'])
    .where('id', '=', id)
    .where('deposit_id', 'is not', null)
    .where('reverses', 'is', null)
    .executeTakeFirst();
  if (!row) throw notFound('application of a deposit');
  return { depositId: row.deposit_id as string, invoiceId: row.payable_id, amountMinor: row.amount_minor };
}

async function isReversed(db: Db, id: string): Promise<boolean> {
  const row = await db.q
    .selectFrom('allocation')
    .select('id')
    .where('reverses', '=', id)
    .where('deposit_id', 'is not', null)
    .executeTakeFirst();
  return row !== undefined;
}
