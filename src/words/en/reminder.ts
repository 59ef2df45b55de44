/** Letters that remind of what is due: before the day, on it, and after it. */
export const reminderWords = {
  subject: {
    before: (tradingName: string, documents: string, dueDate: string) =>
      `${tradingName}: payment of ${documents} is due on ${dueDate}`,
    today: (tradingName: string, documents: string, _dueDate: string) =>
      `${tradingName}: payment of ${documents} is due today`,
    overdue: (tradingName: string, documents: string, dueDate: string) =>
      `${tradingName}: payment of ${documents} was due on ${dueDate}`,
  },
  heading: {
    before: 'A payment is due soon',
    today: 'A payment is due today',
    overdue: 'A payment is overdue',
  },
  greeting: (name: string) => `Dear ${name},`,
  text: {
    before: (tradingName: string, amount: string, dueDate: string) => [
      `This is a friendly reminder that ${amount} to ${tradingName} is due on ${dueDate}. You can pay it by card online.`,
      'If you have arranged the payment already, there is nothing more to do.',
    ],
    today: (tradingName: string, amount: string, _dueDate: string) => [
      `${amount} to ${tradingName} is due today. You can pay it by card online.`,
      'If you have arranged the payment already, there is nothing more to do.',
    ],
    overdue: (tradingName: string, amount: string, dueDate: string) => [
      `${tradingName} has not yet received ${amount}, which was due on ${dueDate}. Please pay it now; you can do so by card online.`,
      'If your payment is on its way, thank you, and please disregard this letter. If something is not right, answer this letter and tell us.',
    ],
  },
  /** Where a letter also lists what is due later than what it speaks of. */
  dueNext: 'What is due next is listed below too.',
  test: 'This is a test: no real money moves.',
  more: (count: number) => `${count} more`,
  due: {
    before: (date: string) => `Due on ${date}`,
    today: (_date: string) => 'Due today',
    overdue: (date: string) => `Was due on ${date}`,
  },
  document: (number: string, amount: string) => `Invoice ${number}: ${amount}`,
  pay: (number: string) => `Pay ${number}`,
  /** For a page that asks for something else than all of the one document. */
  offer: (action: string, documents: string) => `${action} (${documents})`,
  stop: 'If you do not want reminders like this one, answer this letter and say so.',
};
