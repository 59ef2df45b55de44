import type { AuditLine } from '../audit/audit.store.ts';
import { paths } from '../paths.ts';
import type { FieldErrors } from '../platform/refusal.ts';
import { withQuery } from '../platform/web/query.ts';
import type { Page } from '../platform/web/render.ts';
import { type Receipt, receiptNumber } from './receipt.ts';
import type { Aftermath } from './receipt-aftermath.store.ts';
import { comparison, historyOf } from './receipts.pages.ts';

export interface QueueShown {
  /** Undefined at the end of the queue. */
  shown: { receipt: Receipt; aftermath: Aftermath; history: AuditLine[] } | undefined;
  left: number;
  isMore: boolean;
  /** The choice that makes the queue, as in an address. */
  query: Record<string, string>;
  typed: Record<string, string>;
  errors: FieldErrors;
}

/** One receipt of the queue with all that is compared, or the end of it. */
export function queuePage({ shown, left, isMore, query, typed, errors }: QueueShown) {
  const at = (place: Record<string, string>) => withQuery(paths.receiptQueue(), { ...query, ...place });
  return {
    view: shown ? 'receipts/queue' : 'receipts/queue-end',
    layout: 'office' as const,
    title: shown ? `Review ${receiptNumber(shown.receipt.number)}` : 'Review receipts',
    scripts: ['review-keys.js'],
    ...(shown ? { ...comparison(shown.receipt, shown.aftermath), history: historyOf(shown.history) } : {}),
    left: `${left.toLocaleString('en')}${isMore ? '+' : ''}`,
    isOne: left === 1 && !isMore,
    isEmpty: left === 0,
    query: new URLSearchParams(query).toString(),
    list: withQuery(paths.receipts(), query),
    first: at({}),
    next: shown && at({ after: shown.receipt.id }),
    previous: shown && at({ before: shown.receipt.id }),
    typed,
    errors,
  } satisfies Page & Record<string, unknown>;
}
