/** What stands on a receipt: its page, its PDF and its letter. */
export const receiptWords = {
  title: { sale: 'Receipt', deposit: 'Deposit receipt' },
  /** The first sentence: what this paper is. */
  what: {
    sale: (company: string) => `Receipt of a payment to ${company}.`,
    deposit: (company: string) =>
      `Receipt of a deposit paid to ${company}. A deposit is set against a later invoice; this is not an invoice.`,
  },
  test: 'This is a test: no real money has moved.',
  reversed: (day: string) => `This payment was taken back on ${day}. This receipt no longer proves a payment.`,
  givenBack: (amount: string, day: string, number: string) =>
    `${amount} of this was given back on ${day}${number ? ` (refund receipt ${number})` : ''}.`,
  paid: 'Paid',
  thanks: 'Thank you. Your payment has been received.',
  facts: {
    number: 'Receipt number',
    paidOn: 'Date of payment',
    issuedOn: 'Date of receipt',
    amount: 'Amount',
    method: 'Paid by',
    recorded: 'Cheque number or bank reference',
    authorization: 'Authorisation code',
    account: 'Payment service',
    customer: 'Customer',
    customerNumber: 'Customer number',
    reference: 'Payment reference',
    gatewayReference: 'Card processor reference',
    taxId: 'Tax number',
  },
  methods: { card: 'Card', cash: 'Cash', cheque: 'Cheque', transfer: 'Bank transfer' },
  card: (brand: string, last4: string) => `${brand} ending in ${last4}`,
  lines: {
    heading: 'What was paid for',
    document: 'Document',
    total: 'Total',
    before: 'Paid before',
    now: 'Paid now',
    due: 'Still due',
    sum: 'Total paid now',
  },
  document: { invoice: (number: string) => `Invoice ${number}`, deposit: (number: string) => `Deposit ${number}` },
  excess: 'Kept as a deposit',
  excessNote: (amount: string) =>
    `${amount} more was paid than was due. We keep it for you as a deposit; ask us if you want it back.`,
  refundTerms: 'Refunds',
  seller: 'Received by',
  contact: 'Questions about this payment',
  download: 'Download as PDF',
  page: (page: number, pages: number) => `Page ${page} of ${pages}`,
  letter: {
    subject: (number: string, company: string) => `Receipt ${number} from ${company}`,
    heading: { sale: 'Thank you for your payment', deposit: 'Thank you for your deposit' },
    received: (amount: string, company: string) => `${company} has received ${amount}.`,
    open: 'Open the receipt',
    keep: 'The receipt can be opened and downloaded as a PDF from the link. It holds no card number.',
    refunds: (terms: string) => `Refunds: ${terms}`,
  },
};
