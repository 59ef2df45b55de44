/** The letter about money given back. */
export const refundWords = {
  subject: (company: string, amount: string) => `${company}: refund of ${amount}`,
  heading: 'Your refund',
  given: (company: string, amount: string, deposit: string) =>
    `${company} has given back ${amount} of your deposit ${deposit}.`,
  cardTakesDays: 'It goes to the card that paid, and usually shows on its statement within 5 to 10 working days.',
  card: (brand: string, last4: string) => `${brand} ending in ${last4}`,
  methods: { card: 'Card', cash: 'Cash', cheque: 'Cheque', transfer: 'Bank transfer' },
  facts: { amount: 'Amount', method: 'Given back by', reference: 'Reference', date: 'Date', customer: 'Customer' },
};
