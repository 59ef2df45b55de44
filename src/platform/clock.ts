/** Where the time comes from; the only source, so that a test can hold it still. */
export interface Clock {
  now(): Date;
}

export const systemClock: Clock = { now: () => new Date() };

/** The present as ISO 8601 UTC text with milliseconds: how every time is stored. */
export function nowIso(clock: Clock): string {
  return clock.now().toISOString();
}

/** A stored time moved by so many milliseconds. */
export function laterIso(clock: Clock, byMs: number): string {
  return new Date(clock.now().getTime() + byMs).toISOString();
}

export const SECOND_MS = 1000;
export const MINUTE_MS = 60 * SECOND_MS;
export const HOUR_MS = 60 * MINUTE_MS;
export const DAY_MS = 24 * HOUR_MS;
