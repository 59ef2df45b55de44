/** Scripted misfortune. Only the control API writes these rules; the portal knows nothing of them. */
export type FaultDeed =
  | 'refuse'
  | 'timeout_before'
  | 'timeout_after'
  | '500_before'
  | '500_after'
  | 'reset_after'
  | '429'
  | '409'
  | 'slow'
  | 'processing'
  | 'hold_before'
  | 'hold_after';

export interface FaultRule {
  /** `*` stands for one part of the path. */
  match: { method?: string | undefined; path?: string | undefined; account?: string | undefined };
  times: number;
  do: FaultDeed;
  delayMs?: number | undefined;
  /** The name under which a held request is let go. */
  hold?: string | undefined;
}

const DEEDS = new Set<string>([
  ...['refuse', 'timeout_before', 'timeout_after', '500_before', '500_after', 'reset_after', '429', '409'],
  ...['slow', 'processing', 'hold_before', 'hold_after'],
]);

export interface Faults {
  add(rule: unknown): FaultRule;
  clear(): void;
  rules(): FaultRule[];
  /** The first rule that fits, used up by one. */
  take(request: { method: string; path: string; account: string }): FaultRule | undefined;
  /** Waits until somebody lets go; the signal gives up, as when the client hangs up. */
  hold(name: string, signal: AbortSignal): Promise<'released' | 'gone'>;
  /** Lets everything go that is held under the name; how many those were. */
  release(name: string): number;
  held(): Record<string, number>;
}

/** The rules of one sandbox. */
export function createFaults(): Faults {
  let rules: FaultRule[] = [];
  const holds = new Map<string, Set<() => void>>();

  return {
    add(given) {
      const rule = readRule(given);
      rules.push(rule);
      return rule;
    },
    clear() {
      rules = [];
      for (const waiting of holds.values()) for (const letGo of waiting) letGo();
      holds.clear();
    },
    rules: () => rules,
    take(request) {
      const rule = rules.find((candidate) => candidate.times > 0 && fits(candidate, request));
      if (rule) {
        rule.times -= 1;
        rules = rules.filter(({ times }) => times > 0);
      }
      return rule;
    },
    hold(name, signal) {
      return new Promise((resolve) => {
        const waiting = holds.get(name) ?? new Set();
        holds.set(name, waiting);
        const letGo = () => resolve('released');
        waiting.add(letGo);
        const gone = () => {
          waiting.delete(letGo);
          resolve('gone');
        };
        if (signal.aborted) gone();
        else signal.addEventListener('abort', gone, { once: true });
      });
    },
    release(name) {
      const waiting = holds.get(name);
      holds.delete(name);
      for (const letGo of waiting ?? []) letGo();
      return waiting?.size ?? 0;
    },
    held: () => Object.fromEntries([...holds].map(([name, waiting]) => [name, waiting.size])),
  };
}

function readRule(given: unknown): FaultRule {
  const rule = given as Partial<FaultRule> | null;
  if (!rule || typeof rule !== 'object' || !DEEDS.has(String(rule.do))) {
    throw new Error(`A fault rule needs "do", one of: ${[...DEEDS].join(', ')}`);
  }
  if (rule.do?.startsWith('hold_') && !rule.hold) throw new Error('A rule that holds needs a name in "hold"');
  return { match: rule.match ?? {}, times: rule.times ?? 1, do: rule.do!, delayMs: rule.delayMs, hold: rule.hold };
}

function fits({ match }: FaultRule, request: { method: string; path: string; account: string }): boolean {
  if (match.method && match.method.toUpperCase() !== request.method) return false;
  if (match.account && match.account !== request.account) return false;
  if (!match.path) return true;
  const wanted = match.path.split('/');
  const parts = request.path.split('/');
  return wanted.length === parts.length && wanted.every((part, i) => part === '*' || part === parts[i]);
}
