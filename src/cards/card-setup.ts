import type { DeclineCategory } from '../gateway/gateway.ts';

/**
 * One try to keep a card without a payment. `started`: our row is written, nothing confirmed; `sent`: the confirm is on
 * its way and its outcome unknown until the gateway says; the rest are what the gateway said, or that it was given up.
 */
export type SetupState = 'started' | 'sent' | 'challenged' | 'processing' | 'succeeded' | 'declined' | 'abandoned';

/** States in which a card may still come of it. */
export const OPEN_SETUPS: SetupState[] = ['started', 'sent', 'challenged', 'processing'];

export function isOpenSetup(state: SetupState): boolean {
  return OPEN_SETUPS.includes(state);
}

export interface CardSetup {
  id: string;
  customerId: string;
  accountId: string;
  /** The link it came through; undefined when a person of the staff typed the card. */
  linkId: string | undefined;
  channel: 'link' | 'office';
  /** Made by the page; the same submission is the same try, whoever sends it again. */
  submissionId: string;
  state: SetupState;
  gatewayRef: string | undefined;
  confirmationToken: string;
  consentWording: string;
  consentLanguage: string;
  ip: string;
  /** The person who recorded a consent that was given by phone. */
  recordedBy: string | undefined;
  declineCategory: DeclineCategory | undefined;
  createdAt: string;
  sentAt: string | undefined;
}
