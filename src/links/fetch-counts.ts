/** How often the pages of links were fetched since it was last written down; times ISO UTC. */
export interface FetchCount {
  linkId: string;
  fetches: number;
  firstAt: string;
  lastAt: string;
}

/** Counts in memory, since a GET writes nothing. */
export interface FetchCounts {
  count(linkId: string, at: string): void;
  /** Gives what was counted, by link id, and begins anew. */
  take(): FetchCount[];
}

/** Keeps counts for so many links at most until they are taken: beyond that a flood is not worth remembering. */
const MOST_LINKS = 10_000;

export function createFetchCounts(): FetchCounts {
  let counts = new Map<string, FetchCount>();
  return {
    count(linkId, at) {
      const known = counts.get(linkId);
      if (known) Object.assign(known, { fetches: known.fetches + 1, lastAt: at });
      else if (counts.size < MOST_LINKS) counts.set(linkId, { linkId, fetches: 1, firstAt: at, lastAt: at });
    },
    take() {
      const taken = [...counts.values()].sort((a, b) => (a.linkId < b.linkId ? -1 : 1));
      counts = new Map();
      return taken;
    },
  };
}
