import type { HostedFields } from '../gateway/gateway.ts';
import { showMoneyWithCode } from '../money/show-money.ts';
import type { Payable } from '../payables/payable.ts';
import { Refusal } from '../platform/refusal.ts';
import { dueOn, type Link, type LinkTerms } from './link.ts';

type Terms = Pick<Link, 'terms' | 'partMinor' | 'leastMinor'>;
type Dues = ReadonlyArray<Pick<Payable, 'dueMinor'>>;

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
  { terms, partMinor, leastMinor = 1 }: Terms,
  payables: Dues,
  restProblem: (restMinor: number) => string | undefined = () => undefined,
): AskedFor {
  const dueMinor = dueOn(payables);
  // A deposit that was paid through the link is asked for no more.
  const part = Math.min(partMinor ?? dueMinor, dueMinor);
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

/** What a link asks for, as staff read it. */
export function termsText({ terms, partMinor, leastMinor = 0, currency }: Terms & Pick<Link, 'currency'>): string {
  const show = (amountMinor: number) => showMoneyWithCode({ amountMinor, currency });
  return {
    full: 'All that is due',
    part: `A part of ${show(partMinor ?? 0)}, once`,
    deposit_or_full:
      partMinor === undefined
        ? 'What is still due after the deposit'
        : `A deposit of ${show(partMinor)}, or all that is due`,
    choose: `What the customer chooses, ${show(leastMinor)} at least`,
    hand_off: `The card payment of ${show(partMinor ?? 0)} that was begun here`,
  }[terms];
}
