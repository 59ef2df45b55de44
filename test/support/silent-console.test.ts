import { expect, test } from '@jest/globals';
import { expectConsole, takeConsoleProblems } from './silent-console.ts';

const { console } = globalThis;
const problems = () => takeConsoleProblems().map(({ message }) => message);

test('a message that nobody announced is a problem, with the place it came from', () => {
  console.error('lost %d times', 2);
  console.warn('old');
  const [first, second] = takeConsoleProblems();
  expect(first?.message).toBe('Unannounced console.error: lost 2 times');
  expect(first?.stack).toContain('silent-console.test.ts');
  expect(second?.message).toBe('Unannounced console.warn: old');
});

test('an announced message is none, and one that does not come is', () => {
  expectConsole(/^lost/);
  console.error('lost');
  expect(problems()).toEqual([]);
  expectConsole(/never/);
  expect(problems()).toEqual(['Announced but never said on the console: /never/']);
});

test('what a test announces holds for that test only: this one announces', () => {
  expectConsole(/^lost/);
  console.error('lost');
});

test('what a test announces holds for that test only: this one does not', () => {
  console.error('lost');
  expect(problems()).toHaveLength(1);
});
