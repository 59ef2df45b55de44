import { recordAudit } from '../audit/record.ts';
import type { GatewayCard } from '../gateway/gateway.ts';
import { type Clock, nowIso } from '../platform/clock.ts';
import type { Db } from '../platform/database/database.ts';
import { newId } from '../platform/ids.ts';

/** A card that the customer agreed to have kept, and the agreement itself. */
export interface CardToKeep {
  payment: { customerId: string; accountId: string };
  attempt: { id: string; consentWording: string; consentLanguage: string; ip: string; createdAt: string };
  card: GatewayCard;
}

/**
 * Keeps the gateway's name of a card for one customer in one account, with the consent it rests on; in the settling
 * transaction. The same card twice is one card with two consents.
 */
export async function keepCard({ db, clock }: { db: Db; clock: Clock }, kept: CardToKeep): Promise<void> {
  const { card, payment, attempt } = kept;
  if (!card.methodRef) return;
  await db.q
    .insertInto('saved_card')
    .values({
      id: newId('crd'),
      customer_id: payment.customerId,
      account_id: payment.accountId,
      method_ref: card.methodRef,
      brand: card.brand,
      last4: card.last4,
      exp_month: card.expMonth,
      exp_year: card.expYear,
      created_at: nowIso(clock),
      removed_at: null,
    })
    .onConflict((clash) => clash.columns(['account_id', 'method_ref']).doNothing())
    .execute();
  const { id } = await db.q
    .selectFrom('saved_card')
    .select('id')
    .where('account_id', '=', payment.accountId)
    .where('method_ref', '=', card.methodRef)
    .executeTakeFirstOrThrow();
  await db.q
    .insertInto('consent')
    .values({
      id: newId('con'),
      customer_id: payment.customerId,
      account_id: payment.accountId,
      saved_card_id: id,
      attempt_id: attempt.id,
      wording: attempt.consentWording,
      language: attempt.consentLanguage,
      ip: attempt.ip,
      agreed_at: attempt.createdAt,
      withdrawn_at: null,
    })
    .execute();
  await recordAudit(
    { db, clock },
    {
      actor: { kind: 'customer', id: payment.customerId, ip: attempt.ip },
      action: 'card.saved',
      subjectKind: 'customer',
      subjectId: payment.customerId,
      detail: { savedCardId: id, brand: card.brand, last4: card.last4 },
    },
  );
}
