import { gatewayOf } from '../accounts/accounts.store.ts';
import { recordAudit } from '../audit/record.ts';
import { type GatewayCard, GatewayError } from '../gateway/gateway.ts';
import type { CardParts } from './card-parts.ts';
import { findCard } from './cards.store.ts';
import { markCardRemoved } from './mark-card-removed.ts';
import type { SavedCard } from './saved-card.ts';

/**
 * Brings a saved card in line with the gateway, which renews cards by itself: brand, digits, expiry; one that is gone there
 * is removed here too, and staff are told. Cards that are not ours are left alone. Errors: GatewayError.
 */
export async function refreshCard(
  parts: CardParts,
  { accountId, methodRef }: { accountId: string; methodRef: string },
): Promise<void> {
  const row = await parts.db.read
    .selectFrom('saved_card')
    .select('id')
    .where('account_id', '=', accountId)
    .where('method_ref', '=', methodRef)
    .where('removed_at', 'is', null)
    .executeTakeFirst();
  const card = row && (await findCard(parts.db, row.id));
  if (!card) return;
  const truth = await readAtGateway(parts, card);
  if (!truth?.reusable) await markCardRemoved(parts, card, { kind: 'gateway' });
  else await noteChange(parts, card, truth);
}

async function readAtGateway(parts: CardParts, card: SavedCard): Promise<GatewayCard | undefined> {
  try {
    return await (await gatewayOf(parts, card.accountId)).readCard(card.methodRef);
  } catch (error) {
    if (error instanceof GatewayError && error.kind === 'not-found') return undefined;
    throw error;
  }
}

async function noteChange(parts: CardParts, card: SavedCard, truth: GatewayCard): Promise<void> {
  const { db } = parts;
  const facts = ({ brand, last4, expMonth, expYear }: Omit<GatewayCard, 'methodRef' | 'reusable'>) =>
    `${brand} ${last4} ${expMonth}/${expYear}`;
  if (facts(card) === facts(truth)) return;
  await db.tx(async () => {
    await db.q
      .updateTable('saved_card')
      .set({ brand: truth.brand, last4: truth.last4, exp_month: truth.expMonth, exp_year: truth.expYear })
      .where('id', '=', card.id)
      .execute();
    await recordAudit(parts, {
      actor: { kind: 'gateway' },
      action: 'card.renewed',
      subjectKind: 'customer',
      subjectId: card.customerId,
      detail: { savedCardId: card.id, card: { from: facts(card), to: facts(truth) } },
    });
  });
}
