/** What stands around every letter, whatever it says. */
export const mailWords = {
  greeting: (name: string) => `Hello ${name},`,
  closing: (tradingName: string) => ['Kind regards', tradingName],
  linkOpens: (host: string) => `The button opens ${host}. If it does not work, copy this address into your browser:`,
  questions: 'Questions?',
  genuineTitle: 'Is this letter real?',
  genuine: (tradingName: string, host: string) =>
    `Links in our letters lead to ${host} and nowhere else. If in doubt, do not open anything: ask ${tradingName} by a phone number or e-mail address that you already have.`,
  answersGoTo: (address: string) => `Answers to this letter go to ${address}.`,
};
