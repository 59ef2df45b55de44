import type { HostedFields } from '../gateway/gateway.ts';
import { showMoneyWithCode } from '../money/show-money.ts';
import type { Payable } from '../payables/payable.ts';
import { type FieldErrors, Refusal } from '../platform/refusal.ts';
import { dueOn, type Link, type LinkTerms } from './link.ts';

type Terms = Pick<Link, 'terms' | 'partMinor' | 'leastMinor'>;
type Dues = ReadonlyArray<Pick<Payable, 'dueMinor'>>;

/** What a new link is to ask for, in whole minor units; without `leastMinor` the gateway's minimum is the least. */
export interface WantedTerms {
  terms: Exclude<LinkTerms, 'hand_off'>;
  partMinor?: number | undefined;
  leastMinor?: number | undefined;
}

/** What staff may choose from. */
export const WANTED_TERMS = ['full', 'part', 'deposit_or_full', 'choose'] as const satisfies WantedTerms['terms'][];

/** How the sums of one currency are checked and shown. */
export interface SumRules {
  show: (amountMinor: number) => string;
  /** Why the gateway would not take a sum, as a sentence. */
  problem: (amountMinor: number) => string | undefined;
  /** The least that the gateway takes. */
  leastMinor: number;
}

/** How sums are checked that are to be paid into an account. */
export function sumRulesOf(fields: Pick<HostedFields, 'checkAmount' | 'leastOf'>, currency: string): SumRules {
  return {
    show: (amountMinor) => showMoneyWithCode({ amountMinor, currency }),
    problem: (amountMinor) => fields.checkAmount({ amountMinor, currency }),
    leastMinor: fields.leastOf(currency),
  };
}

/** True where the payer has more than one sum to choose from. */
export function isPayersChoice(terms: LinkTerms): boolean {
  return terms === 'choose' || terms === 'deposit_or_full';
}

/** What may be paid through a link now, in whole minor units. */
export interface AskedFor {
  /** The sums that a payer can take, the usual one first; where they choose freely, those that are offered. */
  offeredMinor: number[];
  /** Set where any sum between is welcome too. */
  range: { leastMinor: number; mostMinor: number } | undefined;
}

/**
 * A part is never more than what is due by now; at the end of a debt parts and all are the same. `restProblem` says why
 * a rest could never be paid by card, if so: a part that would leave such a rest becomes all.
 */
export function askedFor(
  { terms, partMinor = 0, leastMinor = 1 }: Terms,
  payables: Dues,
  restProblem: (restMinor: number) => string | undefined = () => undefined,
): AskedFor {
  const dueMinor = dueOn(payables);
  const part = Math.min(partMinor, dueMinor);
  const leavable = part === dueMinor || restProblem(dueMinor - part) === undefined ? part : dueMinor;
  switch (terms) {
    case 'hand_off':
      return { offeredMinor: [part], range: undefined };
    case 'part':
      return { offeredMinor: [leavable], range: undefined };
    case 'deposit_or_full':
      return { offeredMinor: leavable < dueMinor ? [leavable, dueMinor] : [dueMinor], range: undefined };
    case 'choose':
      return { offeredMinor: [dueMinor], range: { leastMinor: Math.min(leastMinor, dueMinor), mostMinor: dueMinor } };
    default:
      return { offeredMinor: [dueMinor], range: undefined };
  }
}

/**
 * The sum that a payer pays: what they chose if the link lets them, else the usual one.
 * Errors: Refusal `amount-not-offered` (409), which says what can be paid.
 */
export function sumToPay(
  link: Terms,
  payables: Dues,
  chosenMinor: number | undefined,
  rules: { show: (amountMinor: number) => string; restProblem: (restMinor: number) => string | undefined },
): number {
  const { offeredMinor, range } = askedFor(link, payables, rules.restProblem);
  const sumMinor = chosenMinor ?? (offeredMinor[0] as number);
  const inRange =
    range && Number.isSafeInteger(sumMinor) && sumMinor >= range.leastMinor && sumMinor <= range.mostMinor;
  if (!inRange && !offeredMinor.includes(sumMinor)) {
    const sums = range
      ? `between ${rules.show(range.leastMinor)} and ${rules.show(range.mostMinor)}`
      : offeredMinor.map(rules.show).join(' or ');
    throw new Refusal('amount-not-offered', 409, `Through this link you can pay ${sums}. You were not charged.`);
  }
  const restMinor = dueOn(payables) - sumMinor;
  const problem = restMinor > 0 && link.terms !== 'hand_off' ? rules.restProblem(restMinor) : undefined;
  if (problem) {
    throw new Refusal(
      'amount-not-offered',
      409,
      `That would leave ${rules.show(restMinor)}, which could not be paid by card later. Please choose another sum. You were not charged.`,
    );
  }
  return sumMinor;
}

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

const PERCENT = /^(\d{1,3})(?:\.(\d{1,2}))?\s*%$/;

/** "30%" or "12.5 %" of a sum, rounded half up to a whole minor unit; undefined for anything else. */
export function readShare(text: string, ofMinor: number): number | undefined {
  const match = PERCENT.exec(text.trim());
  if (!match) return undefined;
  const hundredths = BigInt(`${match[1]}${(match[2] ?? '').padEnd(2, '0')}`);
  return Number((BigInt(ofMinor) * hundredths + 5_000n) / 10_000n);
}
