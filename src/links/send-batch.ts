import { accountProblem } from '../accounts/account.ts';
import { type GatewayAccess, readAccount } from '../accounts/accounts.store.ts';
import { type Actor, recordAudit, SYSTEM } from '../audit/record.ts';
import { readMailAddress } from '../mail/address.ts';
import { lockPayables } from '../payables/payables.store.ts';
import { DAY_MS, nowIso } from '../platform/clock.ts';
import { newId } from '../platform/ids.ts';
import type { Logger } from '../platform/logger.ts';
import { Refusal } from '../platform/refusal.ts';
import type { Batch, BatchItem } from './batch.ts';
import { countsOf, itemOf, readBatch, waitingIn } from './batches.store.ts';
import { issueLink } from './issue-link.ts';
import type { Link } from './link.ts';
import { readCustomerOf } from './links.store.ts';
import { type LetterParts, sendLink } from './send-link.ts';
import { usableLinksOn } from './usable-links.store.ts';

/** What links are made and mailed with. */
export type BatchParts = GatewayAccess & LetterParts & { log: Logger };

/**
 * Makes and mails the links of a batch that are still to be sent. Each is one transaction of link, letter and the
 * item's state, so that a letter is written once however often a process dies and however many are at it. Never throws:
 * what goes wrong with one stands beside it, and what stops all is logged, for the job to go on later.
 */
export async function sendBatch(parts: BatchParts, id: string): Promise<void> {
  try {
    const batch = await readBatch(parts.db, id);
    for (const position of await waitingIn(parts.db, id)) await sendOne(parts, batch, position);
    await finish(parts, batch);
  } catch (error) {
    if (error instanceof Refusal && error.status === 503) return;
    parts.log.error({ err: error, batchId: id }, 'sending many links stopped; it goes on later');
  }
}

/** Goes on with all batches whose process died; for a job, and at the start. */
export async function continueBatches(parts: BatchParts): Promise<void> {
  const rows = await parts.db.read
    .selectFrom('link_batch')
    .select('id')
    .where('state', '=', 'running')
    .orderBy('id')
    .execute();
  for (const { id } of rows) await sendBatch(parts, id);
}

async function sendOne(parts: BatchParts, batch: Batch, position: number): Promise<void> {
  try {
    await parts.db.tx(async () => {
      const item = await takeItem(parts, batch, position);
      if (item) await mail(parts, batch, item);
    });
  } catch (error) {
    if (error instanceof Refusal && error.status === 503) throw error;
    const isOurs = !(error instanceof Refusal);
    if (isOurs) parts.log.error({ err: error, batchId: batch.id, position }, 'a link of many could not be sent');
    const reason = isOurs ? 'Something went wrong on our side. Please send this one by itself.' : error.message;
    await moveItem(parts, batch, position, { state: 'failed', reason });
  }
}

/** Marks the item as sent before anything is done, so that whoever comes second waits here and then finds it done. */
async function takeItem(parts: BatchParts, batch: Batch, position: number): Promise<BatchItem | undefined> {
  if (!(await moveItem(parts, batch, position, { state: 'sent' }))) return undefined;
  const row = await parts.db.q
    .selectFrom('link_batch_item')
    .selectAll()
    .where('batch_id', '=', batch.id)
    .where('position', '=', position)
    .executeTakeFirstOrThrow();
  return itemOf(row);
}

async function moveItem(
  { db, clock }: BatchParts,
  batch: Batch,
  position: number,
  to: { state: 'sent' | 'failed'; reason?: string },
): Promise<boolean> {
  const moved = await db.q
    .updateTable('link_batch_item')
    .set({ ...to, done_at: nowIso(clock) })
    .where('batch_id', '=', batch.id)
    .where('position', '=', position)
    .where('state', '=', 'waiting')
    .executeTakeFirst();
  return moved.numUpdatedRows === 1n;
}

/** Errors: those of making and of sending a link, as Refusals. */
async function mail(parts: BatchParts, batch: Batch, item: BatchItem): Promise<void> {
  const { db } = parts;
  const { email } = await readCustomerOf(db, item.customerId);
  if (!readMailAddress(email)) throw new Refusal('no-address', 409, 'The customer has no e-mail address.');
  // What was paid since it was chosen is left out, unless that is all: then the refusal says so.
  const payables = await lockPayables(db, item.payableIds);
  const due = item.payableIds.filter((id) => payables.some((payable) => payable.id === id && payable.dueMinor > 0));
  const payableIds = due.length > 0 ? due : item.payableIds;

  const actor: Actor = batch.createdBy ? { kind: 'person', id: batch.createdBy } : SYSTEM;
  const again = await sameLink(parts, payableIds);
  const link = again ?? (await issueLink(parts, { payableIds, expiry: batch.expiry, actor }));
  await sendLink(parts, { linkId: link.id, to: [email], cc: [], note: batch.note, actor, sendId: newId('req') });
  await db.q
    .updateTable('link_batch_item')
    .set({ link_id: link.id, is_new_link: again ? 0 : 1 })
    .where('batch_id', '=', batch.id)
    .where('position', '=', item.position)
    .execute();
}

/** A usable link for just these documents that asks for all that is due, and for a day at least. */
async function sameLink({ db, clock }: BatchParts, payableIds: string[]): Promise<Link | undefined> {
  const usable = await usableLinksOn(db, payableIds, new Date(clock.now().getTime() + DAY_MS));
  const wanted = payableIds.toSorted().join();
  const same = usable.find(({ link }) => link.terms === 'full' && link.payableIds.toSorted().join() === wanted)?.link;
  return same && !accountProblem(await readAccount(db, same.accountId), same.currency) ? same : undefined;
}

async function finish(parts: BatchParts, batch: Batch): Promise<void> {
  const { db, clock } = parts;
  await db.tx(async () => {
    const done = await db.q
      .updateTable('link_batch')
      .set({ state: 'done', finished_at: nowIso(clock) })
      .where('id', '=', batch.id)
      .where('state', '=', 'running')
      .where(({ not, exists, selectFrom }) =>
        not(
          exists(
            selectFrom('link_batch_item')
              .select('position')
              .whereRef('batch_id', '=', 'link_batch.id')
              .where('state', '=', 'waiting'),
          ),
        ),
      )
      .executeTakeFirst();
    if (done.numUpdatedRows !== 1n) return;
    await recordAudit(parts, {
      actor: SYSTEM,
      action: 'link-batch.finished',
      subjectKind: 'link-batch',
      subjectId: batch.id,
      detail: { ...(await countsOf(db, batch.id)) },
    });
  });
}
