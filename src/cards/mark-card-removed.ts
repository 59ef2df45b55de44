import { type Actor, recordAudit } from '../audit/record.ts';
import { openCase } from '../cases/open-case.ts';
import { nowIso } from '../platform/clock.ts';
import { cardText } from '../words/card-brand.ts';
import type { CardParts } from './card-parts.ts';
import type { SavedCard } from './saved-card.ts';

/**
 * Our side of removing a card, in one transaction: mark, consents, audit. Staff are told of what they did not do themselves.
 * Gives false when it was removed before.
 */
export async function markCardRemoved(
  parts: Pick<CardParts, 'db' | 'clock'>,
  card: SavedCard,
  actor: Actor,
): Promise<boolean> {
  const { db, clock } = parts;
  const personId = actor.kind === 'person' ? (actor.id ?? null) : null;
  const now = nowIso(clock);
  return db.tx(async () => {
    const marked = await db.q
      .updateTable('saved_card')
      .set({ removed_at: now, removed_by_kind: actor.kind, removed_by: personId, is_default: 0 })
      .set({ detach_at: actor.kind === 'gateway' ? null : now })
      .where('id', '=', card.id)
      .where('removed_at', 'is', null)
      .executeTakeFirst();
    if (marked.numUpdatedRows !== 1n) return false;
    await db.q
      .updateTable('consent')
      .set({ withdrawn_at: now, withdrawn_by_kind: actor.kind, withdrawn_by: personId })
      .where('saved_card_id', '=', card.id)
      .where('withdrawn_at', 'is', null)
      .execute();
    await recordAudit(parts, {
      actor,
      action: 'card.removed',
      subjectKind: 'customer',
      subjectId: card.customerId,
      detail: { savedCardId: card.id, brand: card.brand, last4: card.last4 },
    });
    if (actor.kind === 'customer' || actor.kind === 'gateway') await tellStaff(parts, card, actor.kind);
    return true;
  });
}

async function tellStaff(
  parts: Pick<CardParts, 'db' | 'clock'>,
  card: SavedCard,
  by: 'customer' | 'gateway',
): Promise<void> {
  const name = cardText(card.brand, card.last4);
  await openCase(parts, {
    kind: 'card-removed',
    dedupeKey: `card-removed-${card.id}`,
    subjectKind: 'customer',
    subjectId: card.customerId,
    customerId: card.customerId,
    summary:
      by === 'customer'
        ? `The customer removed the saved card ${name} and withdrew the consent to charge it. Agree on another way to pay, if one is needed.`
        : `The saved card ${name} is gone at the gateway, so it cannot be charged any more. Ask the customer for a new card, if one is needed.`,
  });
}
