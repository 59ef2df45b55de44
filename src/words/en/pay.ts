/** What stands on the customer's page. */
export const payWords = {
  payNow: (amount: string) => `Pay ${amount}`,
};
