import { percentOf, readPercent } from '../money/percent.ts';
import { readAmount } from '../money/read-amount.ts';
import { plainAmount } from '../money/show-money.ts';
import type { FieldErrors } from '../platform/refusal.ts';
import type { LinkTerms } from './link.ts';
import type { SumRules } from './link-terms.ts';

/** What a new link is to ask for, in whole minor units; without `leastMinor` the gateway's minimum is the least. */
export interface WantedTerms {
  terms: Exclude<LinkTerms, 'hand_off'>;
  partMinor?: number | undefined;
  leastMinor?: number | undefined;
}

/** What staff may choose from. */
export const WANTED_TERMS = ['full', 'part', 'deposit_or_full', 'choose'] as const satisfies WantedTerms['terms'][];

/** What speaks against terms when a link is made, next to the fields `part` and `least`; empty when nothing does. */
export function termsFaults(wanted: WantedTerms, dueMinor: number, rules: SumRules): FieldErrors {
  if (wanted.terms === 'part' || wanted.terms === 'deposit_or_full') {
    const fault = partFault(wanted, dueMinor, rules);
    return fault ? { part: fault } : {};
  }
  if (wanted.terms !== 'choose' || wanted.leastMinor === undefined) return {};
  const { leastMinor } = wanted;
  if (leastMinor > dueMinor)
    return { least: `${rules.show(leastMinor)} is more than the ${rules.show(dueMinor)} due.` };
  const problem = rules.problem(leastMinor);
  return problem ? { least: problem } : {};
}

function partFault({ terms, partMinor = 0 }: WantedTerms, dueMinor: number, rules: SumRules): string | undefined {
  const { show, problem } = rules;
  if (partMinor > dueMinor) return `${show(partMinor)} is more than the ${show(dueMinor)} due.`;
  const untakeable = problem(partMinor);
  if (untakeable) return untakeable;
  const restMinor = dueMinor - partMinor;
  if (restMinor === 0) {
    return terms === 'part' ? undefined : `${show(partMinor)} is all that is due, so there would be nothing to choose.`;
  }
  const unpayable = problem(restMinor);
  return unpayable && `That would leave ${show(restMinor)}, which could not be paid by card later. ${unpayable}`;
}

/** "30%" or "12,5 %" of a sum in whole minor units; without the sign it is a sum, and undefined here. */
function readShare(text: string, ofMinor: number): number | undefined {
  const basisPoints = text.includes('%') ? readPercent(text) : undefined;
  return basisPoints && percentOf(ofMinor, basisPoints);
}

/**
 * The terms that were typed into the form of a new link. A part is a sum of the link's currency or a percentage of what
 * is due. Gives a sentence next to `part` or `least` for what cannot be read.
 */
export function readTerms(
  typed: { terms: WantedTerms['terms']; part: string; least: string },
  { currency, dueMinor }: { currency: string; dueMinor: number },
): { wanted: WantedTerms; errors: FieldErrors } {
  const sum = (text: string) => readAmount(text, currency)?.amountMinor;
  const example = `a sum in ${currency} such as ${plainAmount({ amountMinor: 10_000, currency })}`;
  const { terms } = typed;
  const errors: FieldErrors = {};
  if (terms === 'part' || terms === 'deposit_or_full') {
    const partMinor = readShare(typed.part, dueMinor) ?? sum(typed.part);
    if (partMinor === undefined) errors.part = `Enter ${example}, or a percentage such as 30%.`;
    return { wanted: { terms, partMinor }, errors };
  }
  if (terms === 'full' || typed.least.trim() === '') return { wanted: { terms }, errors };
  const leastMinor = sum(typed.least);
  if (leastMinor === undefined) errors.least = `Enter ${example}, or nothing.`;
  return { wanted: { terms, leastMinor }, errors };
}
