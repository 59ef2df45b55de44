import { sealAndAnchor } from './audit/seal-and-anchor.ts';
import { detachRemovedCards } from './cards/detach-removed-cards.ts';
import { sweepSetups } from './cards/sweep-setups.ts';
import { sweepAccess } from './checkout/sweep-access.ts';
import { applyToNewInvoices } from './deposits/apply-to-new-invoices.ts';
import { sweepDisputes } from './disputes/sweep-disputes.ts';
import { continueExports } from './exports/fill-batch.ts';
import { sweepExports } from './exports/sweep-exports.ts';
import { continueImports } from './imports/run-import.ts';
import { sumJournal } from './ledger/sum-journal.ts';
import { continueBatches } from './links/send-batch.ts';
import { writeFetches } from './links/write-fetches.ts';
import { outboxJob } from './mail/outbox-job.ts';
import { rollUpDays } from './office/roll-up-days.ts';
import { sweepPayments } from './payments/sweep-payments.ts';
import { readMovements } from './payouts/read-movements.ts';
import { MINUTE_MS, nowIso, SECOND_MS } from './platform/clock.ts';
import type { Job } from './platform/jobs.ts';
import { sweepThrottle } from './platform/throttle.ts';
import { continueReviewBatches } from './receipts/run-review-batch.ts';
import { reconcileDue } from './reconcile/reconcile-due.ts';
import { hearRefunds } from './refunds/hear-refunds.ts';
import { sweepRefunds } from './refunds/sweep-refunds.ts';
import { sendReminders } from './reminders/send-reminders.ts';
import { retryEvents } from './webhooks/retry-events.ts';
import type { House } from './wire.ts';

/** What the portal does again and again by itself. */
export function jobsOf(house: House): Job[] {
  return [
    outboxJob(house),
    { name: 'sweep-payments', everyMs: 15 * SECOND_MS, run: () => sweepPayments(house) },
    { name: 'sweep-card-setups', everyMs: 15 * SECOND_MS, run: () => sweepSetups(house) },
    { name: 'detach-removed-cards', everyMs: MINUTE_MS, run: () => detachRemovedCards(house) },
    { name: 'sweep-refunds', everyMs: 30 * SECOND_MS, run: () => sweepRefunds(house) },
    { name: 'sweep-disputes', everyMs: MINUTE_MS, run: () => sweepDisputes(house) },
    { name: 'reconcile', everyMs: 20 * SECOND_MS, run: () => reconcileDue(house) },
    { name: 'read-movements', everyMs: 20 * SECOND_MS, run: () => readMovements(house) },
    { name: 'hear-refunds', everyMs: 10 * MINUTE_MS, run: () => hearRefunds(house) },
    { name: 'retry-events', everyMs: 10 * SECOND_MS, run: () => retryEvents(house) },
    { name: 'continue-imports', everyMs: 15 * SECOND_MS, run: () => continueImports(house) },
    { name: 'apply-deposits', everyMs: 15 * SECOND_MS, run: () => applyToNewInvoices(house) },
    { name: 'send-reminders', everyMs: 2 * MINUTE_MS, run: () => sendReminders(house) },
    { name: 'continue-batches', everyMs: 15 * SECOND_MS, run: () => continueBatches(house) },
    { name: 'sum-journal', everyMs: 15 * SECOND_MS, run: () => sumJournal(house) },
    { name: 'continue-exports', everyMs: 15 * SECOND_MS, run: () => continueExports(house) },
    { name: 'sweep-exports', everyMs: 30 * MINUTE_MS, run: () => sweepExports(house) },
    { name: 'continue-reviews', everyMs: 15 * SECOND_MS, run: () => continueReviewBatches(house) },
    { name: 'write-fetches', everyMs: 30 * SECOND_MS, run: () => writeFetches(house) },
    { name: 'seal-audit', everyMs: 5 * SECOND_MS, run: () => sealAndAnchor(house) },
    { name: 'roll-up-days', everyMs: MINUTE_MS, run: () => rollUpDays(house) },
    { name: 'sweep-throttle', everyMs: 30 * MINUTE_MS, run: () => sweepThrottle(house) },
    { name: 'sweep-access', everyMs: 30 * MINUTE_MS, run: () => sweepAccess(house) },
    { name: 'sweep-sessions', everyMs: 30 * MINUTE_MS, run: () => sweepSessions(house) },
  ];
}

async function sweepSessions({ db, clock }: House): Promise<void> {
  await db.q.deleteFrom('session').where('expires_at', '<', nowIso(clock)).execute();
}
