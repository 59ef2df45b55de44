import type { Form } from './http/read-form.ts';
import type { Books, KindName, Kinds } from './ledger.ts';
import type { SandboxAccount } from './sandbox-account.ts';
import { missing } from './stripe-error.ts';

export type TaskName = 'post_balance' | 'settle_refund' | 'open_dispute' | 'decide_dispute';

/** One request that is being carried out: who asks, in whose books, and when. */
export interface Call {
  account: SandboxAccount;
  books: Books;
  form: Form;
  /** What the path names, such as a payment intent's id. */
  id: string;
  path: string;
  nowSeconds: number;
  publicUrl: string;
  byPublishableKey: boolean;
  /** A fault rule asks that this confirm ends in `processing`. */
  forceProcessing: boolean;
  /** Writes an event and queues its deliveries. */
  emit(type: string, object: { id: string }, previous?: Record<string, unknown>): void;
  /** What happens at a gateway a moment after it has answered. */
  soon(task: TaskName, objectId: string): void;
}

const NOUNS: Partial<Record<KindName, string>> = {
  payment_method: 'PaymentMethod',
  confirmation_token: 'confirmation token',
};

/** The object, or Stripe's 404. */
export function need<K extends KindName>(call: Call, kind: K, id: string, param?: string): Kinds[K] {
  const found = call.books.get(kind, id);
  if (!found) throw missing(NOUNS[kind] ?? kind, id, param);
  return found;
}
