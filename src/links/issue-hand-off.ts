import { recordAudit, SYSTEM } from '../audit/record.ts';
import { HOUR_MS, laterIso, nowIso } from '../platform/clock.ts';
import { newId } from '../platform/ids.ts';
import type { Link } from './link.ts';
import { readLink } from './links.store.ts';
import { type LetterParts, sendLink } from './send-link.ts';

/** How long a customer has to confirm what staff began. */
const HAND_OFF_MS = 72 * HOUR_MS;

/** A payment that staff began and whose card the bank lets through only with the customer. */
export interface HandOff {
  paymentId: string;
  payableIds: string[];
  customerId: string;
  accountId: string;
  currency: string;
  amountMinor: number;
  /** Where the letter goes; empty for nowhere. */
  email: string;
  personId: string | undefined;
}

/**
 * Makes a link on which the customer goes on with that very payment, and puts its letter into the outbox; in the
 * transaction of the decline. It stands beside other links of the same payables, which go on with the same payment too;
 * an older one of the same payment ends as replaced. Gives the link.
 */
export async function issueHandOff(parts: LetterParts, wanted: HandOff): Promise<Link> {
  const { db, clock } = parts;
  const id = newId('lnk');
  return db.tx(async () => {
    await db.q
      .insertInto('link')
      .values({
        id,
        kind: 'pay',
        customer_id: wanted.customerId,
        account_id: wanted.accountId,
        currency: wanted.currency,
        terms: 'hand_off',
        part_minor: wanted.amountMinor,
        least_minor: null,
        payment_id: wanted.paymentId,
        created_at: nowIso(clock),
        created_by: wanted.personId ?? null,
        expires_at: laterIso(clock, HAND_OFF_MS),
        ended_as: null,
        ended_at: null,
        ended_by: null,
        replaced_by: null,
      })
      .execute();
    await db.q
      .insertInto('link_payable')
      .values(wanted.payableIds.map((payable_id, position) => ({ link_id: id, payable_id, position })))
      .execute();
    await db.q
      .updateTable('link')
      .set({ ended_as: 'replaced', ended_at: nowIso(clock), replaced_by: id })
      .where('payment_id', '=', wanted.paymentId)
      .where('id', '!=', id)
      .where('ended_as', 'is', null)
      .execute();
    await recordAudit(parts, {
      actor: SYSTEM,
      action: 'link.handed-off',
      subjectKind: 'link',
      subjectId: id,
      detail: { paymentId: wanted.paymentId, amountMinor: wanted.amountMinor, currency: wanted.currency },
    });
    const actor = wanted.personId ? ({ kind: 'person', id: wanted.personId } as const) : SYSTEM;
    if (wanted.email) {
      await sendLink(parts, { linkId: id, to: [wanted.email], cc: [], note: '', actor, sendId: newId('req') });
    }
    return readLink(db, id);
  });
}
