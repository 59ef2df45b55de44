/** How an account, or one currency of it, stands between books and gateway. */
export interface Standing {
  tone: 'ok' | 'warn' | 'bad' | 'muted';
  /** In a word or two. */
  badge: string;
  sentence: string;
}

export interface StandingFacts {
  /** When the last look began that came to its end (ISO); undefined before the first. */
  asOf: string | undefined;
  /** Since when the account could not be asked; undefined when it could at the last try. */
  failingSince: string | undefined;
  isRunning: boolean;
  /** Differences that wait for a decision, and since when. */
  open: number;
  openSince: string;
  /** Differences that a person has explained. */
  explained: number;
}

/** Says how it stands, and never "equal" of what was not looked at. `at` shows a moment to the reader. */
export function standingOf(facts: StandingFacts, at: (iso: string) => string): Standing {
  const { asOf, failingSince, open } = facts;
  const silence = failingSince ? `The gateway could not be asked since ${at(failingSince)}.` : '';
  if (open > 0) {
    const sentence = `${differences(open)} since ${at(facts.openSince)}. ${silence}`.trim();
    return { tone: failingSince ? 'bad' : 'warn', badge: differences(open), sentence };
  }
  if (failingSince) {
    const before = asOf
      ? `As of ${at(asOf)} books equalled it${butFor(facts.explained)}.`
      : 'It was never looked at before.';
    return { tone: 'bad', badge: 'Not reached', sentence: `${silence} ${before}` };
  }
  if (!asOf) {
    const sentence = facts.isRunning ? 'It is looked at for the first time just now.' : 'It was not looked at yet.';
    return { tone: 'muted', badge: 'Not known', sentence };
  }
  return {
    tone: 'ok',
    badge: 'Equal',
    sentence: `Books equal the gateway as of ${at(asOf)}${butFor(facts.explained)}.`,
  };
}

/** All accounts in one: the worst of what is said of each, and of equal ones the one that was looked at first. */
export function standingOfAll(all: readonly StandingFacts[], at: (iso: string) => string): Standing | undefined {
  if (all.length === 0) return undefined;
  const earliest = (isos: Array<string | undefined>) => isos.filter((iso): iso is string => Boolean(iso)).sort()[0];
  return standingOf(
    {
      asOf: all.every((one) => one.asOf) ? earliest(all.map((one) => one.asOf)) : undefined,
      failingSince: earliest(all.map((one) => one.failingSince)),
      isRunning: all.some((one) => one.isRunning),
      open: sum(all.map((one) => one.open)),
      openSince: earliest(all.map((one) => one.openSince)) ?? '',
      explained: sum(all.map((one) => one.explained)),
    },
    at,
  );
}

export function differences(count: number): string {
  return count === 1 ? '1 difference' : `${count} differences`;
}

function butFor(explained: number): string {
  if (explained === 0) return '';
  return `, but for ${differences(explained)} that ${explained === 1 ? 'was' : 'were'} explained`;
}

function sum(counts: readonly number[]): number {
  return counts.reduce((all, one) => all + one, 0);
}
