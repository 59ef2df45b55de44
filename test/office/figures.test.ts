import { describe, expect, test } from '@jest/globals';
import { ageOf, dueDaysOf } from '../../src/invoices/invoice-age.ts';
import { heightOf, niceTicks, shareText } from '../../src/office/chart-scale.ts';
import { columnsOf, readChoice } from '../../src/office/dashboard-choice.ts';
import { dayOf, daysBetween, isOver, isStale, stretchesOf } from '../../src/office/day-figures.ts';
import { aboutTime, groupSpans, medianMinutes, spanOf } from '../../src/office/time-to-pay.ts';

describe('the axis of a chart', () => {
  test.each([
    [734, [0, 200, 400, 600, 800]],
    [1_000_000, [0, 250_000, 500_000, 750_000, 1_000_000]],
    [1_000_001, [0, 500_000, 1_000_000, 1_500_000]],
    [3, [0, 1, 2, 3]],
    [1, [0, 1]],
    [0, [0]],
  ])('up to %i has marks that are easy to read', (most, marks) => {
    expect(niceTicks(most)).toEqual(marks);
  });

  test('draws a little of what is little, and nothing of nothing', () => {
    expect([heightOf(0, 9), heightOf(1, 1_000_000), heightOf(1, 3), heightOf(3, 3), heightOf(1, 0)]).toEqual([
      0, 0.5, 33.3, 100, 0,
    ]);
    expect([shareText(2, 3), shareText(0, 3), shareText(0, 0)]).toEqual(['67 %', '0 %', '']);
  });
});

describe('the time to pay', () => {
  const spans = (...keys: number[]) => keys.map((key) => ({ key: String(key), events: 1 }));

  test('falls into spans, and these into the groups that are drawn', () => {
    expect(spanOf('2026-01-01T10:00:00.000Z', '2026-01-01T10:50:00.000Z')).toBe('60');
    expect(spanOf('2026-01-01T10:00:00.000Z', '2027-01-01T10:00:00.000Z')).toBe(String(120 * 24 * 60));
    const groups = groupSpans(spans(1, 60, 90, 24 * 60, 36 * 60, 7 * 24 * 60, 120 * 24 * 60));
    expect(groups.map(({ events }) => events)).toEqual([2, 2, 1, 1, 0, 0, 1]);
  });

  test('has a median that lies within the span of the one in the middle', () => {
    expect(medianMinutes([])).toBeUndefined();
    expect(medianMinutes(spans(10))).toBe(7.5);
    const middle = medianMinutes(spans(5, 120, 120, 120, 10_080)) as number;
    expect(middle).toBeGreaterThan(90);
    expect(middle).toBeLessThanOrEqual(120);
    expect([0.2, 42, 61, 300, 47 * 60, 60 * 60].map(aboutTime)).toEqual([
      ...['about 1 minute', 'about 42 minutes', 'about 1 hour'],
      ...['about 5 hours', 'about 47 hours', 'about 3 days'],
    ]);
  });
});

describe('days', () => {
  test('are those of the company’s zone, also where clocks change', () => {
    const days = daysBetween('2026-03-28', '2026-03-30', 'Europe/Berlin');
    expect(days.starts).toEqual([
      ...['2026-03-27T23:00:00.000Z', '2026-03-28T23:00:00.000Z'],
      ...['2026-03-29T22:00:00.000Z', '2026-03-30T22:00:00.000Z'],
    ]);
    expect(dayOf(days, '2026-03-29T21:59:59.999Z')).toBe('2026-03-29');
    expect(dayOf(days, '2026-03-29T22:00:00.000Z')).toBe('2026-03-30');
  });

  test('are summed up once they are over, and anew while links of them live', () => {
    const at = (iso: string) => new Date(iso);
    expect(isOver('2026-03-01', 'UTC', at('2026-03-02T00:59:00Z'))).toBe(false);
    expect(isOver('2026-03-01', 'UTC', at('2026-03-02T01:00:00Z'))).toBe(true);
    const rolled = '2026-03-02T02:00:00.000Z';
    expect(isStale('2026-03-01', rolled, at('2026-03-02T02:59:00Z'))).toBe(false);
    expect(isStale('2026-03-01', rolled, at('2026-03-02T03:00:00Z'))).toBe(true);
    expect(isStale('2026-01-01', rolled, at('2026-03-02T23:00:00Z'))).toBe(false);
    expect(isStale('2026-01-01', rolled, at('2026-03-03T02:00:00Z'))).toBe(true);
    expect(isStale('2025-10-01', rolled, at('2026-03-09T02:00:00Z'))).toBe(false);
  });

  test('that lie side by side are read at once', () => {
    expect(stretchesOf(['2026-02-28', '2026-03-01', '2026-03-05'])).toEqual([
      { from: '2026-02-28', to: '2026-03-01' },
      { from: '2026-03-05', to: '2026-03-05' },
    ]);
  });

  test('of a year are drawn in weeks from Monday on, others each for itself', () => {
    expect(columnsOf({ range: '7', from: '2026-11-20', to: '2026-11-26' })).toHaveLength(7);
    const weeks = columnsOf({ range: 'year', from: '2026-01-01', to: '2026-01-13' });
    expect(weeks).toEqual([
      { from: '2026-01-01', to: '2026-01-04' },
      { from: '2026-01-05', to: '2026-01-11' },
      { from: '2026-01-12', to: '2026-01-13' },
    ]);
  });

  test('asked for in a way that cannot be read are the last thirty', () => {
    const textOf = (name: string) => ({ range: '1e9', currency: 'E', account: 'x' })[name] ?? '';
    expect(readChoice(textOf, '2026-11-26')).toEqual({
      ...{ range: '30', from: '2026-10-28', to: '2026-11-26' },
      ...{ currency: undefined, account: undefined },
    });
  });
});

describe('the age of what is owed', () => {
  test.each([
    ['2026-11-27', 'current'],
    ['2026-11-26', 'current'],
    ['2026-11-25', '1-30'],
    ['2026-10-27', '1-30'],
    ['2026-10-26', '31-60'],
    ['2026-09-26', '61-90'],
    ['2026-08-28', '61-90'],
    ['2026-08-27', 'over-90'],
  ] as const)('an invoice due on %s is %s on 26 November', (dueOn, age) => {
    expect(ageOf(dueOn, '2026-11-26')).toBe(age);
    const { first, last } = dueDaysOf(age, '2026-11-26');
    expect((first ?? '') <= dueOn && dueOn <= (last ?? '9')).toBe(true);
  });
});
