const MOST_ENTRIES = 1000;

export interface RequestLog {
  note(entry: { method: string; path: string; account: string; atMs: number }): void;
  counts(): Record<string, number>;
  entries(): { method: string; path: string; account: string; atMs: number }[];
  clear(): void;
}

/** Which requests came, without their contents: keys and card numbers are never in it. */
export function createRequestLog(): RequestLog {
  let entries: ReturnType<RequestLog['entries']> = [];
  let counts = new Map<string, number>();
  return {
    note(entry) {
      entries.push(entry);
      if (entries.length > MOST_ENTRIES) entries.shift();
      const name = `${entry.method} ${entry.path}`;
      counts.set(name, (counts.get(name) ?? 0) + 1);
    },
    counts: () => Object.fromEntries(counts),
    entries: () => entries,
    clear() {
      entries = [];
      counts = new Map();
    },
  };
}
