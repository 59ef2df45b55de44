/** Letters to people who work here. */
export const staffWords = {
  inviteSubject: (shop: string) => `Your account at ${shop}`,
  inviteHeading: (name: string) => `Welcome, ${name}`,
  inviteText: (shop: string, role: string) =>
    `You have been given an account in the payment portal of ${shop}, as ${role}. Choose a password to start.`,
  inviteAction: 'Choose a password',
  inviteEnds: (when: string) => `This link works once, until ${when}. After that, ask for a new invitation.`,
  inviteUnexpected: 'If you did not expect this, you can ignore it: without the link nobody gets in.',

  resetSubject: (shop: string) => `New password for ${shop}`,
  resetHeading: 'Choose a new password',
  resetText: (shop: string) => `Somebody, most likely you, asked for a new password for the payment portal of ${shop}.`,
  resetAction: 'Choose a new password',
  resetEnds: (when: string) => `This link works once, until ${when}.`,
  resetUnexpected: 'If it was not you, do nothing: your password stays as it is.',

  roles: { admin: 'administrator', clerk: 'clerk', accountant: 'accountant' },
};
