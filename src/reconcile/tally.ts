import type { Comparison, Pair } from './difference.ts';

/** What was moved in one currency, here and there, in minor units. */
export interface Tally {
  currency: string;
  hereMinor: number;
  thereMinor: number;
  hereCount: number;
  thereCount: number;
}

/** Adds up what both sides moved, per currency: what is ours by its mark or about a payment of ours, never what is foreign. */
export function tallyOf(comparisons: readonly Comparison[]): Tally[] {
  const tallies = new Map<string, Tally>();
  const of = (currency: string) => {
    const tally = tallies.get(currency) ?? { currency, hereMinor: 0, thereMinor: 0, hereCount: 0, thereCount: 0 };
    tallies.set(currency, tally);
    return tally;
  };
  for (const { ours, theirs } of comparisons.flatMap(pairsOf)) {
    // One that carries the mark of ours, which is another one there, counts for itself alone.
    const isSecond = ours?.ref !== undefined && theirs !== undefined && ours.ref !== theirs.ref;
    if (ours?.stage === 'done' && !isSecond) {
      of(ours.currency).hereMinor += ours.amountMinor;
      of(ours.currency).hereCount += 1;
    }
    if (theirs?.stage === 'done') {
      of(theirs.currency).thereMinor += theirs.amountMinor;
      of(theirs.currency).thereCount += 1;
    }
  }
  return [...tallies.values()];
}

function pairsOf({ agreed, underWay, differences }: Comparison): Pair[] {
  return [...agreed, ...underWay, ...differences];
}
