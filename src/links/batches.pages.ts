import { showMoneyWithCode } from '../money/show-money.ts';
import { paths } from '../paths.ts';
import type { Payable } from '../payables/payable.ts';
import type { KeysetPage } from '../platform/keyset.ts';
import type { FieldErrors } from '../platform/refusal.ts';
import { withQuery } from '../platform/web/query.ts';
import type { Page } from '../platform/web/render.ts';
import type { Batch, BatchItem } from './batch.ts';
import type { BatchCounts, ListedBatch } from './batches.store.ts';
import type { Candidate } from './candidates.store.ts';
import { dueOn } from './link.ts';
import { EXPIRY_CHOICES } from './link-expiry.ts';
import { EXPIRY_LABELS } from './new-link.pages.ts';
import { MOST_SELECTED } from './selection.ts';

const WAYS = [
  { value: 'document', label: 'One link for each document' },
  { value: 'customer', label: 'One link for each customer', hint: 'For all that is ticked of theirs in one currency.' },
];

/** What is looked at before many links are sent: for what, to whom, and what speaks against it. */
export function sendLinksPage(form: {
  candidates: Candidate[];
  /** What is ticked; undefined for all that nothing speaks against. */
  tickedIds: string[] | undefined;
  /** More fit the filter than can be sent at once. */
  isCut: boolean;
  back: string;
  sendId: string;
  typed: Record<string, string>;
  errors: FieldErrors;
}) {
  const isTicked = ({ payable, problem }: Candidate) => form.tickedIds?.includes(payable.id) ?? problem === undefined;
  const ticked = form.candidates.filter((one) => !one.isOut && isTicked(one));
  return {
    view: 'links/send-links',
    layout: 'office' as const,
    title: 'Send payment links',
    back: form.back,
    sendId: form.sendId,
    most: form.isCut ? MOST_SELECTED : undefined,
    counts: {
      all: form.candidates.length,
      ticked: ticked.length,
      customers: new Set(ticked.map((one) => one.customer.id)).size,
    },
    sums: sumsOf(ticked.map((one) => one.payable)),
    listed: form.candidates.map((one) => one.payable.id).join(','),
    candidates: form.candidates.map((one) => ({
      id: one.payable.id,
      number: one.payable.number,
      href: hrefOf(one.payable.id),
      customer: one.customer.name,
      customerHref: paths.customer(one.customer.id),
      email: one.customer.email,
      due: showMoneyWithCode({ amountMinor: one.payable.dueMinor, currency: one.payable.currency }),
      problem: one.problem,
      isOut: one.isOut,
      ticked: ticked.includes(one),
    })),
    ways: WAYS,
    choices: EXPIRY_CHOICES.map((value) => ({
      value,
      label: value === 'after-due' ? `${EXPIRY_LABELS[value]}; deposits for 30 days` : EXPIRY_LABELS[value],
    })),
    typed: form.typed,
    errors: form.errors,
  } satisfies Page & Record<string, unknown>;
}

/** What is due, per currency: "€1,200.00 EUR". */
function sumsOf(payables: Payable[]): string[] {
  return [...new Set(payables.map((payable) => payable.currency))].sort().map((currency) => {
    const own = payables.filter((payable) => payable.currency === currency);
    return showMoneyWithCode({ amountMinor: dueOn(own), currency });
  });
}

export function batchesPage({ rows, olderThan }: KeysetPage<ListedBatch>, before: string | undefined) {
  return {
    view: 'links/batches',
    layout: 'office' as const,
    title: 'Links sent together',
    batches: rows.map((batch) => ({
      href: paths.linkBatch(batch.id),
      createdAt: batch.createdAt,
      sender: batch.sender ?? 'The portal',
      links: batch.itemCount,
      badge: badgeOf(batch),
    })),
    pager: {
      newer: before ? paths.linkBatches() : undefined,
      older: olderThan ? withQuery(paths.linkBatches(), { before: olderThan }) : undefined,
    },
  } satisfies Page & Record<string, unknown>;
}

const ITEM_BADGES = {
  waiting: { tone: 'info', text: 'Waiting' },
  sent: { tone: 'ok', text: 'Sent' },
  failed: { tone: 'bad', text: 'Not sent' },
};

/** How far it is, or what came of it: each link, or why there is none. */
export function batchPage(
  batch: Batch,
  counts: BatchCounts,
  items: Array<BatchItem & { customerName: string }>,
  payables: Payable[],
) {
  const running = batch.state === 'running';
  return {
    view: 'links/batch',
    layout: 'office' as const,
    title: 'Links sent together',
    ...(running ? { refresh: 2, scripts: ['progress.js'] } : {}),
    running,
    badge: badgeOf(batch),
    createdAt: batch.createdAt,
    progress: { ...progressAnswer(batch, counts), href: paths.linkBatchProgress(batch.id) },
    items: items.map((item) => ({
      numbers: item.payableIds.map((id) => payables.find((payable) => payable.id === id)?.number ?? id).join(', '),
      customer: item.customerName,
      customerHref: paths.customer(item.customerId),
      href: item.linkId && paths.link(item.linkId),
      badge: ITEM_BADGES[item.state],
      what: item.reason ?? whatOf(item),
    })),
  } satisfies Page & Record<string, unknown>;
}

/** The same for the script on the page. */
export function progressAnswer({ state, itemCount }: Batch, { sent, failed }: BatchCounts) {
  return { state, done: sent + failed, total: itemCount, sent, failed };
}

function badgeOf({ state }: Batch) {
  return state === 'running' ? { tone: 'info', text: 'Being sent' } : { tone: 'ok', text: 'Done' };
}

function hrefOf(payableId: string): string {
  return payableId.startsWith('inv_') ? paths.invoice(payableId) : paths.deposit(payableId);
}

function whatOf({ isNewLink }: BatchItem): string {
  if (isNewLink === undefined) return '';
  return isNewLink ? 'A new link' : 'The link that there was, once more';
}
