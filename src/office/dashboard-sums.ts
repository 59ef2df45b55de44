import { BY_HAND, type Column } from './dashboard-choice.ts';
import type { DayFigure } from './day-figures.ts';

/** The currency in which most payments came in; undefined when none did. */
export function busiestCurrency(figures: readonly DayFigure[]): string | undefined {
  const counts = new Map<string, number>();
  for (const { kind, currency, events } of figures)
    if (kind === 'collected') counts.set(currency, (counts.get(currency) ?? 0) + events);
  return [...counts].sort((a, b) => b[1] - a[1] || a[0].localeCompare(b[0])).at(0)?.[0];
}

/** The figures of one currency, and of one account where it is chosen. */
export function narrowFigures(
  figures: readonly DayFigure[],
  { currency, account }: { currency: string; account: string | undefined },
): DayFigure[] {
  return figures.filter(
    (figure) => figure.currency === currency && (account === undefined || (figure.account_id || BY_HAND) === account),
  );
}

export interface Sum {
  amountMinor: number;
  events: number;
}

/** Figures of one currency added up. */
export function total(figures: readonly DayFigure[]): Sum {
  return figures.reduce(
    (sum, { amount_minor, events }) => ({ amountMinor: sum.amountMinor + amount_minor, events: sum.events + events }),
    { amountMinor: 0, events: 0 },
  );
}

/** What came in on the days of each column. */
export function byColumn(collected: readonly DayFigure[], columns: readonly Column[]): Array<Column & Sum> {
  return columns.map((column) => ({
    ...column,
    ...total(collected.filter(({ day }) => day >= column.from && day <= column.to)),
  }));
}

/** Figures by something they have, the largest first. */
export function groupedBy(
  figures: readonly DayFigure[],
  keyOf: (figure: DayFigure) => string,
): Array<Sum & { key: string }> {
  const groups = new Map<string, DayFigure[]>();
  for (const figure of figures) groups.set(keyOf(figure), [...(groups.get(keyOf(figure)) ?? []), figure]);
  return [...groups]
    .map(([key, own]) => ({ key, ...total(own) }))
    .sort((a, b) => b.amountMinor - a.amountMinor || b.events - a.events);
}
