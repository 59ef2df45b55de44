/** The ledger accounts that the portal writes to, and what each holds; debits are positive, credits negative. */
export const CHART = {
  receivables: 'What customers owe on issued invoices',
  'invoiced-elsewhere': 'The other side of invoices issued or imported: revenue is booked in the ERP',
  'gateway-clearing': 'Money that a gateway holds for us until it pays out, per payment service account',
  'customer-deposits': 'Money of customers that is not yet settled against an invoice: a liability',
  'undeposited-funds': 'Cash, cheques and transfers received or paid out by hand, before they are in the bank',
  refunds: 'Claims that credit notes took back after money was given back: revenue to lower in the ERP',
  'gateway-fees': 'What gateways keep of payments, and charge for disputes',
  disputes: 'Money that banks took back and that is not won, owed again or written off yet',
  bank: 'Money that gateways paid out to the bank account',
  suspense: 'Money that moved at a gateway and waits for a person to say what it was for',
  'currency-exchange': 'What a gateway exchanged into the currency that it pays out',
} as const;

export type LedgerAccount = keyof typeof CHART;
