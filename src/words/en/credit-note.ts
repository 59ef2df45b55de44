/** What stands on a credit note: its PDF and its letter. */
export const creditNoteWords = {
  title: 'Credit note',
  what: (company: string, invoice: string, amount: string) =>
    `${company} lowers invoice ${invoice} by ${amount}. So much less is to be paid for it.`,
  withdrawn: (day: string) => `This credit note was taken back on ${day}. It lowers nothing any more.`,
  amountLabel: 'Credited',
  facts: {
    number: 'Credit note number',
    date: 'Date',
    invoice: 'Invoice',
    invoiceDate: 'Date of the invoice',
    customer: 'Customer',
    customerNumber: 'Customer number',
    address: 'Address',
    reason: 'Reason',
    taxId: 'Tax number',
  },
  lines: {
    heading: 'What it changes',
    document: 'Invoice',
    total: 'Total',
    before: 'To pay before',
    credited: 'Credited',
    after: 'To pay now',
  },
  contact: 'Questions about this credit note',
  page: (page: number, pages: number) => `Page ${page} of ${pages}`,
  letter: {
    subject: (number: string, company: string) => `Credit note ${number} from ${company}`,
    heading: 'Your credit note',
    settled: (invoice: string) => `Nothing more is to be paid for invoice ${invoice}.`,
    stillDue: (invoice: string, amount: string) => `${amount} is still to be paid for invoice ${invoice}.`,
    open: 'Download the credit note',
  },
};
