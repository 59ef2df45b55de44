export type AccountType = 'asset' | 'liability' | 'income' | 'expense';
export type Side = 'debit' | 'credit';

interface ChartEntry {
  name: string;
  type: AccountType;
  /** On which side it usually stands: a balance on the other side is worth a look. */
  normal: Side;
  /** What stands in it, for people. */
  holds: string;
  /** Kept for each payment service account. */
  perAccount?: true;
}

/** The ledger accounts that the portal writes to; debits are positive, credits negative. */
export const CHART = {
  receivables: {
    name: 'Receivables',
    type: 'asset',
    normal: 'debit',
    holds: 'What customers owe on issued invoices.',
  },
  'invoiced-elsewhere': {
    name: 'Invoiced elsewhere',
    type: 'income',
    normal: 'credit',
    holds: 'The other side of invoices issued or imported: revenue is booked in the ERP.',
  },
  'gateway-clearing': {
    name: 'Gateway clearing',
    type: 'asset',
    normal: 'debit',
    holds: 'Money that a gateway holds for us until it pays out, per payment service account.',
    perAccount: true,
  },
  'customer-deposits': {
    name: 'Customer deposits',
    type: 'liability',
    normal: 'credit',
    holds: 'Money of customers that is not yet settled against an invoice.',
  },
  'undeposited-funds': {
    name: 'Undeposited funds',
    type: 'asset',
    normal: 'debit',
    holds: 'Cash, cheques and transfers received or paid out by hand, before they are in the bank.',
  },
  refunds: {
    name: 'Refunds and credit notes',
    type: 'income',
    normal: 'debit',
    holds: 'Claims that credit notes took back after money was given back: revenue to lower in the ERP.',
  },
  'gateway-fees': {
    name: 'Gateway fees',
    type: 'expense',
    normal: 'debit',
    holds: 'What gateways keep of payments, and charge for disputes.',
    perAccount: true,
  },
  disputes: {
    name: 'Disputes',
    type: 'asset',
    normal: 'debit',
    holds: 'Money that banks took back and that is not won, owed again or written off yet.',
  },
  bank: {
    name: 'Bank',
    type: 'asset',
    normal: 'debit',
    holds: 'Money that gateways paid out to the bank account.',
    perAccount: true,
  },
  suspense: {
    name: 'Suspense',
    type: 'asset',
    normal: 'debit',
    holds: 'Money that moved at a gateway and waits for a person to say what it was for.',
  },
  'currency-exchange': {
    name: 'Currency exchange',
    type: 'expense',
    normal: 'debit',
    holds: 'What a gateway exchanged into the currency that it pays out.',
  },
} as const satisfies Record<string, ChartEntry>;

export type LedgerAccount = keyof typeof CHART;

export const LEDGER_ACCOUNTS = Object.keys(CHART) as LedgerAccount[];

export function isLedgerAccount(text: string): text is LedgerAccount {
  return Object.hasOwn(CHART, text);
}

export function chartEntry(account: LedgerAccount): ChartEntry {
  return CHART[account];
}
