import { type Actor, recordAudit } from '../audit/record.ts';
import { readPayables } from '../payables/payables.store.ts';
import { type Clock, nowIso } from '../platform/clock.ts';
import type { Db } from '../platform/database/database.ts';
import { newId } from '../platform/ids.ts';
import { refuseFields } from '../platform/refusal.ts';
import { type BatchWay, shareOut } from './batch.ts';
import type { ExpiryChoice } from './link-expiry.ts';
import { longestDueFirst } from './links.store.ts';
import { MOST_SELECTED } from './selection.ts';
import { LONGEST_NOTE } from './send-link.ts';

export interface NewBatch {
  payableIds: string[];
  per: BatchWay;
  expiry: ExpiryChoice;
  /** Stands in each letter; empty for none. */
  note: string;
  actor: Actor;
  /** Made with the form: the same form sent twice is one batch. */
  sendId: string;
}

const ROWS_AT_ONCE = 100;

/**
 * Writes down that links are to be made and mailed for these documents; `sendBatch` does it. Gives the batch's id.
 * Errors: `fields-invalid` (422) without documents, with too many of them, or for a long note.
 */
export async function startBatch(parts: { db: Db; clock: Clock }, wanted: NewBatch): Promise<string> {
  const { db, clock } = parts;
  const note = wanted.note.trim();
  if (note.length > LONGEST_NOTE) throw refuseFields({ note: `A note has at most ${LONGEST_NOTE} characters.` });
  if (wanted.payableIds.length > MOST_SELECTED) {
    throw refuseFields({ form: `Links can be sent for at most ${MOST_SELECTED} documents at once.` });
  }
  const known = await readPayables(db, wanted.payableIds);
  const inOrder = wanted.per === 'customer' ? await longestDueFirst(db, wanted.payableIds) : wanted.payableIds;
  const shares = shareOut(
    inOrder.flatMap((id) => known.find((payable) => payable.id === id) ?? []),
    wanted.per,
  );
  if (shares.length === 0) throw refuseFields({ form: 'Tick at least one invoice or deposit.' });

  const id = newId('bat');
  return db.tx(async () => {
    const added = await db.q
      .insertInto('link_batch')
      .values({
        id,
        send_id: wanted.sendId,
        per: wanted.per,
        expiry: wanted.expiry,
        note,
        state: 'running',
        item_count: shares.length,
        created_by: wanted.actor.kind === 'person' ? (wanted.actor.id ?? null) : null,
        created_at: nowIso(clock),
        finished_at: null,
      })
      .onConflict((clash) => clash.column('send_id').doNothing())
      .returning('id')
      .executeTakeFirst();
    if (!added) return idOf(db, wanted.sendId);
    const items = shares.map((claims, position) => ({
      batch_id: id,
      position,
      customer_id: claims[0]?.customerId as string,
      payable_ids: JSON.stringify(claims.map((claim) => claim.id)),
      state: 'waiting' as const,
      link_id: null,
      is_new_link: null,
      reason: null,
      done_at: null,
    }));
    for (let begin = 0; begin < items.length; begin += ROWS_AT_ONCE) {
      await db.q
        .insertInto('link_batch_item')
        .values(items.slice(begin, begin + ROWS_AT_ONCE))
        .execute();
    }
    await recordAudit(parts, {
      actor: wanted.actor,
      action: 'link-batch.started',
      subjectKind: 'link-batch',
      subjectId: id,
      detail: { links: shares.length, documents: known.length, per: wanted.per, expiry: wanted.expiry },
    });
    return id;
  });
}

async function idOf(db: Db, sendId: string): Promise<string> {
  const row = await db.q.selectFrom('link_batch').select('id').where('send_id', '=', sendId).executeTakeFirstOrThrow();
  return row.id;
}
