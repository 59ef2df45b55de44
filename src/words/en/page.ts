/** What stands around every page that a customer sees. */
export const pageWords = {
  skip: 'Skip to the content',
  testMode: 'Test mode: no real money moves',
  questions: 'Questions?',
  genuine: (company: string) =>
    `Not sure that this page is real? Ask ${company} by a phone number or e-mail address that you already have.`,
};
