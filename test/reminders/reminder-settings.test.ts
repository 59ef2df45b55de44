import { describe, expect, test } from '@jest/globals';
import { inSendWindow, readSettings, stepWords } from '../../src/reminders/reminder-settings.ts';

const typed = { on: true, steps: '-3, 0, 7', sendHour: '9', dailyCap: '200' };

describe('the settings of reminders', () => {
  test.each([
    ['-3, 0, 7, 14, 21', [-3, 0, 7, 14, 21]],
    ['21;7  +7,−3', [-3, 7, 21]],
    ['-0', [0]],
  ])('take the days "%s", in order and each once', (steps, read) => {
    expect(readSettings({ ...typed, steps })).toEqual({
      draft: { on: true, steps: read, sendHour: 9, dailyCap: 200 },
      faults: {},
    });
  });

  test.each([
    ['steps', 'seven', '"seven" is no number of days'],
    ['steps', '7.5', '"7.5" is no number of days'],
    ['steps', ' , ', 'Enter at least one day'],
    ['steps', '1 2 3 4 5 6 7 8 9 10 11', 'at most 10 days'],
    ['steps', '-61', '-61 is too far away'],
    ['steps', '366', '366 is too far away'],
    ['sendHour', '24', 'from 0 to 23'],
    ['sendHour', '', 'from 0 to 23'],
    ['dailyCap', '0', 'from 1 to 10000'],
    ['dailyCap', '1e3', 'from 1 to 10000'],
  ])('refuse %s "%s" with a sentence', (field, text, sentence) => {
    expect(readSettings({ ...typed, [field]: text }).faults[field]).toContain(sentence);
  });

  test.each([
    ['2026-11-25T08:59:00Z', 9, false],
    ['2026-11-25T09:00:00Z', 9, true],
    ['2026-11-25T16:59:00Z', 9, true],
    ['2026-11-25T17:00:00Z', 9, false],
    ['2026-11-25T23:59:00Z', 22, true],
    ['2026-11-26T00:00:00Z', 22, false],
  ])('at %s with send hour %d letters go out: %s', (now, sendHour, open) => {
    expect(inSendWindow({ now: new Date(now), zone: 'UTC', settings: { sendHour } })).toBe(open);
  });

  test('say a step in words', () => {
    expect([-3, -1, 0, 1, 21].map(stepWords)).toEqual([
      '3 days before',
      '1 day before',
      'on the day',
      '1 day after',
      '21 days after',
    ]);
  });
});
