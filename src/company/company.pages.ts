import type { Company } from './company.ts';
import { COMPANY_MOST } from './company.ts';
import { countryChoices, timeZones } from './places.ts';

/** The settings as a form; who may only read them sees it without a button. */
export function companyPage(typed: Record<string, string>, errors: Record<string, string>) {
  return {
    view: 'company/company',
    layout: 'office' as const,
    title: 'Company',
    typed,
    errors,
    most: COMPANY_MOST,
    countries: countryChoices(),
    zones: timeZones(),
  };
}

export function typedOf(company: Company): Record<string, string> {
  return { ...company, autoApplyDeposits: company.autoApplyDeposits ? 'yes' : '' };
}
