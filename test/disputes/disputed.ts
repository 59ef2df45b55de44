import { takeInDispute } from '../../src/disputes/take-in-dispute.ts';
import { readPayment } from '../../src/payments/payments.store.ts';
import { startPayment } from '../../src/payments/start-payment.ts';
import { anInvoice } from '../support/seeds.ts';
import type { Till } from '../support/till.ts';

interface Wanted {
  /** What is paid; a new invoice of EUR 125.00 where nothing is named. */
  payableIds?: string[];
  /** Of the payment; all of it where nothing is said. */
  amount?: number;
  reason?: string;
  inquiry?: boolean;
}

/** Pays by card, and gives the payment with the charge that its bank may dispute. */
export async function paid(till: Till, payableIds?: string[]) {
  const ids = payableIds ?? [(await anInvoice(till.house)).id];
  const { paymentId } = await startPayment(till.house, await till.press(await till.aLink(ids)));
  const row = await till.house.db.read
    .selectFrom('payment')
    .select(['charge_ref', 'gateway_ref'])
    .where('id', '=', paymentId)
    .executeTakeFirstOrThrow();
  return {
    paymentId,
    payableIds: ids,
    chargeRef: row.charge_ref ?? '',
    payment: await readPayment(till.house.db, paymentId),
  };
}

/** The card's bank disputes a payment; nobody here has heard of it yet. */
export async function disputedThere(till: Till, { payableIds, ...more }: Wanted = {}) {
  const charged = await paid(till, payableIds);
  const { id: ref } = await till.control<{ id: string }>('POST', `/charges/${charged.chargeRef}/disputes`, more);
  return { ...charged, ref };
}

/** The same, taken in. */
export async function disputed(till: Till, wanted: Wanted = {}) {
  const there = await disputedThere(till, wanted);
  return { ...there, dispute: await takeInDispute(till.house, till.account.id, there.ref) };
}

/** The bank decides, and we hear of it. */
export async function bankDecides(
  till: Till,
  ref: string,
  outcome: 'won' | 'lost' | 'prevented' | 'escalate' | 'appeal',
) {
  await till.control('POST', `/disputes/${ref}/decision`, { outcome });
  return takeInDispute(till.house, till.account.id, ref);
}

/** What the books hold on an account of the chart, in minor units. */
export async function balanceOf(till: Till, ledgerAccount: string): Promise<number> {
  const row = await till.house.db.read
    .selectFrom('journal_line')
    .select(({ fn }) => fn.sum<number | null>('amount_minor').as('sum'))
    .where('ledger_account', '=', ledgerAccount)
    .executeTakeFirstOrThrow();
  return Number(row.sum ?? 0);
}

/** The open cases about something, by kind. */
export async function openCasesAbout(till: Till, subjectId: string): Promise<string[]> {
  const rows = await till.house.db.read
    .selectFrom('case_file')
    .select('kind')
    .where('subject_id', '=', subjectId)
    .where('closed_at', 'is', null)
    .orderBy('id')
    .execute();
  return rows.map((row) => row.kind);
}
