import { listAccounts } from '../accounts/accounts.store.ts';
import { cardsOf } from '../cards/cards.store.ts';
import type { SavedCard } from '../cards/saved-card.ts';
import type { Payable } from '../payables/payable.ts';
import { readPayables } from '../payables/payables.store.ts';
import type { AttemptState } from '../payments/attempt.ts';
import type { PaymentState } from '../payments/payment.ts';
import type { Db } from '../platform/database/database.ts';
import { notFound } from '../platform/refusal.ts';

/** What is to be charged, and to whom. */
export interface Claim {
  payable: Payable;
  customer: { id: string; number: string; name: string; email: string; language: string };
}

/** Errors: 404 when there is no such invoice or deposit. */
export async function readClaim(db: Db, payableId: string): Promise<Claim> {
  const [payable] = await readPayables(db, [payableId]);
  if (!payable) throw notFound('invoice or deposit');
  const customer = await db.read
    .selectFrom('customer')
    .select(['id', 'number', 'name', 'email', 'language'])
    .where('id', '=', payable.customerId)
    .executeTakeFirstOrThrow();
  return { payable, customer };
}

/** A saved card of the customer, in whichever account. */
export type OfferedCard = SavedCard & { accountName: string };

/** All cards of a customer that may still be charged somewhere, the default first, then the newest. */
export async function savedCardsOf(db: Db, customerId: string): Promise<OfferedCard[]> {
  const [cards, accounts] = await Promise.all([cardsOf(db, customerId), listAccounts(db)]);
  return cards.map((card) => ({
    ...card,
    accountName: accounts.find((account) => account.id === card.accountId)?.name ?? '',
  }));
}

/** A payment as whoever charged it wants to know it. */
export interface Charge {
  id: string;
  state: PaymentState;
  amountMinor: number;
  currency: string;
  customer: { id: string; name: string };
  accountId: string;
  accountName: string;
  testMode: boolean;
  handedUntil: string | undefined;
  handOffLinkId: string | undefined;
  /** Where the question of the bank was mailed to; undefined for nowhere. */
  mailedTo: string | undefined;
  attempt: {
    id: string;
    state: AttemptState;
    brand: string;
    last4: string;
    declineCategory: string | undefined;
    declineCode: string | undefined;
    declineAdvice: string | undefined;
  };
  receipt: { id: string; number: number } | undefined;
  payables: Payable[];
}

/** Errors: 404 when there is no such card payment, or nothing has been tried with it. */
export async function readCharge(db: Db, paymentId: string): Promise<Charge> {
  const row = await db.read
    .selectFrom('payment')
    .innerJoin('customer', 'customer.id', 'payment.customer_id')
    .innerJoin('account', 'account.id', 'payment.account_id')
    .innerJoin('attempt', 'attempt.id', 'payment.attempt_id')
    .leftJoin('saved_card', 'saved_card.id', 'attempt.saved_card_id')
    .leftJoin('receipt', 'receipt.payment_id', 'payment.id')
    .leftJoin('link', (join) => join.onRef('link.payment_id', '=', 'payment.id').on('link.ended_as', 'is', null))
    .select(['payment.id', 'payment.state', 'payment.amount_minor', 'payment.currency', 'payment.handed_until'])
    .select([
      'customer.id as customer_id',
      'customer.name',
      'account.id as account_id',
      'account.name as account_name',
      'account.livemode',
    ])
    .select(['attempt.id as attempt_id', 'attempt.state as attempt_state', 'attempt.card_brand', 'attempt.card_last4'])
    .select(['attempt.decline_category', 'attempt.decline_code', 'attempt.decline_advice'])
    .select(['saved_card.brand', 'saved_card.last4', 'receipt.id as receipt_id', 'receipt.number as receipt_number'])
    .select('link.id as link_id')
    .where('payment.id', '=', paymentId)
    .executeTakeFirst();
  if (!row) throw notFound('charge');
  const parts = await db.read
    .selectFrom('payment_payable')
    .select('payable_id')
    .where('payment_id', '=', paymentId)
    .execute();
  return {
    id: row.id,
    state: row.state,
    amountMinor: row.amount_minor,
    currency: row.currency,
    customer: { id: row.customer_id, name: row.name },
    accountId: row.account_id,
    accountName: row.account_name,
    testMode: row.livemode === 0,
    handedUntil: row.handed_until ?? undefined,
    handOffLinkId: row.link_id ?? undefined,
    mailedTo: row.link_id ? await mailedTo(db, row.link_id) : undefined,
    attempt: {
      id: row.attempt_id,
      state: row.attempt_state,
      brand: row.card_brand ?? row.brand ?? '',
      last4: row.card_last4 ?? row.last4 ?? '',
      declineCategory: row.decline_category ?? undefined,
      declineCode: row.decline_code ?? undefined,
      declineAdvice: row.decline_advice ?? undefined,
    },
    receipt: row.receipt_id ? { id: row.receipt_id, number: row.receipt_number as number } : undefined,
    payables: await readPayables(
      db,
      parts.map((part) => part.payable_id),
    ),
  };
}

async function mailedTo(db: Db, linkId: string): Promise<string | undefined> {
  const letter = await db.read
    .selectFrom('letter')
    .select('to_addresses')
    .where('link_id', '=', linkId)
    .where('kind', '=', 'link')
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst();
  return letter && (JSON.parse(letter.to_addresses) as string[]).join(', ');
}
