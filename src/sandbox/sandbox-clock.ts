export interface SandboxClock {
  nowMs(): number;
  set(nowMs: number): void;
  advance(byMs: number): void;
}

/** A clock that runs on and can be moved. Deliveries do not follow it: they happen in the receiver's time. */
export function createSandboxClock(base: () => Date): SandboxClock {
  let offsetMs = 0;
  return {
    nowMs: () => base().getTime() + offsetMs,
    set: (nowMs) => {
      offsetMs = nowMs - base().getTime();
    },
    advance: (byMs) => {
      offsetMs += byMs;
    },
  };
}
