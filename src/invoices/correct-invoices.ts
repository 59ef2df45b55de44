import type { Actor } from '../audit/record.ts';
import { plainAmount } from '../money/show-money.ts';
import { type Lease, leasesOn } from '../payables/lease.ts';
import type { Payable } from '../payables/payable.ts';
import { lockPayables, readPayables } from '../payables/payables.store.ts';
import type { Clock } from '../platform/clock.ts';
import type { Db } from '../platform/database/database.ts';
import { textKey } from '../platform/text-key.ts';
import type { InvoiceDraft } from './invoice.ts';
import { readInvoice } from './invoices.store.ts';
import { rewriteInvoice } from './rewrite-invoice.ts';

type Outcome = { outcome: 'updated' | 'unchanged' } | { outcome: 'refused'; reason: string };

/** An invoice that a file tells of again. */
interface KnownInvoice {
  id: string;
  issuedOn: string;
  dueOn: string;
  orderReference: string;
  hasLines: boolean;
}

/**
 * Corrects invoices that are here by what a file says of them: dates, order and, within what is paid, the total. One
 * outcome for each draft, in their order. In the transaction one stands in; with `dryRun` nothing is written.
 */
export async function correctInvoices(
  parts: { db: Db; clock: Clock },
  drafts: readonly InvoiceDraft[],
  { actor, dryRun }: { actor: Actor; dryRun: boolean },
): Promise<Outcome[]> {
  const { db } = parts;
  const known = await invoicesByNumber(
    db,
    drafts.map((draft) => draft.number),
  );
  const ids = [...known.values()].map((invoice) => invoice.id);
  const payables = new Map(
    (dryRun ? await readPayables(db, ids) : await lockPayables(db, ids)).map((payable) => [payable.id, payable]),
  );
  const leases = new Map((await leasesOn(db, ids)).map((lease) => [lease.payableId, lease]));

  const outcomes: Outcome[] = [];
  for (const draft of drafts) {
    const invoice = known.get(textKey(draft.number)) as KnownInvoice;
    const payable = payables.get(invoice.id) as Payable;
    const outcome = judge({ invoice, payable, draft, lease: leases.get(invoice.id) });
    if (outcome.outcome === 'updated' && !dryRun) {
      const before = await readInvoice(db, invoice.id);
      await rewriteInvoice(parts, before, corrected(before.draft, draft), actor);
    }
    outcomes.push(outcome);
  }
  return outcomes;
}

/** What a file may change; the rest stays, an empty order reference too. */
function corrected(before: InvoiceDraft, { totalMinor, issuedOn, dueOn, orderReference }: InvoiceDraft): InvoiceDraft {
  return { ...before, totalMinor, issuedOn, dueOn, orderReference: orderReference || before.orderReference };
}

function judge({
  invoice,
  payable,
  draft,
  lease,
}: {
  invoice: KnownInvoice;
  payable: Payable;
  draft: InvoiceDraft;
  lease: Lease | undefined;
}): Outcome {
  const refused = (reason: string): Outcome => ({ outcome: 'refused', reason });
  const { number, currency, totalMinor, paidMinor } = payable;
  const same =
    totalMinor === draft.totalMinor &&
    currency === draft.currency &&
    payable.customerId === draft.customerId &&
    invoice.issuedOn === draft.issuedOn &&
    invoice.dueOn === draft.dueOn &&
    (draft.orderReference === '' || invoice.orderReference === draft.orderReference);
  if (payable.state === 'void') return refused(`Invoice ${number} is void here.`);
  if (same) return { outcome: 'unchanged' };
  if (currency !== draft.currency)
    return refused(`Invoice ${number} is in ${currency} here, not in ${draft.currency}.`);
  if (payable.customerId !== draft.customerId) return refused(`Invoice ${number} belongs to another customer here.`);
  if (draft.totalMinor < paidMinor) {
    const paid = plainAmount({ amountMinor: paidMinor, currency });
    return refused(`The total is below the ${paid} ${currency} that have been paid on invoice ${number}.`);
  }
  if (draft.totalMinor !== totalMinor && invoice.hasLines) {
    return refused(`Invoice ${number} has lines here that make up its total. Change it in the office.`);
  }
  if (lease) return refused(`Invoice ${number} is being paid just now. Import this line again when that is done.`);
  return { outcome: 'updated' };
}

/** Those of the numbers that have an invoice, by the key of the number; in the transaction one stands in, if any. */
export async function invoicesByNumber(db: Db, numbers: readonly string[]): Promise<Map<string, KnownInvoice>> {
  if (numbers.length === 0) return new Map();
  const rows = await db.read
    .selectFrom('payable')
    .innerJoin('invoice', 'invoice.payable_id', 'payable.id')
    .select(['payable.id', 'payable.number_key', 'issued_on', 'due_on', 'order_reference'])
    .select((eb) =>
      eb
        .exists(eb.selectFrom('invoice_line').select('position').whereRef('invoice_line.payable_id', '=', 'payable.id'))
        .as('has_lines'),
    )
    .where('payable.kind', '=', 'invoice')
    .where('payable.number_key', 'in', numbers.map(textKey))
    .execute();
  return new Map(
    rows.map((row) => [
      row.number_key,
      {
        id: row.id,
        issuedOn: row.issued_on,
        dueOn: row.due_on,
        orderReference: row.order_reference,
        hasLines: Boolean(row.has_lines),
      },
    ]),
  );
}
