/** Kinds of things that need a person, and what each is called on the screen. */
export const CASE_KINDS = {
  'gateway-mismatch': 'The gateway says something else than our books',
  'booked-not-paid': 'Booked here, but not paid at the gateway',
  'still-open-at-gateway': 'Over here, but open at the gateway',
  'excess-payment': 'More was paid than was due',
  'unresolved-payment': 'A payment that nobody could resolve',
  'unknown-charge': 'A charge at the gateway that we have no payment for',
  'failed-refund': 'A refund did not reach the card',
  'refund-elsewhere': 'A refund that was not made here',
  'unresolved-refund': 'A refund that nobody could resolve',
  dispute: 'A payment is disputed',
  'dispute-due': 'A dispute must be answered within three days',
  'dispute-lost': 'A dispute was lost: what becomes of the claim?',
  'unknown-dispute': 'A dispute of a charge that we do not know',
  'unmatched-movement': 'Money moved at the gateway that belongs to nothing of ours',
  'unmatched-payout': 'A payout that does not match',
  'failed-payout': 'A payout did not reach the bank',
  'new-link-wanted': 'A customer asks for a new payment link',
  'failed-webhook': 'A message of the gateway could not be handled',
  'failed-letter': 'A letter could not be delivered',
  'card-removed': 'A saved card is gone',
} as const;

export type CaseKind = keyof typeof CASE_KINDS;
