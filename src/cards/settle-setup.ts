import { gatewayOf } from '../accounts/accounts.store.ts';
import { recordAudit } from '../audit/record.ts';
import { openCase } from '../cases/open-case.ts';
import type { GatewayCard, GatewaySetup } from '../gateway/gateway.ts';
import { useSaveCardLink } from '../links/use-save-card-link.ts';
import { laterIso, nowIso, SECOND_MS } from '../platform/clock.ts';
import type { CardParts } from './card-parts.ts';
import { type CardSetup, isOpenSetup, type SetupState } from './card-setup.ts';
import { moveSetup, readSetup } from './card-setups.store.ts';
import { countDecline } from './decline-limits.ts';
import { keepCard } from './keep-card.ts';

/** After a change the sweeper looks again soon: the next step is usually seconds away. */
const LOOK_AGAIN_MS = 30 * SECOND_MS;

/**
 * The only place where a try to keep a card ends with a card, a decline or the gateway's word that it is cancelled. Reads
 * the truth with no transaction open, then moves our row by compare-and-set, so anyone may call it at any time: the page,
 * webhooks, the sweeper. `answered`: its confirm has just been answered, so silence about it means that nothing came of it.
 * Gives the state it then has. Errors: GatewayError when the gateway cannot be asked.
 */
export async function settleSetup(
  parts: CardParts,
  setupId: string,
  hint: { answered?: boolean } = {},
): Promise<SetupState> {
  const setup = await readSetup(parts.db, setupId);
  if (!isOpenSetup(setup.state) || !setup.gatewayRef) return setup.state;
  const truth = await (await gatewayOf(parts, setup.accountId)).readSetup(setup.gatewayRef);

  const wrong = await mismatchOf(parts, setup, truth);
  if (wrong) {
    await openMismatchCase(parts, setup, truth, wrong);
    return setup.state;
  }
  if (truth.status === 'succeeded' && truth.card) await keep(parts, setup, truth.card);
  else if (truth.status === 'cancelled') await end(parts, setup, 'abandoned');
  else if (truth.status === 'needs-card') {
    if (truth.decline || hint.answered) await decline(parts, setup, truth);
  } else await noteUnderWay(parts, setup, truth.status === 'needs-action' ? 'challenged' : 'processing');
  return (await readSetup(parts.db, setupId)).state;
}

/** Card, consent, link and audit in one transaction. Whoever moves the state first keeps; all others find it done. */
async function keep(parts: CardParts, setup: CardSetup, card: GatewayCard): Promise<void> {
  const { db, clock } = parts;
  await db.tx(async () => {
    if (!(await moveSetup(db, setup.id, 'succeeded', { ended_at: nowIso(clock), next_look_at: null }))) return;
    const savedCardId = await keepCard(parts, {
      customerId: setup.customerId,
      accountId: setup.accountId,
      card,
      consent: {
        wording: setup.consentWording,
        language: setup.consentLanguage,
        ip: setup.ip,
        agreedAt: setup.createdAt,
        setupId: setup.id,
        recordedBy: setup.recordedBy,
      },
    });
    await db.q
      .updateTable('card_setup')
      .set({ saved_card_id: savedCardId ?? null })
      .where('id', '=', setup.id)
      .execute();
    if (!setup.linkId) return;
    const actor = { kind: 'customer', id: setup.customerId, ip: setup.ip } as const;
    await useSaveCardLink(parts, { linkId: setup.linkId, actor });
  });
}

async function decline(parts: CardParts, setup: CardSetup, { decline: said }: GatewaySetup): Promise<void> {
  const { category, code, advice } = said ?? { category: 'processing-error', code: 'not_confirmed', advice: undefined };
  await parts.db.tx(async () => {
    const why = { decline_category: category, decline_code: code, decline_advice: advice ?? null };
    if (!(await end(parts, setup, 'declined', why))) return;
    await countDecline(parts, { linkId: setup.linkId, startedBy: setup.recordedBy, ip: setup.ip });
    await recordAudit(parts, {
      actor: { kind: 'gateway' },
      action: 'card.declined',
      subjectKind: 'customer',
      subjectId: setup.customerId,
      detail: { setupId: setup.id, category, code },
    });
  });
}

/** What ended here is looked at once more, so that nothing stays open at the gateway. */
function end(
  { db, clock }: CardParts,
  { id }: CardSetup,
  state: SetupState,
  set: Parameters<typeof moveSetup>[3] = {},
) {
  const next_look_at = state === 'declined' ? nowIso(clock) : null;
  return moveSetup(db, id, state, { ...set, ended_at: nowIso(clock), next_look_at });
}

async function noteUnderWay({ db, clock }: CardParts, setup: CardSetup, to: SetupState): Promise<void> {
  if (setup.state !== to) await moveSetup(db, setup.id, to, { next_look_at: laterIso(clock, LOOK_AGAIN_MS) });
}

/** What the gateway's try has that ours has not, as a sentence; undefined when they agree. */
async function mismatchOf({ db }: CardParts, setup: CardSetup, truth: GatewaySetup): Promise<string | undefined> {
  if (truth.reference !== setup.id) return `it carries the reference ${truth.reference ?? 'of nobody'}`;
  const ours = await db.read
    .selectFrom('account')
    .leftJoin('gateway_customer', (join) =>
      join
        .onRef('gateway_customer.account_id', '=', 'account.id')
        .on('gateway_customer.customer_id', '=', setup.customerId),
    )
    .select(['account.livemode', 'gateway_customer.ref'])
    .where('account.id', '=', setup.accountId)
    .executeTakeFirstOrThrow();
  if (truth.livemode !== (ours.livemode === 1)) return truth.livemode ? 'it is live, not a test' : 'it is a test';
  if (truth.customerRef !== ours.ref) return `it is for the customer ${truth.customerRef ?? 'nobody'}`;
  return undefined;
}

async function openMismatchCase(parts: CardParts, setup: CardSetup, truth: GatewaySetup, wrong: string): Promise<void> {
  await openCase(parts, {
    kind: 'gateway-mismatch',
    dedupeKey: `mismatch-${setup.id}`,
    subjectKind: 'customer',
    subjectId: setup.customerId,
    customerId: setup.customerId,
    summary: `The gateway's wish ${truth.ref} to keep a card is not ours: ${wrong}. No card was kept; compare both and decide.`,
    detail: { gatewayStatus: truth.status },
  });
}
