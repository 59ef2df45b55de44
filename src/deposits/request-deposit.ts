import { type Actor, recordAudit } from '../audit/record.ts';
import { showPercent } from '../money/percent.ts';
import { plainAmount } from '../money/show-money.ts';
import type { Payable } from '../payables/payable.ts';
import { readPayables } from '../payables/payables.store.ts';
import { type Clock, nowIso } from '../platform/clock.ts';
import type { Db } from '../platform/database/database.ts';
import { nextNumber } from '../platform/database/next-number.ts';
import { addSearchWords } from '../platform/database/search-words.ts';
import { isUniqueViolation } from '../platform/database/unique-violation.ts';
import { newId } from '../platform/ids.ts';
import { refuseFields } from '../platform/refusal.ts';
import { textKey } from '../platform/text-key.ts';
import { type DepositDraft, depositFaults, depositNumber, FIRST_DEPOSIT_NUMBER, tidyDeposit } from './deposit.ts';

/**
 * Asks a customer for a deposit; gives it as a payable. Nothing is booked before money comes. The same form, named by
 * its submission id, is one deposit however often it is sent.
 * Errors: Refusal `fields-invalid` (422), also under `customerId` when there is no such customer.
 */
export async function requestDeposit(
  parts: { db: Db; clock: Clock },
  given: DepositDraft,
  actor: Actor,
  submissionId?: string,
): Promise<Payable> {
  const draft = tidyDeposit(given);
  const faults = depositFaults(draft);
  if (Object.keys(faults).length > 0) throw refuseFields(faults);
  try {
    return await parts.db.tx(() => fileDeposit(parts, draft, actor, submissionId));
  } catch (error) {
    const known = submissionId && isUniqueViolation(error) ? await depositOfForm(parts.db, submissionId) : undefined;
    if (!known) throw error;
    return known;
  }
}

async function fileDeposit(
  parts: { db: Db; clock: Clock },
  draft: DepositDraft,
  actor: Actor,
  submissionId: string | undefined,
): Promise<Payable> {
  const { db, clock } = parts;
  const customer = await db.q.selectFrom('customer').select('id').where('id', '=', draft.customerId).executeTakeFirst();
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
      order_key: textKey(draft.orderReference),
      order_total_minor: draft.orderTotalMinor,
      percent_basis_points: draft.percentBasisPoints ?? null,
      note: draft.note,
      submission_id: submissionId ?? null,
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
      ...(draft.percentBasisPoints ? { percent: showPercent(draft.percentBasisPoints) } : {}),
    },
  });
  return deposit;
}

async function depositOfForm(db: Db, submissionId: string): Promise<Payable | undefined> {
  const row = await db.q
    .selectFrom('deposit')
    .select('payable_id')
    .where('submission_id', '=', submissionId)
    .executeTakeFirst();
  return row && (await readPayables(db, [row.payable_id]))[0];
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
    creditedMinor: 0,
    dueMinor: draft.totalMinor,
    state: 'requested',
    version: 1,
  };
}
