import type { GatewayDispute, GatewayDisputeStatus } from '../gateway/gateway.ts';
import { type Clock, DAY_MS, HOUR_MS, laterIso, MINUTE_MS } from '../platform/clock.ts';

/**
 * The states of a dispute and where each may go: the one table. `wantsAnswer`: the bank waits for us. `holdsMoney`: the
 * bank has the money or is about to take it, so it is neither used nor refunded here. `over`: the bank has decided.
 */
export const DISPUTE_STATES = {
  /** The bank asks before it disputes; no money has moved. */
  inquiry: {
    ...{ wantsAnswer: true, holdsMoney: false, over: false },
    to: ['inquiry_answered', 'inquiry_closed', 'needs_response', 'under_review', 'won', 'lost', 'prevented'],
  },
  inquiry_answered: {
    ...{ wantsAnswer: false, holdsMoney: false, over: false },
    to: ['inquiry_closed', 'needs_response', 'under_review', 'won', 'lost', 'prevented'],
  },
  /** The question is settled, or nobody asked further. It may still become a dispute. */
  inquiry_closed: {
    ...{ wantsAnswer: false, holdsMoney: false, over: true },
    to: ['needs_response', 'under_review', 'won', 'lost', 'prevented'],
  },
  needs_response: {
    ...{ wantsAnswer: true, holdsMoney: true, over: false },
    to: ['under_review', 'won', 'lost', 'prevented', 'appeal_needs_response', 'appeal_under_review'],
  },
  under_review: {
    ...{ wantsAnswer: false, holdsMoney: true, over: false },
    to: ['needs_response', 'won', 'lost', 'prevented', 'appeal_needs_response', 'appeal_under_review'],
  },
  /** The money comes back. */
  won: {
    ...{ wantsAnswer: false, holdsMoney: false, over: true },
    to: ['lost', 'appeal_needs_response', 'appeal_under_review'],
  },
  /** The money is gone; staff say what becomes of the claim. */
  lost: {
    ...{ wantsAnswer: false, holdsMoney: true, over: true },
    to: ['won', 'prevented', 'appeal_needs_response', 'appeal_under_review'],
  },
  /** The gateway or the bank settled it before it counted. */
  prevented: { ...{ wantsAnswer: false, holdsMoney: false, over: true }, to: [] },
  /** A lost dispute that is taken up again. */
  appeal_needs_response: {
    ...{ wantsAnswer: true, holdsMoney: true, over: false },
    to: ['appeal_under_review', 'won', 'lost', 'prevented'],
  },
  appeal_under_review: { ...{ wantsAnswer: false, holdsMoney: true, over: false }, to: ['won', 'lost', 'prevented'] },
} as const satisfies Record<
  string,
  { wantsAnswer: boolean; holdsMoney: boolean; over: boolean; to: readonly string[] }
>;

export type DisputeState = keyof typeof DISPUTE_STATES;

/** The gateway's words as ours. */
const STATE_OF: Record<GatewayDisputeStatus, DisputeState> = {
  inquiry: 'inquiry',
  'inquiry-answered': 'inquiry_answered',
  'inquiry-closed': 'inquiry_closed',
  'needs-answer': 'needs_response',
  'under-review': 'under_review',
  won: 'won',
  lost: 'lost',
  prevented: 'prevented',
  appeal: 'appeal_needs_response',
  'appeal-under-review': 'appeal_under_review',
};

/** The state that the gateway tells; undefined where it uses a word that we do not know. */
export function stateOf({ status }: Pick<GatewayDispute, 'status'>): DisputeState | undefined {
  return status && STATE_OF[status];
}

export function mayBecome(from: DisputeState, to: DisputeState): boolean {
  return from === to || (DISPUTE_STATES[from].to as readonly string[]).includes(to);
}

export function isInquiry(state: DisputeState): boolean {
  return state.startsWith('inquiry');
}

/** How each state is shown to staff. */
export const DISPUTE_STATE_WORDS: Record<
  DisputeState,
  { label: string; tone: 'ok' | 'warn' | 'bad' | 'info' | 'muted' }
