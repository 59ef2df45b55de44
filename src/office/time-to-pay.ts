const HOUR = 60;
const DAY = 24 * HOUR;

/** Spans by their upper end, in minutes: fine enough that a median can be told, few enough to be kept for every day. */
const UPPER_ENDS = [
  ...[1, 2, 3, 5, 10, 15, 20, 30, 45, 60],
  ...[1.5, 2, 3, 4, 6, 8, 12, 18, 24].map((hours) => hours * HOUR),
  ...[1.5, 2, 3, 4, 5, 6, 7, 10, 14, 21, 28, 42, 60, 90, 120].map((days) => days * DAY),
];

/** What is drawn: each group holds the spans up to its end. */
const GROUPS = [
  { label: 'Within an hour', upTo: HOUR },
  { label: 'Within a day', upTo: DAY },
  { label: '1 to 3 days', upTo: 3 * DAY },
  { label: '3 to 7 days', upTo: 7 * DAY },
  { label: '1 to 2 weeks', upTo: 14 * DAY },
  { label: '2 to 4 weeks', upTo: 28 * DAY },
  { label: 'Longer', upTo: Number.POSITIVE_INFINITY },
];

/** How many payments came within a span, named by its upper end in minutes. */
export interface Span {
  key: string;
  events: number;
}

/** The span that a time between two stored moments falls into: "60" for 45 to 60 minutes. */
export function spanOf(fromIso: string, toIso: string): string {
  const minutes = (Date.parse(toIso) - Date.parse(fromIso)) / 60_000;
  return String(UPPER_ENDS.find((end) => minutes <= end) ?? UPPER_ENDS.at(-1));
}

/** The groups that are drawn, each with how many payments are in it. */
export function groupSpans(spans: readonly Span[]): Array<{ label: string; events: number }> {
  return GROUPS.map(({ label, upTo }, i) => {
    const above = GROUPS[i - 1]?.upTo ?? 0;
    const own = spans.filter(({ key }) => Number(key) > above && Number(key) <= upTo);
    return { label, events: own.reduce((sum, span) => sum + span.events, 0) };
  });
}

/** The time by which half had paid, in minutes: read between the ends of its span. Undefined for nobody. */
export function medianMinutes(spans: readonly Span[]): number | undefined {
  const sorted = [...spans].sort((a, b) => Number(a.key) - Number(b.key));
  const total = sorted.reduce((sum, span) => sum + span.events, 0);
  let passed = 0;
  for (const { key, events } of sorted) {
    if (events > 0 && passed + events >= total / 2) {
      const end = Number(key);
      const begin = UPPER_ENDS[UPPER_ENDS.indexOf(end) - 1] ?? 0;
      return begin + ((end - begin) * (total / 2 - passed)) / events;
    }
    passed += events;
  }
  return undefined;
}

/** "about 40 minutes", "about 5 hours", "about 2 days". */
export function aboutTime(minutes: number): string {
  const [count, unit] =
    minutes < HOUR ? [minutes, 'minute'] : minutes < 2 * DAY ? [minutes / HOUR, 'hour'] : [minutes / DAY, 'day'];
  const whole = Math.max(1, Math.round(count));
  return `about ${whole} ${unit}${whole === 1 ? '' : 's'}`;
}
