import { type Actor, recordAudit } from '../audit/record.ts';
import { plainAmount } from '../money/show-money.ts';
import type { Payable } from '../payables/payable.ts';
import { type Clock, nowIso } from '../platform/clock.ts';
import type { Db } from '../platform/database/database.ts';
import { nextNumber } from '../platform/database/next-number.ts';
import { addSearchWords } from '../platform/database/search-words.ts';
import { newId } from '../platform/ids.ts';
import { refuseFields } from '../platform/refusal.ts';
import { textKey } from '../platform/text-key.ts';
import { type DepositDraft, depositFaults, depositNumber, FIRST_DEPOSIT_NUMBER, tidyDeposit } from './deposit.ts';

/**
 * Asks a customer for a deposit of a fixed sum; gives it as a payable. Nothing is booked before money comes.
 * Errors: Refusal `fields-invalid` (422), also under `customerId` when there is no such customer.
 */
export async function requestDeposit(
  parts: { db: Db; clock: Clock },
  given: DepositDraft,
  actor: Actor,
): Promise<Payable> {
  const { db, clock } = parts;
  const draft = tidyDeposit(given);
  const faults = depositFaults(draft);
  if (Object.keys(faults).length > 0) throw refuseFields(faults);
  return db.tx(async () => {
    const customer = await db.q
      .selectFrom('customer')
      .select('id')
      .where('id', '=', draft.customerId)
      .executeTakeFirst();
    if (!customer) throw refuseFields({ customerId: 'There is no such customer.' });

    const number = depositNumber(await nextNumber(db, 'deposit', FIRST_DEPOSIT_NUMBER));
    const deposit = payableOf(newId('dep'), number, draft);
    const now = nowIso(clock);
    await db.q
      .insertInto('payable')
      .values({
        id: deposit.id,
        kind: deposit.kind,
        number,
        number_key: textKey(number),
        customer_id: deposit.customerId,
        currency: deposit.currency,
        total_minor: deposit.totalMinor,
        state: deposit.state,
        version: deposit.version,
        created_at: now,
        updated_at: now,
        voided_at: null,
      })
      .execute();
    await db.q
      .insertInto('deposit')
      .values({
        payable_id: deposit.id,
        order_reference: draft.orderReference,
        order_total_minor: draft.orderTotalMinor,
        note: draft.note,
      })
      .execute();
    await addSearchWords(db, 'deposit', [{ subjectId: deposit.id, texts: [number, draft.orderReference] }]);
    await recordAudit(parts, {
      actor,
      action: 'deposit.requested',
      subjectKind: 'deposit',
      subjectId: deposit.id,
      detail: {
        number,
        total: plainAmount({ amountMinor: deposit.totalMinor, currency: deposit.currency }),
        currency: deposit.currency,
      },
    });
    return deposit;
  });
}

function payableOf(id: string, number: string, draft: DepositDraft): Payable {
  return {
    id,
    kind: 'deposit',
    number,
    customerId: draft.customerId,
    currency: draft.currency,
    totalMinor: draft.totalMinor,
    paidMinor: 0,
    dueMinor: draft.totalMinor,
    state: 'requested',
    version: 1,
  };
}
