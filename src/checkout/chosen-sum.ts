import type { HostedFields } from '../gateway/gateway.ts';
import { dueOn } from '../links/link.ts';
import { askedFor } from '../links/link-terms.ts';
import type { LinkInFull } from '../links/links.store.ts';
import { readAmount } from '../money/read-amount.ts';
import { plainAmount, showMoney } from '../money/show-money.ts';
import { refuseFields } from '../platform/refusal.ts';

import type { Words } from '../words/words.ts';

type SumFields = Pick<HostedFields, 'checkAmount' | 'unitsOf'>;

/** For which link, and in which language. */
interface SumSetting {
  found: Pick<LinkInFull, 'link' | 'payables'>;
  words: Words;
  language: string;
}

/** A sum that the payer can choose, as the page shows it. */
export interface SumShown {
  amountMinor: number;
  /** The same as the gateway's fields count it. */
  units: number;
  button: string;
  /** What stays due afterwards. */
  rest: string;
}

export function sumShown({ found, words, language }: SumSetting, fields: SumFields, amountMinor: number): SumShown {
  const { currency } = found.link;
  const show = (sumMinor: number) => showMoney({ amountMinor: sumMinor, currency }, language);
  const restMinor = dueOn(found.payables) - amountMinor;
  return {
    amountMinor,
    units: fields.unitsOf({ amountMinor, currency }),
    button: words.pay.payNow(show(amountMinor)),
    rest: restMinor > 0 ? words.pay.staysDue(show(restMinor)) : words.pay.nothingStaysDue,
  };
}

/**
 * Reads a sum that the payer typed; whole minor units. Errors: `fields-invalid` (422), next to the field `amount`, for
 * what cannot be read.
 */
export function readTypedSum({ found, words }: SumSetting, text: string): number {
  const { currency } = found.link;
  const sum = readAmount(text, currency);
  if (sum) return sum.amountMinor;
  const example = plainAmount({ amountMinor: dueOn(found.payables), currency });
  throw refuseFields({ amount: words.pay.sumUnreadable(example) });
}

/** Holds a typed sum against what the link lets one pay now. Errors: `fields-invalid` (422) next to the field `amount`. */
export function refuseUnfitSum({ found, words, language }: SumSetting, fields: SumFields, amountMinor: number): void {
  const { link, payables } = found;
  const { currency } = link;
  const show = (sumMinor: number) => showMoney({ amountMinor: sumMinor, currency }, language);
  const problem = (sumMinor: number) => fields.checkAmount({ amountMinor: sumMinor, currency });
  const { leastMinor, mostMinor } = askedFor(link, payables, problem).range ?? { leastMinor: 0, mostMinor: 0 };
  const restMinor = mostMinor - amountMinor;
  const fault =
    (restMinor < 0 && words.pay.sumAbove(show(mostMinor))) ||
    (amountMinor < leastMinor && words.pay.sumBelow(show(leastMinor))) ||
    (problem(amountMinor) && words.pay.sumUntakeable) ||
    (restMinor > 0 && problem(restMinor) && words.pay.sumRest(show(restMinor)));
  if (fault) throw refuseFields({ amount: fault });
}
