import { DAY_MS, HOUR_MS } from '../platform/clock.ts';
import type { ObjectKind } from './difference.ts';

/** `new`: what was made since the last finished run, with an overlap; `all`: since the account was connected. */
export type Scope = 'new' | 'all';

/** One look at an account: how far it is, or what came of it. */
export interface Run {
  id: string;
  accountId: string;
  scope: Scope;
  /** What was made here from then on is looked for there (ISO). */
  since: string;
  state: 'running' | 'done' | 'failed';
  step: string;
  passedRef: string | undefined;
  /** About how many objects there are to look at. */
  expected: number;
  looked: number;
  foreign: number;
  underWay: number;
  startedBy: string | undefined;
  startedAt: string;
  tries: number;
  failure: string | undefined;
  finishedAt: string | undefined;
}

/**
 * What is paid now may have been made as long ago as a charge that was handed to the customer lives, which is three days:
 * each run looks at a day more than that once again.
 */
const OVERLAP_MS = 4 * DAY_MS;
/** Our clock and the gateway's may differ by so much at most. */
export const CLOCKS_DIFFER_MS = HOUR_MS;

/** From when on a run looks. `lastStartedAt` is when the last one began that came to its end; undefined before the first. */
export function runSince(scope: Scope, everything: string, lastStartedAt: string | undefined): string {
  if (scope === 'all' || !lastStartedAt) return everything;
  const recent = earlierIso(lastStartedAt, OVERLAP_MS);
  return recent > everything ? recent : everything;
}

export function earlierIso(iso: string, byMs: number): string {
  return new Date(Date.parse(iso) - byMs).toISOString();
}

/**
 * A part of a run: what was found before is looked at again; then, of each kind, theirs against ours, and ours against
 * theirs; then what moved the balance is read, so that fees and payouts are known.
 */
export type Step = { name: string } & ({ side: 'earlier' | 'balance' } | { side: 'there' | 'here'; kind: ObjectKind });

/** The steps of a run in order. */
export function stepsOf(kinds: readonly ObjectKind[]): Step[] {
  return [
    { name: 'earlier', side: 'earlier' },
    ...kinds.flatMap((kind): Step[] => [
      { name: `${kind}-there`, side: 'there', kind },
      { name: `${kind}-here`, side: 'here', kind },
    ]),
    { name: 'balance', side: 'balance' },
  ];
}

/** Another process has taken the run over, or it is over. */
export class LostClaim extends Error {}
