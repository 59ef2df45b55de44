import { type Actor, recordAudit } from '../audit/record.ts';
import { postJournal } from '../ledger/post-journal.ts';
import { plainAmount } from '../money/show-money.ts';
import type { Payable } from '../payables/payable.ts';
import { lockPayables } from '../payables/payables.store.ts';
import { restatePayable } from '../payables/restate-payable.ts';
import { type Clock, nowIso } from '../platform/clock.ts';
import type { Db } from '../platform/database/database.ts';
import { newId } from '../platform/ids.ts';
import { creditNoteNumber } from './credit-note.ts';
import { readCreditNote } from './credit-notes.store.ts';

/** Links stand above on the stair: whoever calls hands in the deed that opens those that were closed. */
export interface WithdrawingParts {
  db: Db;
  clock: Clock;
  reopenClosedLinks(parts: { db: Db; clock: Clock }, owed: { payableIds: string[]; actor: Actor }): Promise<void>;
}

/**
 * Takes a credit note back by its opposite, where what it stood for did not happen after all: the sum is due again. The
 * number stays, marked. It raises what is due, so a card payment under way does no harm. Gives false when it was taken
 * back before. Joins the transaction one stands in. Errors: 404.
 */
export async function withdrawCreditNote(
  parts: WithdrawingParts,
  { id, reason, actor }: { id: string; reason: string; actor: Actor },
): Promise<boolean> {
  const { db, clock } = parts;
  return db.tx(async () => {
    const note = await readCreditNote(db, id);
    const [invoice] = (await lockPayables(db, [note.payableId])) as [Payable];
    const marked = await db.q
      .updateTable('credit_note')
      .set({
        withdrawn_at: nowIso(clock),
        withdrawn_by: actor.kind === 'person' ? (actor.id ?? null) : null,
        withdraw_reason: reason,
      })
      .where('id', '=', id)
      .where('withdrawn_at', 'is', null)
      .executeTakeFirst();
    if (marked.numUpdatedRows !== 1n) return false;
    const reversalId = newId('all');
    await db.q
      .insertInto('allocation')
      .values({
        id: reversalId,
        payable_id: invoice.id,
        payment_id: null,
        deposit_id: null,
        amount_minor: -note.amountMinor,
        reverses: note.allocationId,
        created_by: actor.kind === 'person' ? (actor.id ?? null) : null,
        created_at: nowIso(clock),
        source: 'credit-note',
      })
      .execute();
    await restatePayable(parts, invoice);
    await parts.reopenClosedLinks({ db, clock }, { payableIds: [invoice.id], actor });
    await postJournal(parts, {
      kind: 'credit-note-withdrawn',
      subjectKind: 'allocation',
      subjectId: reversalId,
      memo: `Credit note ${creditNoteNumber(note.number)} on invoice ${invoice.number} taken back`,
      lines: [
        { ledgerAccount: 'receivables', currency: note.currency, amountMinor: note.amountMinor },
        { ledgerAccount: 'refunds', currency: note.currency, amountMinor: -note.amountMinor },
      ],
    });
    await recordAudit(parts, {
      actor,
      action: 'invoice.credit-note-withdrawn',
      subjectKind: 'invoice',
      subjectId: invoice.id,
      detail: {
        creditNote: creditNoteNumber(note.number),
        amount: plainAmount({ amountMinor: note.amountMinor, currency: note.currency }),
        currency: note.currency,
        reason,
      },
    });
    return true;
  });
}
