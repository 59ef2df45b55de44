import type { Payable } from '../payables/payable.ts';
import { Refusal } from '../platform/refusal.ts';
import { dueOn, type Link } from './link.ts';

type Terms = Pick<Link, 'terms' | 'partMinor' | 'leastMinor'>;
type Dues = ReadonlyArray<Pick<Payable, 'dueMinor'>>;

/** What may be paid through a link now, in whole minor units. */
export interface AskedFor {
  /** The sums that a payer can take, the usual one first; where they choose freely, those that are offered. */
  offeredMinor: number[];
  /** Set where any sum between is welcome too. */
  range: { leastMinor: number; mostMinor: number } | undefined;
}

/** A part is never more than what is due by now; at the end of a debt parts and all are the same. */
export function askedFor({ terms, partMinor = 0, leastMinor = 1 }: Terms, payables: Dues): AskedFor {
  const dueMinor = dueOn(payables);
  const part = Math.min(partMinor, dueMinor);
  switch (terms) {
    case 'part':
    case 'hand_off':
      return { offeredMinor: [part], range: undefined };
    case 'deposit_or_full':
      return { offeredMinor: part < dueMinor ? [part, dueMinor] : [dueMinor], range: undefined };
    case 'choose':
      return { offeredMinor: [dueMinor], range: { leastMinor: Math.min(leastMinor, dueMinor), mostMinor: dueMinor } };
    default:
      return { offeredMinor: [dueMinor], range: undefined };
  }
}

/**
 * The sum that a payer pays: what they chose if the link lets them, else the usual one. `leavable` says why a rest could
 * never be paid by card, if so. Errors: Refusal `amount-not-offered` (409), which says what can be paid.
 */
export function sumToPay(
  link: Terms,
  payables: Dues,
  chosenMinor: number | undefined,
  rules: { show: (amountMinor: number) => string; restProblem: (restMinor: number) => string | undefined },
): number {
  const { offeredMinor, range } = askedFor(link, payables);
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
  const problem = restMinor > 0 ? rules.restProblem(restMinor) : undefined;
  if (problem) {
    throw new Refusal(
      'amount-not-offered',
      409,
      `That would leave ${rules.show(restMinor)}, which could not be paid by card later. Please choose another sum. You were not charged.`,
    );
  }
  return sumMinor;
}
