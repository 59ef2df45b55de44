import { HOUR_MS, MINUTE_MS } from '../platform/clock.ts';

/** Waits between tries: about three days in all, as long as mail servers usually try among themselves. */
const WAITS_MS = [
  MINUTE_MS,
  5 * MINUTE_MS,
  30 * MINUTE_MS,
  2 * HOUR_MS,
  6 * HOUR_MS,
  12 * HOUR_MS,
  24 * HOUR_MS,
  24 * HOUR_MS,
];

/** How long to wait after so many tries; undefined when there have been enough. */
export function waitAfterMs(tries: number): number | undefined {
  return WAITS_MS[tries - 1];
}
