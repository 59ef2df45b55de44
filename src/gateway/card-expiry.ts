/** What is printed on a card: 1 to 12, and the year in full. */
export interface CardExpiry {
  expMonth: number;
  expYear: number;
}

export type ExpiryState = 'good' | 'expires-soon' | 'expired';

/** A card is good until its month is over; "soon" is this month or the next. `today` is yyyy-mm-dd where we are. */
export function expiryState({ expMonth, expYear }: CardExpiry, today: string): ExpiryState {
  const monthsLeft = expYear * 12 + expMonth - monthNumber(today);
  if (monthsLeft < 0) return 'expired';
  return monthsLeft <= 1 ? 'expires-soon' : 'good';
}

/** "04/2029", as it stands on the card. */
export function showExpiry({ expMonth, expYear }: CardExpiry): string {
  return `${String(expMonth).padStart(2, '0')}/${expYear}`;
}

/** How each state is said to people; a card that is good needs no word. */
export const EXPIRY_WORDS: Record<ExpiryState, { text: string; tone: 'bad' | 'warn' } | undefined> = {
  good: undefined,
  'expires-soon': { text: 'Expires soon', tone: 'warn' },
  expired: { text: 'Expired', tone: 'bad' },
};

function monthNumber(day: string): number {
  const [year, month] = day.split('-').map(Number) as [number, number];
  return year * 12 + month;
}
