import type { Confirmation, DeclineCategory } from '../gateway/gateway.ts';

/**
 * One confirm of a card payment. `started`: our row is written, nothing confirmed; `sent`: the confirm is on its way and
 * its outcome unknown until the gateway says; the rest are what the gateway said, or that it never heard of it.
 */
export type AttemptState = 'started' | 'sent' | 'challenged' | 'processing' | 'succeeded' | 'declined' | 'abandoned';

/** States in which the attempt may still turn into money. */
export const OPEN_ATTEMPTS: AttemptState[] = ['started', 'sent', 'challenged', 'processing'];

export interface Attempt {
  id: string;
  paymentId: string;
  /** Made by the page; the same submission is the same attempt, whoever sends it again. */
  submissionId: string;
  state: AttemptState;
  /** The gateway's one-time name for the card that was typed; empty where a saved card is charged. */
  confirmationToken: string;
  savedCardId: string | undefined;
  /** Who was there: the payer, nobody (staff charge a saved card), or the payer on the telephone. */
  presence: Confirmation['presence'];
  /** Through what it came: a link, or a person in the office. */
  linkId: string | undefined;
  startedBy: string | undefined;
  amountMinor: number;
  saveCard: boolean;
  consentWording: string;
  consentLanguage: string;
  payerEmail: string;
  ip: string;
  declineCategory: DeclineCategory | undefined;
  declineCode: string | undefined;
  createdAt: string;
  sentAt: string | undefined;
}
