import type { NotNull } from 'kysely';
import type { Actor } from '../audit/record.ts';
import { plainAmount } from '../money/show-money.ts';
import { type Lease, leasesOn } from '../payables/lease.ts';
import type { Payable } from '../payables/payable.ts';
import { lockPayables, readPayables } from '../payables/payables.store.ts';
import type { Clock } from '../platform/clock.ts';
import type { Db } from '../platform/database/database.ts';
import { textKey } from '../platform/text-key.ts';
import type { InvoiceDraft } from './invoice.ts';
import { paidElsewhereOn, readInvoice } from './invoices.store.ts';
import { notePaidElsewhere } from './note-paid-elsewhere.ts';
import type { WantedInvoice } from './read-invoice-row.ts';
import { rewriteInvoice } from './rewrite-invoice.ts';

/** Links stand above on the stair: whoever wires hands in the deeds that end and reopen them as less or more is due. */
export interface CorrectingParts {
  db: Db;
  clock: Clock;
  endSettledLinks(parts: { db: Db; clock: Clock }, settled: { payableIds: string[]; actor: Actor }): Promise<void>;
  reopenClosedLinks(parts: { db: Db; clock: Clock }, owed: { payableIds: string[]; actor: Actor }): Promise<void>;
}

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
 * Corrects invoices that are here by what a file says of them: dates, order, what was paid elsewhere and, within what is
 * paid, the total. One outcome for each line, in their order. In the transaction one stands in; with `dryRun` nothing is
 * written.
 */
export async function correctInvoices(
  parts: CorrectingParts,
  wanted: ReadonlyArray<Pick<WantedInvoice, 'draft' | 'paidElsewhereMinor'>>,
  { actor, dryRun }: { actor: Actor; dryRun: boolean },
): Promise<Outcome[]> {
  const { db, clock } = parts;
  const numbers = wanted.map(({ draft }) => draft.number);
  const ids = [...(await invoicesByNumber(db, numbers)).values()].map((invoice) => invoice.id);
  const payables = new Map(
    (dryRun ? await readPayables(db, ids) : await lockPayables(db, ids)).map((payable) => [payable.id, payable]),
  );
  // Once more: somebody may have changed one, or given its number to another, before it was locked.
  const known = await invoicesByNumber(db, numbers);
  const leases = new Map((await leasesOn(db, ids)).map((lease) => [lease.payableId, lease]));
  const elsewhere = await paidElsewhereOn(db, ids);

  const outcomes: Outcome[] = [];
  const corrected: string[] = [];
  const notes = new Map<string, { beforeMinor: number; nowMinor: number }>();
  for (const { draft, paidElsewhereMinor } of wanted) {
    const invoice = known.get(textKey(draft.number));
    const payable = invoice && payables.get(invoice.id);
    if (!payable) {
      outcomes.push(renumbered(draft.number));
      continue;
    }
    const beforeMinor = elsewhere.get(invoice.id) ?? 0;
    const change: Change = {
      invoice,
      payable,
      draft,
      beforeMinor,
      nowMinor: paidElsewhereMinor ?? beforeMinor,
    };
    const outcome = judge(change, leases.get(invoice.id));
    outcomes.push(outcome);
    if (outcome.outcome !== 'updated' || dryRun) continue;
    if (!saysTheSame(change)) {
      const before = await readInvoice(db, invoice.id);
      await rewriteInvoice(parts, before, asTold(before.draft, draft), actor);
      corrected.push(invoice.id);
    }
    if (change.nowMinor !== beforeMinor) notes.set(invoice.id, { beforeMinor, nowMinor: change.nowMinor });
  }
  // Once the totals are corrected, and with the versions that came of it.
  const noted = await lockPayables(db, [...notes.keys()]);
  await notePaidElsewhere(
    parts,
    noted.map((invoice) => ({ invoice, ...(notes.get(invoice.id) as { beforeMinor: number; nowMinor: number }) })),
    actor,
  );
  const changed = { payableIds: [...corrected, ...notes.keys()], actor };
  await parts.endSettledLinks({ db, clock }, changed);
  await parts.reopenClosedLinks({ db, clock }, changed);
  return outcomes;
}

function renumbered(number: string): Outcome {
  return {
    outcome: 'refused',
    reason: `Somebody has just changed which invoice has the number ${number}. Import this line again.`,
  };
}

/** What a file may change; the rest stays, an empty order reference too. */
function asTold(before: InvoiceDraft, { totalMinor, issuedOn, dueOn, orderReference }: InvoiceDraft): InvoiceDraft {
  return { ...before, totalMinor, issuedOn, dueOn, orderReference: orderReference || before.orderReference };
}

/** An invoice as it is here and as a line of a file says; what was paid elsewhere before and now, in minor units. */
interface Change {
  invoice: KnownInvoice;
  payable: Payable;
  draft: InvoiceDraft;
  beforeMinor: number;
  nowMinor: number;
}

function judge(change: Change, lease: Lease | undefined): Outcome {
  const refused = (reason: string): Outcome => ({ outcome: 'refused', reason });
  const { invoice, payable, draft, beforeMinor, nowMinor } = change;
  const { number, currency, totalMinor } = payable;
  if (payable.state === 'void') return refused(`Invoice ${number} is void here.`);
  if (saysTheSame(change) && nowMinor === beforeMinor) return { outcome: 'unchanged' };
  if (currency !== draft.currency)
    return refused(`Invoice ${number} is in ${currency} here, not in ${draft.currency}.`);
  if (payable.customerId !== draft.customerId) return refused(`Invoice ${number} belongs to another customer here.`);
  const tooMuch = paidBeyondTotal(change);
  if (tooMuch) return refused(tooMuch);
  if (draft.totalMinor !== totalMinor && invoice.hasLines) {
    return refused(`Invoice ${number} has lines here that make up its total. Change it in the office.`);
  }
  if (lease) return refused(`Invoice ${number} is being paid just now. Import this line again when that is done.`);
  return { outcome: 'updated' };
}

/** True when the line says of the invoice itself what stands here already. */
function saysTheSame({ invoice, payable, draft }: Change): boolean {
  return (
    payable.totalMinor === draft.totalMinor &&
    payable.currency === draft.currency &&
    payable.customerId === draft.customerId &&
    invoice.issuedOn === draft.issuedOn &&
    invoice.dueOn === draft.dueOn &&
    (draft.orderReference === '' || invoice.orderReference === draft.orderReference)
  );
}

function paidBeyondTotal({ payable, draft, beforeMinor, nowMinor }: Change): string | undefined {
  const { number, currency, paidMinor, creditedMinor } = payable;
  const hereMinor = paidMinor - beforeMinor;
  if (hereMinor + nowMinor <= draft.totalMinor) return undefined;
  const show = (amountMinor: number) => `${plainAmount({ amountMinor, currency })} ${currency}`;
  const paidHere = creditedMinor > 0 ? 'paid or credited' : 'paid';
  if (nowMinor === beforeMinor)
    return `The total is below the ${show(paidMinor)} that have been ${paidHere} on invoice ${number}.`;
  return (
    `Invoice ${number}: ${show(nowMinor)} already paid and ${show(hereMinor)} ${paidHere} through this portal are more than ` +
    `the total. The amount already paid is without what was ${paidHere} here.`
  );
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
    .$narrowType<{ due_on: NotNull }>()
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
