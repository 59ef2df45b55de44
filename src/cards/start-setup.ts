import { readAccount } from '../accounts/accounts.store.ts';
import { keyedCardsProblem } from '../accounts/keyed-cards.ts';
import { type Actor, recordAudit } from '../audit/record.ts';
import { linkState, PAY_GRACE_MS } from '../links/link.ts';
import { findLink, lockLinks } from '../links/links.store.ts';
import { laterIso, MINUTE_MS, nowIso } from '../platform/clock.ts';
import { isUniqueViolation } from '../platform/database/unique-violation.ts';
import { newId } from '../platform/ids.ts';
import { notFound, Refusal } from '../platform/refusal.ts';
import { unknownLink } from '../tokens/link-token.ts';
import type { CardParts } from './card-parts.ts';
import type { CardSetup } from './card-setup.ts';
import { findSetupBySubmission } from './card-setups.store.ts';
import { confirmSetup } from './confirm-setup.ts';
import { refuseTooManyDeclines } from './decline-limits.ts';

const FIRST_LOOK_MS = MINUTE_MS;

/** What the page sends when "Save card" is pressed. */
export interface SetupRequest {
  /** Through a save-card link, or by a person of the staff for a customer on the phone. */
  from: { linkId: string } | { personId: string; customerId: string; accountId: string };
  /** Made by the page for one press; sending it again gives the same try. */
  submissionId: string;
  /** The gateway's one-time name for the card that was typed into its fields. */
  confirmationToken: string;
  /** What the customer agreed to, word for word, and its language. */
  consent: { wording: string; language: string };
  ip: string;
}

/**
 * Keeps a card without a payment. Our row first, then the gateway, then the truth: gives the try as it stands then.
 * Errors (Refusal): `unknown-link` 404, `link-ended` 410, `in-flight` 409, `account-off` 409, `keyed-cards-off` 409,
 * `too-many-declines` 429, 404.
 */
export async function startSetup(parts: CardParts, request: SetupRequest): Promise<CardSetup> {
  const known = await knownSubmission(parts, request);
  if (known) return known;
  await refuseTooManyDeclines(parts, { ...request.from, ip: request.ip });
  try {
    await begin(parts, request);
  } catch (error) {
    if (!isUniqueViolation(error)) throw error;
    // The same press was written first, or another try of this link is under way.
    const twin = await knownSubmission(parts, request);
    if (twin) return twin;
    throw inFlight();
  }
  const { id } = (await findSetupBySubmission(parts.db, request.submissionId)) as CardSetup;
  await confirmSetup(parts, id);
  return (await findSetupBySubmission(parts.db, request.submissionId)) as CardSetup;
}

/** A submission is bound to its link or customer: another's is none of this one's business. */
async function knownSubmission(
  { db }: CardParts,
  { from, submissionId }: SetupRequest,
): Promise<CardSetup | undefined> {
  const setup = await findSetupBySubmission(db, submissionId);
  if (!setup) return undefined;
  if ('linkId' in from) {
    if (setup.linkId !== from.linkId) throw unknownLink();
  } else if (setup.linkId || setup.customerId !== from.customerId) {
    throw notFound('try to save a card');
  }
  return setup;
}

async function begin(parts: CardParts, request: SetupRequest): Promise<void> {
  const { db, clock } = parts;
  await db.tx(async () => {
    const whose = await whoseCard(parts, request);
    const account = await readAccount(db, whose.accountId);
    if (!account.active) {
      throw new Refusal('account-off', 409, 'Cards cannot be saved here just now. Nothing was saved.');
    }
    const off = whose.linkId ? undefined : keyedCardsProblem(account);
    if (off) throw new Refusal('keyed-cards-off', 409, off);
    const id = newId('set');
    await db.q
      .insertInto('card_setup')
      .values({
        id,
        customer_id: whose.customerId,
        account_id: whose.accountId,
        link_id: whose.linkId ?? null,
        channel: whose.linkId ? 'link' : 'office',
        submission_id: request.submissionId,
        state: 'started',
        gateway_ref: null,
        confirmation_token: request.confirmationToken,
        consent_wording: request.consent.wording,
        consent_language: request.consent.language,
        ip: request.ip,
        recorded_by: whose.actor.kind === 'person' ? (whose.actor.id ?? null) : null,
        saved_card_id: null,
        decline_category: null,
        decline_code: null,
        decline_advice: null,
        created_at: nowIso(clock),
        sent_at: null,
        ended_at: null,
        next_look_at: laterIso(clock, FIRST_LOOK_MS),
        looks: 0,
      })
      .execute();
    await recordAudit(parts, {
      actor: whose.actor,
      action: 'card.setup-started',
      subjectKind: 'customer',
      subjectId: whose.customerId,
      detail: { setupId: id, accountId: whose.accountId, ...(whose.linkId ? { linkId: whose.linkId } : {}) },
    });
  });
}

interface Whose {
  customerId: string;
  accountId: string;
  linkId?: string;
  actor: Actor;
}

/** For whom and where the card is kept. A link says so itself, while it can be used. */
async function whoseCard({ db, clock }: CardParts, { from, ip }: SetupRequest): Promise<Whose> {
  if (!('linkId' in from)) {
    const { customerId, accountId, personId } = from;
    return { customerId, accountId, actor: { kind: 'person', id: personId, ip } };
  }
  await lockLinks(db, [from.linkId]);
  const link = await findLink(db, from.linkId);
  if (link?.kind !== 'save_card') throw unknownLink();
  if (linkState(link, [], new Date(clock.now().getTime() - PAY_GRACE_MS)) !== 'usable') {
    throw new Refusal('link-ended', 410, 'This link can no longer be used. Your card was not saved.');
  }
  const { customerId, accountId } = link;
  return { customerId, accountId, linkId: link.id, actor: { kind: 'customer', id: customerId, ip } };
}

function inFlight(): Refusal {
  return new Refusal('in-flight', 409, 'A card is being saved through this link already, perhaps in another window.');
}
