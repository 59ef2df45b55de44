import { readMailAddress } from '../mail/address.ts';
import type { Sender } from '../mail/letter.ts';
import { isPhoneNumber, NO_PHONE_NUMBER } from '../platform/phone-number.ts';
import { isPlainLine } from '../platform/text-key.ts';
import { COUNTRIES, isTimeZone } from './places.ts';
import { isLimitFault, readRefundLimits } from './refund-limits.ts';

/** Who asks for the money: shown on pages, letters and receipts. */
export interface Company {
  tradingName: string;
  /** Several lines, as on an envelope. */
  address: string;
  /** ISO 3166 two-letter code. */
  country: string;
  taxId: string;
  website: string;
  supportEmail: string;
  supportPhone: string;
  replyTo: string;
  /** IANA name: in which zone a day begins and ends. */
  timeZone: string;
  refundTerms: string;
  /** Above which sums a second person approves a refund: one line for each currency (`refund-limits.ts`). */
  refundLimits: string;
  /** Held deposits are applied when an invoice comes for the same order. */
  autoApplyDeposits: boolean;
}

/** The settings that are texts. */
type CompanyText = Exclude<keyof Company, 'autoApplyDeposits'>;

export const UNNAMED_COMPANY: Company = {
  tradingName: 'Your company',
  address: '',
  country: '',
  taxId: '',
  website: '',
  supportEmail: '',
  supportPhone: '',
  replyTo: '',
  timeZone: 'UTC',
  refundTerms: '',
  refundLimits: '',
  autoApplyDeposits: false,
};

export function senderOf(company: Company): Sender {
  return {
    tradingName: company.tradingName,
    addressLines: company.address
      .split('\n')
      .map((line) => line.trim())
      .filter(Boolean),
    replyTo: company.replyTo || company.supportEmail,
    supportEmail: company.supportEmail,
    supportPhone: company.supportPhone,
  };
}

/** How long each text may be, in characters. */
export const COMPANY_MOST: Record<CompanyText, number> = {
  tradingName: 100,
  address: 400,
  country: 2,
  taxId: 40,
  website: 200,
  supportEmail: 254,
  supportPhone: 40,
  replyTo: 254,
  timeZone: 64,
  refundTerms: 2000,
  refundLimits: 1000,
};

/** What is wrong with the settings: a sentence for each field at fault, none when all is well. */
export function companyFaults(company: Company): Partial<Record<keyof Company, string>> & Record<string, string> {
  const faults: Record<string, string> = {};
  const { tradingName, address, country, website, supportEmail, supportPhone, replyTo, timeZone } = company;
  if (!tradingName) faults.tradingName = 'Enter the name under which your customers know you.';
  if (address.split('\n').length > 8) faults.address = 'Use at most 8 lines.';
  if (country && !COUNTRIES.includes(country)) faults.country = 'Choose a country from the list.';
  if (website && !isWebAddress(website)) {
    faults.website = 'Enter the whole address of the website, such as https://www.example.com.';
  }
  if (supportEmail && !readMailAddress(supportEmail)) faults.supportEmail = NO_ADDRESS;
  if (replyTo && !readMailAddress(replyTo)) faults.replyTo = NO_ADDRESS;
  if (supportPhone && !isPhoneNumber(supportPhone)) faults.supportPhone = NO_PHONE_NUMBER;
  if (!isTimeZone(timeZone)) faults.timeZone = 'Choose a time zone from the list, such as Europe/Berlin.';
  const limits = readRefundLimits(company.refundLimits);
  if (isLimitFault(limits)) {
    faults.refundLimits = `Write one currency and sum a line, such as EUR 500. This is none: ${limits.line.slice(0, 60)}`;
  }
  for (const field of Object.keys(COMPANY_MOST) as CompanyText[]) {
    const lines = field === 'address' || field === 'refundTerms' || field === 'refundLimits';
    if (!lines && !isPlainLine(company[field])) faults[field] ??= 'Use one line of plain text.';
    if (company[field].length > COMPANY_MOST[field]) faults[field] ??= `Use at most ${COMPANY_MOST[field]} characters.`;
  }
  return faults;
}

const NO_ADDRESS = 'This is not an e-mail address that we can write to.';

function isWebAddress(text: string): boolean {
  if (!/^https?:\/\//i.test(text) || !URL.canParse(text)) return false;
  const url = new URL(text);
  return url.hostname.includes('.') && !url.username && !url.password;
}
