import type { Db } from '../platform/database/database.ts';

/** A consent that a saved card rests on, and how it was given. */
export interface ConsentShown {
  wording: string;
  agreedAt: string;
  /** While paying, through a link to save a card, or by phone as a person of the staff wrote it down. */
  how: 'payment' | 'link' | 'phone';
  recordedBy: string | undefined;
}

/** A saved card as a customer's page shows it. */
export interface CardShown {
  id: string;
  brand: string;
  last4: string;
  expMonth: number;
  expYear: number;
  isDefault: boolean;
  account: { id: string; name: string; livemode: boolean };
  consents: ConsentShown[];
}

/** A customer's cards in all accounts with the consents that stand, the default first, then the newest. */
export async function savedCardsOf(db: Db, customerId: string): Promise<CardShown[]> {
  const cards = await db.read
    .selectFrom('saved_card')
    .innerJoin('account', 'account.id', 'saved_card.account_id')
    .select(['saved_card.id', 'brand', 'last4', 'exp_month', 'exp_year', 'is_default', 'saved_card.account_id'])
    .select(['account.name', 'account.livemode'])
    .where('customer_id', '=', customerId)
    .where('removed_at', 'is', null)
    .orderBy('is_default', 'desc')
    .orderBy('saved_card.id', 'desc')
    .execute();
  if (cards.length === 0) return [];
  const consents = await db.read
    .selectFrom('consent')
    .leftJoin('person', 'person.id', 'consent.recorded_by')
    .select(['saved_card_id', 'wording', 'agreed_at', 'attempt_id', 'recorded_by', 'person.name'])
    .where('customer_id', '=', customerId)
    .where('withdrawn_at', 'is', null)
    .orderBy('consent.id', 'desc')
    .execute();
  return cards.map((card) => ({
    id: card.id,
    brand: card.brand,
    last4: card.last4,
    expMonth: card.exp_month,
    expYear: card.exp_year,
    isDefault: card.is_default === 1,
    account: { id: card.account_id, name: card.name, livemode: card.livemode === 1 },
    consents: consents
      .filter((consent) => consent.saved_card_id === card.id)
      .map((consent) => ({
        wording: consent.wording,
        agreedAt: consent.agreed_at,
        how: consent.recorded_by ? 'phone' : consent.attempt_id ? 'payment' : 'link',
        recordedBy: consent.name ?? undefined,
      })),
  }));
}
