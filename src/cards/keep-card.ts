import { type Actor, recordAudit } from '../audit/record.ts';
import type { GatewayCard } from '../gateway/gateway.ts';
import { type Clock, nowIso } from '../platform/clock.ts';
import type { Db } from '../platform/database/database.ts';
import { newId } from '../platform/ids.ts';

/** A card that the customer agreed to have kept, and the agreement itself. */
export interface CardToKeep {
  customerId: string;
  accountId: string;
  card: GatewayCard;
  consent: {
    wording: string;
    language: string;
    ip: string;
    /** When it was given, ISO UTC. */
    agreedAt: string;
    /** What it came with: a payment, or a try to keep a card alone. */
    attemptId?: string;
    setupId?: string;
    /** The person who wrote down what was said by phone. */
    recordedBy?: string | undefined;
  };
}

/**
 * Keeps the gateway's name of a card for one customer in one account, with the consent it rests on; in the settling
 * transaction. The same card twice is one card with two consents; a customer's first card is their default.
 * Gives the card's id; undefined when the gateway named none.
 */
export async function keepCard({ db, clock }: { db: Db; clock: Clock }, kept: CardToKeep): Promise<string | undefined> {
  const { card, customerId, accountId, consent } = kept;
  if (!card.methodRef) return undefined;
  const id = await nameCard({ db, clock }, kept, card.methodRef);
  await db.q
    .insertInto('consent')
    .values({
      id: newId('con'),
      customer_id: customerId,
      account_id: accountId,
      saved_card_id: id,
      attempt_id: consent.attemptId ?? null,
      card_setup_id: consent.setupId ?? null,
      recorded_by: consent.recordedBy ?? null,
      wording: consent.wording,
      language: consent.language,
      ip: consent.ip,
      agreed_at: consent.agreedAt,
      withdrawn_at: null,
      withdrawn_by_kind: null,
      withdrawn_by: null,
    })
    .execute();
  const actor: Actor = consent.recordedBy
    ? { kind: 'person', id: consent.recordedBy, ip: consent.ip }
    : { kind: 'customer', id: customerId, ip: consent.ip };
  await recordAudit(
    { db, clock },
    {
      actor,
      action: 'card.saved',
      subjectKind: 'customer',
      subjectId: customerId,
      detail: { savedCardId: id, brand: card.brand, last4: card.last4 },
    },
  );
  return id;
}

/** The row of a card: found, or written as the default, or written beside the default that there is. */
async function nameCard(
  { db, clock }: { db: Db; clock: Clock },
  { card, customerId, accountId }: CardToKeep,
  methodRef: string,
): Promise<string> {
  const row = {
    id: newId('crd'),
    customer_id: customerId,
    account_id: accountId,
    method_ref: methodRef,
    brand: card.brand,
    last4: card.last4,
    exp_month: card.expMonth,
    exp_year: card.expYear,
    created_at: nowIso(clock),
    removed_at: null,
  };
  for (const isDefault of [1, 0] as const) {
    await db.q
      .insertInto('saved_card')
      .values({ ...row, is_default: isDefault })
      .onConflict((clash) => clash.doNothing())
      .execute();
  }
  const { id } = await db.q
    .selectFrom('saved_card')
    .select('id')
    .where('account_id', '=', accountId)
    .where('method_ref', '=', methodRef)
    .executeTakeFirstOrThrow();
  return id;
}
