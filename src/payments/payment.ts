/**
 * The states of a payment and where each may go: the one table. *Declined* is no state of a payment but of an attempt:
 * after a decline the payment is `ready` again and the next try confirms the same payment at the gateway.
 */
export const PAYMENT_STATES = {
  /** Live and idle: nothing has been tried yet, or the last try ended without money. */
  ready: { live: true, inFlight: false, to: ['confirming', 'challenged', 'processing', 'paid', 'cancelled'] },
  /** A try is on its way to the gateway, or its outcome is not known yet. */
  confirming: { live: true, inFlight: true, to: ['ready', 'challenged', 'processing', 'paid', 'cancelled'] },
  /** The bank asks the payer to confirm (3-D Secure). */
  challenged: { live: true, inFlight: true, to: ['ready', 'confirming', 'processing', 'paid', 'cancelled'] },
  /** The gateway is still working on it. */
  processing: { live: true, inFlight: true, to: ['ready', 'challenged', 'paid', 'cancelled'] },
  /** The gateway says succeeded, or staff have recorded it, and it is booked. */
  paid: { live: false, inFlight: false, to: ['reversed'] },
  /** The gateway says cancelled: it can never be paid any more. */
  cancelled: { live: false, inFlight: false, to: [] },
  /** Recorded by staff and taken back by a reversing entry; never a card payment. */
  reversed: { live: false, inFlight: false, to: [] },
} as const satisfies Record<string, { live: boolean; inFlight: boolean; to: readonly string[] }>;

export type PaymentState = keyof typeof PAYMENT_STATES;

export const LIVE_STATES = statesThat('live');
export const IN_FLIGHT_STATES = statesThat('inFlight');

function statesThat(mark: 'live' | 'inFlight'): PaymentState[] {
  return (Object.keys(PAYMENT_STATES) as PaymentState[]).filter((state) => PAYMENT_STATES[state][mark]);
}

/** The states from which one may come to this one. */
export function statesBefore(state: PaymentState): PaymentState[] {
  return (Object.keys(PAYMENT_STATES) as PaymentState[]).filter((from) =>
    (PAYMENT_STATES[from].to as readonly string[]).includes(state),
  );
}

export function isFinal(state: PaymentState): boolean {
  return !PAYMENT_STATES[state].live;
}

/** Only what staff recorded is taken back by a reversing entry; money that a gateway took is refunded. */
export function isReversible({ method, state }: Pick<Payment, 'method' | 'state'>): boolean {
  return method !== 'card' && state === 'paid';
}

export function isInFlight(state: PaymentState): boolean {
  return PAYMENT_STATES[state].inFlight;
}

/** How each state is shown to staff. */
export const PAYMENT_STATE_WORDS: Record<
  PaymentState,
  { label: string; tone: 'ok' | 'warn' | 'bad' | 'info' | 'muted' }
> = {
  ready: { label: 'Not paid yet', tone: 'info' },
  confirming: { label: 'Being confirmed', tone: 'warn' },
  challenged: { label: 'Waiting for the bank', tone: 'warn' },
  processing: { label: 'Processing', tone: 'warn' },
  paid: { label: 'Paid', tone: 'ok' },
  cancelled: { label: 'Cancelled', tone: 'muted' },
  reversed: { label: 'Reversed', tone: 'bad' },
};

/** One intention to collect a sum. Sums in whole minor units. */
export interface Payment {
  id: string;
  method: 'card' | 'cash' | 'cheque' | 'transfer';
  channel: 'link' | 'office';
  customerId: string;
  accountId: string;
  linkId: string | undefined;
  currency: string;
  amountMinor: number;
  state: PaymentState;
  attemptId: string | undefined;
  gatewayRef: string | undefined;
  /** How often the gateway answered *create* without making it; the next try goes under another idempotency key. */
  createTries: number;
  createdAt: string;
  inFlightSince: string | undefined;
  cancelAskedAt: string | undefined;
  /** Until when the customer may confirm what staff began and the bank would not do without them. */
  handedUntil: string | undefined;
}

/** Which part of a payment is meant for which payable, and the version of it that the payer saw. */
export interface PaymentPart {
  payableId: string;
  amountMinor: number;
  version: number;
}