> = {
  inquiry: { label: 'The bank asks', tone: 'warn' },
  inquiry_answered: { label: 'Question answered', tone: 'info' },
  inquiry_closed: { label: 'Question closed', tone: 'muted' },
  needs_response: { label: 'Needs an answer', tone: 'bad' },
  under_review: { label: 'With the bank', tone: 'info' },
  won: { label: 'Won', tone: 'ok' },
  lost: { label: 'Lost', tone: 'bad' },
  prevented: { label: 'Prevented', tone: 'muted' },
  appeal_needs_response: { label: 'Appeal: needs an answer', tone: 'bad' },
  appeal_under_review: { label: 'Appeal: with the bank', tone: 'info' },
};

export type DisputeDecision = 'owed-again' | 'written-off';

/** A payment that the cardholder's bank contests. Sums in whole minor units. */
export interface Dispute {
  id: string;
  accountId: string;
  gatewayRef: string;
  paymentId: string | undefined;
  customerId: string | undefined;
  chargeRef: string;
  paymentRef: string | undefined;
  state: DisputeState;
  reason: string;
  networkReason: string | undefined;
  currency: string;
  amountMinor: number;
  dueBy: string | undefined;
  submissions: number;
  openedAt: string;
  heardAt: string;
  closedAt: string | undefined;
  version: number;
  decision: { outcome: DisputeDecision; at: string; reason: string } | undefined;
  /** What was told to the bank through us, once it was written down. */
  answer: { id: string; content: string; at: string } | undefined;
}

/** What open disputes are listed by, so that what is due first stands first and what waits for the bank last. */
export function dueKey(state: DisputeState, dueBy: string | undefined): string {
  return DISPUTE_STATES[state].wantsAnswer && dueBy ? dueBy : '9999-12-31T00:00:00.000Z';
}

/** A decision may be taken back; card schemes let banks come again for about this long. */
const WATCHED_MS = 120 * DAY_MS;

/** When the gateway is asked again if no message comes; null when it is no longer watched. */
export function nextLookAt({ closedAt }: Pick<Dispute, 'closedAt'>, clock: Clock): string | null {
  if (!closedAt) return laterIso(clock, HOUR_MS);
  const closedForMs = clock.now().getTime() - Date.parse(closedAt);
  // Right after the decision the money may still be on its way.
  if (closedForMs < HOUR_MS) return laterIso(clock, 10 * MINUTE_MS);
  return closedForMs < WATCHED_MS ? laterIso(clock, DAY_MS) : null;
}

/** From then on it is pressing: a case is opened. */
export const PRESSING_MS = 3 * DAY_MS;

export interface TimeLeft {
  text: string;
  tone: 'bad' | 'warn' | 'info';
}

/** How long there is to answer, in words and as a colour; undefined where no answer is wanted. */
export function timeLeft({ state, dueBy }: Pick<Dispute, 'state' | 'dueBy'>, now: Date): TimeLeft | undefined {
  if (!DISPUTE_STATES[state].wantsAnswer || !dueBy) return undefined;
  const leftMs = Date.parse(dueBy) - now.getTime();
  if (leftMs <= 0) return { text: 'Time is up', tone: 'bad' };
  const tone = leftMs < DAY_MS ? 'bad' : leftMs < PRESSING_MS ? 'warn' : 'info';
  return { text: `${spanOf(leftMs)} left`, tone };
}

function spanOf(ms: number): string {
  const [days, hours] = [Math.floor(ms / DAY_MS), Math.floor((ms % DAY_MS) / HOUR_MS)];
  if (days > 0) return `${many(days, 'day')}${hours > 0 ? ` ${many(hours, 'hour')}` : ''}`;
  return hours > 0 ? many(hours, 'hour') : many(Math.ceil(ms / MINUTE_MS), 'minute');
}

function many(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

/** What a payment still settles of one document, and so may be taken out of it. */
export interface Room {
  payableId: string;
  roomMinor: number;
}

/** Which part of a disputed sum concerns which document: in their order, as the payment settled them. */
export function shareAmongDocuments(
  amountMinor: number,
  rooms: readonly Room[],
): Array<{ payableId: string; amountMinor: number }> {
  let restMinor = amountMinor;
  const shares = rooms.map(({ payableId, roomMinor }) => {
    const shareMinor = Math.max(0, Math.min(roomMinor, restMinor));
    restMinor -= shareMinor;
    return { payableId, amountMinor: shareMinor };
  });
  return shares.filter((share) => share.amountMinor > 0);
}
