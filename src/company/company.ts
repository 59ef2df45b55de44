import type { Sender } from '../mail/letter.ts';

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
}

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
