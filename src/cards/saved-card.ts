/** The gateway's name for a card of one customer in one account; never the card's number. */
export interface SavedCard {
  id: string;
  customerId: string;
  accountId: string;
  /** What the gateway calls it. */
  methodRef: string;
  brand: string;
  last4: string;
  expMonth: number;
  expYear: number;
  isDefault: boolean;
  createdAt: string;
  /** Set for good: a card that was removed is never charged again. */
  removedAt: string | undefined;
}
