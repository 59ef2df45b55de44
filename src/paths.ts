/** Every address of the portal, as a function of what it names. Imports nothing, so anyone may import it. */
export const paths = {
  home: () => '/',
  healthz: () => '/healthz',
  readyz: () => '/readyz',

  signIn: () => '/sign-in',
  signOut: () => '/sign-out',
  forgot: () => '/forgot',
  reset: (token: string) => `/reset/${token}`,
  welcome: (token: string) => `/welcome/${token}`,
  people: () => '/people',
  invitePerson: () => '/people/new',
  person: (id: string) => `/people/${id}`,
  disablePerson: (id: string) => `/people/${id}/disabled`,
  enablePerson: (id: string) => `/people/${id}/enabled`,
  reinvitePerson: (id: string) => `/people/${id}/invite`,
  company: () => '/settings/company',
  ownPassword: () => '/settings/password',

  accounts: () => '/accounts',
  newAccount: () => '/accounts/new',
  account: (id: string) => `/accounts/${id}`,
  checkAccount: (id: string) => `/accounts/${id}/checks`,
  defaultAccount: (id: string) => `/accounts/${id}/default`,

  customers: () => '/customers',
  newCustomer: () => '/customers/new',
  customer: (id: string) => `/customers/${id}`,
  editCustomer: (id: string) => `/customers/${id}/edit`,

  invoices: () => '/invoices',
  newInvoice: () => '/invoices/new',
  invoice: (id: string) => `/invoices/${id}`,
  editInvoice: (id: string) => `/invoices/${id}/edit`,

  deposits: () => '/deposits',
  newDeposit: () => '/deposits/new',
  deposit: (id: string) => `/deposits/${id}`,

  imports: () => '/imports',
  newImport: (kind: 'customers' | 'invoices') => `/imports/new/${kind}`,
  importFile: (id: string) => `/imports/${id}`,
  importRun: (id: string) => `/imports/${id}/run`,
  importProgress: (id: string) => `/imports/${id}/progress`,
  importRefusals: (id: string) => `/imports/${id}/refused.csv`,

  links: () => '/links',
  newLink: (payableId: string) => `/links/new/${payableId}`,
  link: (id: string) => `/links/${id}`,
  sendLink: (id: string) => `/links/${id}/letters`,
  revokeLink: (id: string) => `/links/${id}/revocation`,

  mailbox: () => '/mailbox',
  letter: (id: string) => `/mailbox/${id}`,
  letterBody: (id: string) => `/mailbox/${id}/body`,
  retryLetter: (id: string) => `/mailbox/${id}/retry`,

  payments: () => '/payments',
  payment: (id: string) => `/payments/${id}`,
  cancelPayment: (id: string) => `/payments/${id}/cancellation`,
  refreshPayment: (id: string) => `/payments/${id}/look`,

  receipts: () => '/receipts',
  receiptsCsv: () => '/receipts.csv',
  receipt: (id: string) => `/receipts/${id}`,
  receiptPdf: (id: string) => `/receipts/${id}/receipt.pdf`,
  reviewReceipt: (id: string) => `/receipts/${id}/review`,
  resendReceipt: (id: string) => `/receipts/${id}/letters`,

  cases: () => '/cases',
  caseFile: (id: string) => `/cases/${id}`,
  takeCase: (id: string) => `/cases/${id}/owner`,
  closeCase: (id: string) => `/cases/${id}/resolution`,

  /** What a customer holds: the token is the right. */
  pay: (token: string) => `/pay/${token}`,
  payAttempts: (token: string) => `/pay/${token}/attempts`,
  payAttempt: (token: string, submissionId: string) => `/pay/${token}/attempts/${submissionId}`,
  payReturn: (token: string) => `/pay/${token}/return`,
  payStatus: (token: string) => `/pay/${token}/status`,
  payStartAgain: (token: string) => `/pay/${token}/start-again`,
  payNewLink: (token: string) => `/pay/${token}/new-link`,
  paySummaryPdf: (token: string) => `/pay/${token}/summary.pdf`,
  customerReceipt: (token: string) => `/r/${token}`,
  customerReceiptPdf: (token: string) => `/r/${token}/receipt.pdf`,

  webhook: (accountId: string) => `/webhooks/${accountId}`,
} as const;
