/** The ledger accounts that the portal writes to, and what each holds; debits are positive, credits negative. */
export const CHART = {
  receivables: 'What customers owe on issued invoices',
  'invoiced-elsewhere': 'The other side of invoices issued or imported: revenue is booked in the ERP',
  'gateway-clearing': 'Money that a gateway holds for us until it pays out, per payment service account',
  'undeposited-funds': 'Cash, cheques and transfers received and not yet matched with the bank',
  'customer-deposits': 'Money of customers that is not yet settled against an invoice: a liability',
} as const;

export type LedgerAccount = keyof typeof CHART;
