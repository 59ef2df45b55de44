/** The ledger accounts that the portal writes to, and what each holds; debits are positive, credits negative. */
export const CHART = {
  receivables: 'What customers owe on issued invoices',
  'invoiced-elsewhere': 'The other side of invoices issued or imported: revenue is booked in the ERP',
  'gateway-clearing': 'Money that a gateway holds for us until it pays out, per payment service account',
  'customer-deposits': 'Money of customers that is not yet settled against an invoice: a liability',
  'undeposited-funds': 'Cash, cheques and transfers received or paid out by hand, before they are in the bank',
} as const;

export type LedgerAccount = keyof typeof CHART;
