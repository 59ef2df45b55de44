import type { Company } from '../company/company.ts';
import type { ExpiryChoice } from '../links/link-expiry.ts';

export const DEMO_COMPANY: Company = {
  tradingName: 'Atelier Nord',
  address: '12 Harbour Row\nBristol BS1 4QA',
  country: 'GB',
  taxId: 'GB 000 0000 00',
  website: 'https://atelier-nord.example',
  supportEmail: 'accounts@atelier-nord.example',
  supportPhone: '+44 117 496 0000',
  replyTo: 'accounts@atelier-nord.example',
  timeZone: 'Europe/London',
  refundTerms: 'To the card that paid, when asked for within 14 days of the delivery.',
  refundLimits: '',
  autoApplyDeposits: false,
};

/** Two, so that one can be chosen; the first takes any currency and is the default. */
export const DEMO_ACCOUNTS: Array<{ name: string; currencies: string[] }> = [
  { name: 'Main account', currencies: [] },
  { name: 'Euro account', currencies: ['EUR'] },
];

export const DEMO_CUSTOMERS = [
  {
    number: 'C-100',
    name: 'Bluebell Bakery Ltd',
    email: 'billing@bluebell.example',
    address: '3 Mill Lane\nBath BA1 1AA',
  },
  {
    number: 'C-101',
    name: 'Kestrel Joinery',
    email: 'office@kestrel.example',
    address: '8 Station Road\nYork YO1 6GA',
  },
  { number: 'C-102', name: 'Sato Design KK', email: 'keiri@sato.example', address: '2-4 Kanda\nTokyo' },
  { number: 'C-103', name: 'Dune Trading WLL', email: 'accounts@dune.example', address: 'Block 4\nKuwait City' },
  { number: 'C-104', name: 'Nordlys AS', email: 'faktura@nordlys.example', address: 'Storgata 1\nOslo' },
].map((customer) => ({ ...customer, language: 'en' }));

/** A claim of the demo and what became of its link; amounts in whole minor units. */
export type DemoClaim = {
  customer: string;
  currency: string;
  totalMinor: number;
  daysAgo: number;
  order?: string;
  expiry?: ExpiryChoice;
  link?: 'usable' | 'sent' | 'paid' | 'declined' | 'revoked' | 'replaced' | 'expired';
} & (
  | { kind: 'invoice'; number: string; lines: Array<[description: string, quantity: string, amountMinor: number]> }
  | { kind: 'deposit' }
);

export const DEMO_CLAIMS: DemoClaim[] = [
  {
    kind: 'invoice',
    number: 'INV-1036',
    customer: 'C-101',
    currency: 'GBP',
    totalMinor: 48_000,
    daysAgo: 60,
    expiry: '24h',
    link: 'expired',
    lines: [
      ['Workshop drawings', '1', 40_000],
      ['VAT 20%', '', 8_000],
    ],
  },
  {
    kind: 'invoice',
    number: 'INV-1037',
    customer: 'C-100',
    currency: 'GBP',
    totalMinor: 8_640,
    daysAgo: 21,
    link: 'paid',
    lines: [
      ['Menu boards', '4', 7_200],
      ['VAT 20%', '', 1_440],
    ],
  },
  {
    kind: 'invoice',
    number: 'INV-1038',
    customer: 'C-104',
    currency: 'NOK',
    totalMinor: 840_000,
    daysAgo: 14,
    link: 'revoked',
    lines: [['Photography, two days', '2', 840_000]],
  },
  {
    kind: 'invoice',
    number: 'INV-1039',
    customer: 'C-102',
    currency: 'JPY',
    totalMinor: 54_000,
    daysAgo: 10,
    link: 'replaced',
    lines: [['Logo sketches', '1', 54_000]],
  },
  {
    kind: 'invoice',
    number: 'INV-1040',
    customer: 'C-103',
    currency: 'KWD',
    totalMinor: 320_500,
    daysAgo: 7,
    link: 'sent',
    lines: [['Shop front design', '1', 320_500]],
  },
  {
    kind: 'invoice',
    number: 'INV-1041',
    customer: 'C-101',
    currency: 'GBP',
    totalMinor: 25_200,
    daysAgo: 5,
    link: 'declined',
    lines: [
      ['Sign writing', '7 h', 21_000],
      ['VAT 20%', '', 4_200],
    ],
  },
  {
    kind: 'deposit',
    customer: 'C-104',
    currency: 'EUR',
    totalMinor: 75_000,
    daysAgo: 3,
    order: 'SO-2291',
    link: 'paid',
  },
  {
    kind: 'deposit',
    customer: 'C-102',
    currency: 'JPY',
    totalMinor: 120_000,
    daysAgo: 2,
    order: 'SO-2294',
    link: 'sent',
  },
  {
    kind: 'invoice',
    number: 'INV-1043',
    customer: 'C-103',
    currency: 'USD',
    totalMinor: 1_999_900,
    daysAgo: 1,
    lines: [['Interior concept', '1', 1_999_900]],
  },
  {
    kind: 'invoice',
    number: 'INV-1042',
    customer: 'C-100',
    currency: 'EUR',
    totalMinor: 125_000,
    daysAgo: 0,
    link: 'usable',
    lines: [
      ['Website design, phase 2', '1', 100_000],
      ['Hosting, 12 months', '1', 5_042],
      ['VAT 19%', '', 19_958],
    ],
  },
];
