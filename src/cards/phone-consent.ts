import type { Account } from '../accounts/account.ts';
import { inBrandOf } from '../accounts/brand.ts';
import type { Company } from '../company/company.ts';
import type { Customer } from '../customers/customer.ts';
import { wordsFor } from '../words/words.ts';

/**
 * What a person of the staff confirms when a customer agrees by phone: the customer's own words, and whose they are.
 * They name whom the customer knows: the account's brand where it has one.
 */
export function phoneConsent(
  company: Company,
  account: Pick<Account, 'brand'>,
  { name, language }: Pick<Customer, 'name' | 'language'>,
): { wording: string; language: string } {
  const { tradingName } = inBrandOf(company, account.brand);
  return { wording: `By phone, ${name} agreed to this: “${wordsFor(language).pay.consent(tradingName)}”`, language };
}
