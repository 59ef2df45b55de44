/** How reminders stand for one customer or invoice: told by a slice above, which the pages of these cannot ask. */
export interface RemindersShown {
  /** Where its form goes. */
  action: string;
  badge: { tone: 'ok' | 'warn' | 'muted'; text: string };
  /** What the form begins with: `on`, `off` or `paused`, and until which day. */
  typed: { state: string; until: string };
  /** What was sent last, what comes next, and why nothing does. */
  facts: Array<{ label: string; value: string }>;
}

/** Handed to the pages by whoever puts the portal together. Errors: 404 for what is neither. */
export type ShowReminders = (subjectId: string) => Promise<RemindersShown>;
