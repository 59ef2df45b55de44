import { describe, expect, test } from '@jest/globals';
import { linkState } from '../../src/links/link.ts';
import { defaultExpiry, type ExpiryChoice, expiresAt, expiryChoices } from '../../src/links/link-expiry.ts';

const TABLE: Array<
  [why: string, choice: ExpiryChoice, now: string, zone: string, dueOn: string | undefined, ends: string]
> = [
  ['24 hours are 24 hours', '24h', '2026-03-10T09:15:30.250Z', 'UTC', undefined, '2026-03-11T09:15:30.250Z'],
  [
    '24 hours also in the night in which clocks go forward',
    '24h',
    '2026-03-28T20:00:00.000Z',
    'Europe/Berlin',
    undefined,
    '2026-03-29T20:00:00.000Z',
  ],
  [
    '7 days run to the end of the seventh day',
    '7d',
    '2026-03-10T09:00:00.000Z',
    'UTC',
    undefined,
    '2026-03-17T23:59:59.999Z',
  ],
  [
    'a day ends when it ends where the company is',
    '7d',
    '2026-01-10T09:00:00.000Z',
    'America/New_York',
    undefined,
    '2026-01-18T04:59:59.999Z',
  ],
  [
    'today is what it is where the company is',
    '7d',
    '2026-01-10T23:30:00.000Z',
    'Pacific/Auckland',
    undefined,
    '2026-01-18T10:59:59.999Z',
  ],
  [
    'across the spring change of clocks',
    '14d',
    '2026-03-20T12:00:00.000Z',
    'Europe/Berlin',
    undefined,
    '2026-04-03T21:59:59.999Z',
  ],
  [
    'across the autumn change of clocks',
    '14d',
    '2026-10-20T12:00:00.000Z',
    'Europe/Berlin',
    undefined,
    '2026-11-03T22:59:59.999Z',
  ],
  [
    'to the night of the spring change itself',
    '7d',
    '2026-03-22T12:00:00.000Z',
    'Europe/Berlin',
    undefined,
    '2026-03-29T21:59:59.999Z',
  ],
  [
    'to the night of the autumn change itself',
    '7d',
    '2026-10-18T12:00:00.000Z',
    'Europe/Berlin',
    undefined,
    '2026-10-25T22:59:59.999Z',
  ],
  [
    'to a midnight that clocks skip, east of Greenwich',
    '7d',
    '2026-04-16T12:00:00.000Z',
    'Africa/Cairo',
    undefined,
    '2026-04-23T21:59:59.999Z',
  ],
  [
    'to a midnight that clocks skip, west of Greenwich',
    '7d',
    '2026-08-29T12:00:00.000Z',
    'America/Santiago',
    undefined,
    '2026-09-06T03:59:59.999Z',
  ],
  [
    'to a midnight that comes twice',
    '7d',
    '2026-10-24T12:00:00.000Z',
    'America/Havana',
    undefined,
    '2026-11-01T03:59:59.999Z',
  ],
  ['over a leap day', '7d', '2028-02-25T12:00:00.000Z', 'UTC', undefined, '2028-03-03T23:59:59.999Z'],
  ['to a leap day', '30d', '2028-01-30T12:00:00.000Z', 'UTC', undefined, '2028-02-29T23:59:59.999Z'],
  [
    'over the end of February in another year',
    '7d',
    '2027-02-25T12:00:00.000Z',
    'UTC',
    undefined,
    '2027-03-04T23:59:59.999Z',
  ],
  ['over the end of the year', '90d', '2026-11-23T12:00:00.000Z', 'UTC', undefined, '2027-02-21T23:59:59.999Z'],
  [
    'an invoice: 30 days after it is due',
    'after-due',
    '2026-03-10T12:00:00.000Z',
    'UTC',
    '2026-04-09',
    '2026-05-09T23:59:59.999Z',
  ],
  [
    'an invoice that is due today: 30 days',
    'after-due',
    '2026-03-10T12:00:00.000Z',
    'UTC',
    '2026-03-10',
    '2026-04-09T23:59:59.999Z',
  ],
  [
    'an invoice long overdue: 30 days from today',
    'after-due',
    '2026-03-10T12:00:00.000Z',
    'UTC',
    '2025-01-31',
    '2026-04-09T23:59:59.999Z',
  ],
  [
    'an invoice due in a year: 120 days from today',
    'after-due',
    '2026-03-10T12:00:00.000Z',
    'UTC',
    '2027-03-10',
    '2026-07-08T23:59:59.999Z',
  ],
  ['exactly 120 days', 'after-due', '2026-03-10T12:00:00.000Z', 'UTC', '2026-06-08', '2026-07-08T23:59:59.999Z'],
  ['due on a leap day', 'after-due', '2028-02-01T12:00:00.000Z', 'UTC', '2028-02-29', '2028-03-30T23:59:59.999Z'],
];

describe('when a link ends', () => {
  test.each(TABLE)('%s', (_why, choice, now, zone, dueOn, ends) => {
    expect(expiresAt(choice, { now: new Date(now), zone, dueOn })).toBe(ends);
  });

  test('where nobody chooses: an invoice after its due date, a deposit after 14 days', () => {
    expect(defaultExpiry('2026-04-09')).toBe('after-due');
    expect(defaultExpiry(undefined)).toBe('14d');
    expect(expiryChoices('2026-04-09')).toContain('after-due');
    expect(expiryChoices(undefined)).not.toContain('after-due');
  });
});

describe('what a link is', () => {
  const now = new Date('2026-03-10T12:00:00.000Z');
  const link = { kind: 'pay', endedAs: undefined, expiresAt: '2026-03-10T12:00:00.001Z' } as const;
  const due = [{ dueMinor: 0 }, { dueMinor: 5 }];
  const settled = [{ dueMinor: 0 }, { dueMinor: 0 }];

  test('usable until its last moment, then expired', () => {
    expect(linkState(link, due, now)).toBe('usable');
    expect(linkState({ ...link, expiresAt: now.toISOString() }, due, now)).toBe('expired');
  });

  test('closed when nothing is due any more, also after its time', () => {
    expect(linkState(link, settled, now)).toBe('closed');
    expect(linkState({ ...link, expiresAt: '2026-01-01T00:00:00.000Z' }, settled, now)).toBe('closed');
  });

  test('a link to save a card has nothing due and is usable all the same', () => {
    expect(linkState({ ...link, kind: 'save_card' }, [], now)).toBe('usable');
  });

  test.each(['used', 'closed', 'revoked', 'replaced'] as const)('%s, once it ended so, whatever is due', (endedAs) => {
    expect(linkState({ ...link, endedAs }, due, now)).toBe(endedAs);
    expect(linkState({ ...link, endedAs, expiresAt: '2026-01-01T00:00:00.000Z' }, settled, now)).toBe(endedAs);
  });
});
