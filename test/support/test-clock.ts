import type { Clock } from '../../src/platform/clock.ts';

/** A clock that runs with real time and can be moved ahead. */
export class TestClock implements Clock {
  #aheadMs = 0;

  now(): Date {
    return new Date(Date.now() + this.#aheadMs);
  }

  advance(byMs: number): void {
    this.#aheadMs += byMs;
  }
}
