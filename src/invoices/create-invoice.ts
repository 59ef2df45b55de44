import { type Actor, recordAudits } from '../audit/record.ts';
import { postJournals } from '../ledger/post-journal.ts';
import { plainAmount } from '../money/show-money.ts';
import type { Payable } from '../payables/payable.ts';
import { type Clock, nowIso } from '../platform/clock.ts';
import type { Db } from '../platform/database/database.ts';
import { addSearchWords } from '../platform/database/search-words.ts';
import { newId } from '../platform/ids.ts';
import { refuseFields } from '../platform/refusal.ts';
import { textKey } from '../platform/text-key.ts';
import { awaitDeposits } from './await-deposits.ts';
import { type InvoiceDraft, invoiceFaults, tidyInvoice } from './invoice.ts';

/**
 * Files an invoice and books it; gives it as a payable. Errors: Refusal `fields-invalid` (422), also under `number`
 * when another invoice has it and under `customerId` when there is no such customer.
 */
export async function createInvoice(
  parts: { db: Db; clock: Clock },
  given: InvoiceDraft,
  actor: Actor,
): Promise<Payable> {
  const draft = tidyInvoice(given);
  const faults = invoiceFaults(draft);
  if (Object.keys(faults).length > 0) throw refuseFields(faults);
  return parts.db.tx(async () => {
    const customer = await parts.db.q
      .selectFrom('customer')
      .select('id')
      .where('id', '=', draft.customerId)
      .executeTakeFirst();
    if (!customer) throw refuseFields({ customerId: 'There is no such customer.' });
    const [invoice] = await fileInvoices(parts, [draft], actor);
    if (!invoice) throw refuseFields({ number: `Another invoice has the number ${draft.number}.` });
    return invoice;
  });
}

/**
 * Files and books many invoices at once, in the transaction one stands in. The drafts are tidy and without faults and
 * their customers exist; one whose number is taken is left out of what is given back.
 */
export async function fileInvoices(
  parts: { db: Db; clock: Clock },
  drafts: readonly InvoiceDraft[],
  actor: Actor,
): Promise<Payable[]> {
  const { db } = parts;
  const filed = await insertPayables(parts, drafts);
  if (filed.length === 0) return [];
  const invoices = filed.map(({ invoice }) => invoice);

  await db.q
    .insertInto('invoice')
    .values(
      filed.map(({ invoice, draft }) => ({
        payable_id: invoice.id,
        issued_on: draft.issuedOn,
        order_reference: draft.orderReference,
        note: draft.note,
      })),
    )
    .execute();
  for (const { invoice, draft } of filed) await insertLines(db, invoice.id, draft);
  await awaitDeposits(
    parts,
    filed.map(({ invoice, draft }) => ({ ...invoice, orderReference: draft.orderReference })),
  );
  await addSearchWords(
    db,
    'invoice',
    filed.map(({ invoice, draft }) => findable(invoice.id, draft)),
  );
  await postJournals(
    parts,
    invoices.map((invoice) => ({
      kind: 'invoice-issued',
      subjectKind: 'invoice',
      subjectId: invoice.id,
      memo: `Invoice ${invoice.number}`,
      lines: claimLines(invoice.currency, invoice.totalMinor),
    })),
  );
  await recordAudits(
    parts,
    invoices.map((invoice) => ({
      actor,
      action: 'invoice.issued',
      subjectKind: 'invoice',
      subjectId: invoice.id,
      detail: { number: invoice.number, total: plainAmount(moneyOf(invoice)), currency: invoice.currency },
    })),
  );
  return invoices;
}

async function insertPayables(
  { db, clock }: { db: Db; clock: Clock },
  drafts: readonly InvoiceDraft[],
): Promise<Array<{ invoice: Payable; draft: InvoiceDraft }>> {
  if (drafts.length === 0) return [];
  const now = nowIso(clock);
  const invoices = drafts.map((draft) => ({ draft, invoice: payableOf(newId('inv'), draft) }));
  const rows = invoices.map(({ invoice, draft }) => ({
    id: invoice.id,
    kind: invoice.kind,
    number: invoice.number,
    number_key: textKey(invoice.number),
    customer_id: invoice.customerId,
    currency: invoice.currency,
    total_minor: invoice.totalMinor,
    due_on: draft.dueOn,
    state: invoice.state,
    version: invoice.version,
    created_at: now,
    updated_at: now,
    voided_at: null,
  }));
  const inserted = await db.q
    .insertInto('payable')
    // Always in the order of their keys: two files imported at once then never wait for each other in a circle.
    .values(rows.toSorted((a, b) => (a.number_key < b.number_key ? -1 : 1)))
    .onConflict((clash) => clash.columns(['kind', 'number_key']).doNothing())
    .returning('id')
    .execute();
  const ids = new Set(inserted.map((row) => row.id));
  return invoices.filter(({ invoice }) => ids.has(invoice.id));
}

function payableOf(id: string, draft: InvoiceDraft): Payable {
  return {
    id,
    kind: 'invoice',
    number: draft.number,
    customerId: draft.customerId,
    currency: draft.currency,
    totalMinor: draft.totalMinor,
    paidMinor: 0,
    creditedMinor: 0,
    dueMinor: draft.totalMinor,
    state: 'open',
    version: 1,
  };
}

/** Writes the lines of one invoice, which has none yet. */
export async function insertLines(db: Db, payableId: string, { lines }: InvoiceDraft): Promise<void> {
  if (lines.length === 0) return;
  await db.q
    .insertInto('invoice_line')
    .values(
      lines.map((line, position) => ({
        payable_id: payableId,
        position,
        description: line.description,
        quantity: line.quantity,
        amount_minor: line.amountMinor,
      })),
    )
    .execute();
}

/** The books of a claim that grows by so much (shrinks, where negative); revenue is booked in the ERP. */
export function claimLines(currency: string, amountMinor: number) {
  return [
    { ledgerAccount: 'receivables' as const, currency, amountMinor },
    { ledgerAccount: 'invoiced-elsewhere' as const, currency, amountMinor: -amountMinor },
  ];
}

/** What an invoice is found by, besides its customer. */
export function findable(subjectId: string, { number, orderReference }: InvoiceDraft) {
  return { subjectId, texts: [number, orderReference] };
}

function moneyOf(invoice: Payable) {
  return { amountMinor: invoice.totalMinor, currency: invoice.currency };
}
