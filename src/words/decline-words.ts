/** A sentence for every kind of decline: what happened, that nothing was charged, and what to do. */
export type DeclineWords = Record<
  | 'card-declined'
  | 'insufficient-funds'
  | 'expired-card'
  | 'incorrect-details'
  | 'authentication-failed'
  | 'authentication-required'
  | 'processing-error'
  | 'not-supported',
  string
>;
