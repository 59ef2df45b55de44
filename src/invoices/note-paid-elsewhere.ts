import { type Actor, recordAudits } from '../audit/record.ts';
import { postJournals } from '../ledger/post-journal.ts';
import { plainAmount } from '../money/show-money.ts';
import { type Payable, type PayableState, stateAfterAllocation } from '../payables/payable.ts';
import { type Clock, nowIso } from '../platform/clock.ts';
import type { Db } from '../platform/database/database.ts';
import { newId } from '../platform/ids.ts';
import { claimLines } from './create-invoice.ts';

/** What a file says was paid elsewhere on an invoice, beside what was known of it before. Whole minor units. */
export interface PaidElsewhere {
  /** As it stands in the books now. */
  invoice: Payable;
  beforeMinor: number;
  nowMinor: number;
}

/**
 * Books by how much the sums that were paid elsewhere differ from what was known, for many invoices at once: less is due
 * here, or more again. In the transaction one stands in; the invoices are locked, and whoever calls has checked that
 * nothing becomes paid beyond its total.
 */
export async function notePaidElsewhere(
  parts: { db: Db; clock: Clock },
  given: readonly PaidElsewhere[],
  actor: Actor,
): Promise<void> {
  const { db, clock } = parts;
  const notes = given.filter((note) => note.nowMinor !== note.beforeMinor);
  if (notes.length === 0) return;
  await db.q
    .insertInto('allocation')
    .values(
      notes.map((note) => ({
        id: newId('all'),
        payable_id: note.invoice.id,
        payment_id: null,
        deposit_id: null,
        amount_minor: note.nowMinor - note.beforeMinor,
        reverses: null,
        created_by: actor.kind === 'person' ? (actor.id ?? null) : null,
        created_at: nowIso(clock),
        source: 'elsewhere' as const,
      })),
    )
    .execute();
  await moveStates(parts, notes);
  await postJournals(
    parts,
    notes.map(({ invoice, beforeMinor, nowMinor }) => ({
      kind: 'paid-elsewhere',
      subjectKind: 'invoice',
      subjectId: `${invoice.id}:${invoice.version + 1}`,
      memo: `Invoice ${invoice.number}, paid elsewhere`,
      lines: claimLines(invoice.currency, beforeMinor - nowMinor),
    })),
  );
  await recordAudits(
    parts,
    notes.map(({ invoice: { id, currency }, beforeMinor, nowMinor }) => ({
      actor,
      action: 'invoice.paid-elsewhere',
      subjectKind: 'invoice',
      subjectId: id,
      detail: {
        paidElsewhere: {
          from: plainAmount({ amountMinor: beforeMinor, currency }),
          to: plainAmount({ amountMinor: nowMinor, currency }),
        },
      },
    })),
  );
}

/** One statement for each state that follows from the sums, however many invoices come to it. */
async function moveStates({ db, clock }: { db: Db; clock: Clock }, notes: readonly PaidElsewhere[]): Promise<void> {
  const idsOf = new Map<PayableState, string[]>();
  for (const { invoice, beforeMinor, nowMinor } of notes) {
    const paidMinor = invoice.paidMinor + nowMinor - beforeMinor;
    const state = stateAfterAllocation('invoice', { ...invoice, paidMinor });
    idsOf.set(state, [...(idsOf.get(state) ?? []), invoice.id]);
  }
  for (const [state, ids] of idsOf) {
    await db.q
      .updateTable('payable')
      .set(({ eb }) => ({ state, version: eb('version', '+', 1), updated_at: nowIso(clock) }))
      .where('id', 'in', ids)
      .execute();
  }
}
