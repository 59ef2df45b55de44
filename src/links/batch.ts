import type { Payable } from '../payables/payable.ts';
import { MOST_DOCUMENTS } from './link.ts';
import type { ExpiryChoice } from './link-expiry.ts';

/** How documents are put into links: one for each, or one for all of a customer in one currency. */
export const BATCH_WAYS = ['document', 'customer'] as const;
export type BatchWay = (typeof BATCH_WAYS)[number];

/** Many links made and mailed in one go. */
export interface Batch {
  id: string;
  per: BatchWay;
  expiry: ExpiryChoice;
  note: string;
  state: 'running' | 'done';
  itemCount: number;
  createdBy: string | undefined;
  createdAt: string;
}

/** One link of a batch. */
export interface BatchItem {
  position: number;
  customerId: string;
  payableIds: string[];
  state: 'waiting' | 'sent' | 'failed';
  linkId: string | undefined;
  /** False where a usable link of the same documents was sent again. */
  isNewLink: boolean | undefined;
  /** Why it failed, as a sentence. */
  reason: string | undefined;
}

/** Which documents go into which link, in the order in which they were chosen. */
export function shareOut<Claim extends Pick<Payable, 'id' | 'customerId' | 'currency'>>(
  payables: readonly Claim[],
  per: BatchWay,
): Claim[][] {
  if (per === 'document') return payables.map((payable) => [payable]);
  const byCustomer = new Map<string, Claim[]>();
  for (const payable of payables) {
    const key = `${payable.customerId} ${payable.currency}`;
    byCustomer.set(key, [...(byCustomer.get(key) ?? []), payable]);
  }
  return [...byCustomer.values()].flatMap((claims) =>
    Array.from({ length: Math.ceil(claims.length / MOST_DOCUMENTS) }, (_, i) =>
      claims.slice(i * MOST_DOCUMENTS, (i + 1) * MOST_DOCUMENTS),
    ),
  );
}
