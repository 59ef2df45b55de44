import { type Company, senderOf } from './company.ts';

/** Who issued a paper, as it stood then: a name or address that changes later does not change what was handed out. */
export interface Letterhead {
  tradingName: string;
  addressLines: string[];
  country: string;
  taxId: string;
  website: string;
  supportEmail: string;
  supportPhone: string;
}

export function letterheadOf(company: Company): Letterhead {
  const { tradingName, country, taxId, website, supportEmail, supportPhone } = company;
  return {
    ...{ tradingName, addressLines: senderOf(company).addressLines, country },
    ...{ taxId, website, supportEmail, supportPhone },
  };
}

/** Its head in the words of the reader, for a page and a PDF alike. */
export function sellerShown(head: Letterhead, language: string, words: { seller: string; taxId: string }) {
  return {
    heading: words.seller,
    name: head.tradingName,
    lines: [
      ...head.addressLines,
      ...(head.country ? [countryName(head.country, language)] : []),
      ...(head.taxId ? [`${words.taxId} ${head.taxId}`] : []),
    ],
    website: head.website,
  };
}

/** Whom to ask; undefined where the company names nobody. */
export function contactShown({ supportEmail, supportPhone }: Letterhead, heading: string) {
  return supportEmail || supportPhone ? { heading, email: supportEmail, phone: supportPhone } : undefined;
}

function countryName(code: string, language: string): string {
  try {
    return new Intl.DisplayNames([language], { type: 'region' }).of(code) ?? code;
  } catch {
    // Not a code but a name that somebody typed.
    return code;
  }
}
