import type { Selectable, Updateable } from 'kysely';
import type { DeclineCategory } from '../gateway/gateway.ts';
import type { Db } from '../platform/database/database.ts';
import type { CardSetupTable } from '../platform/database/tables.ts';
import { notFound } from '../platform/refusal.ts';
import { type CardSetup, OPEN_SETUPS, type SetupState } from './card-setup.ts';

/** Errors: 404 when there is none of that id. Inside a transaction it reads what that transaction sees. */
export async function readSetup(db: Db, id: string): Promise<CardSetup> {
  const row = await db.read.selectFrom('card_setup').selectAll().where('id', '=', id).executeTakeFirst();
  if (!row) throw notFound('try to save a card');
  return setupOf(row);
}

export async function findSetupBySubmission(db: Db, submissionId: string): Promise<CardSetup | undefined> {
  const row = await db.read
    .selectFrom('card_setup')
    .selectAll()
    .where('submission_id', '=', submissionId)
    .executeTakeFirst();
  return row && setupOf(row);
}

export async function findSetupByRef(db: Db, accountId: string, gatewayRef: string): Promise<CardSetup | undefined> {
  const row = await db.read
    .selectFrom('card_setup')
    .selectAll()
    .where('account_id', '=', accountId)
    .where('gateway_ref', '=', gatewayRef)
    .executeTakeFirst();
  return row && setupOf(row);
}

/** The try that is under way through a link; at most one is. */
export async function openSetupOn(db: Db, linkId: string): Promise<CardSetup | undefined> {
  const row = await db.read
    .selectFrom('card_setup')
    .selectAll()
    .where('link_id', '=', linkId)
    .where('state', 'in', OPEN_SETUPS)
    .executeTakeFirst();
  return row && setupOf(row);
}

/** Moves a try by compare-and-set; one that has ended stays as it ended. Gives false when somebody else was first. */
export async function moveSetup(
  db: Db,
  id: string,
  to: SetupState,
  set: Updateable<CardSetupTable> = {},
  from: readonly SetupState[] = OPEN_SETUPS,
): Promise<boolean> {
  const moved = await db.q
    .updateTable('card_setup')
    .set({ ...set, state: to })
    .where('id', '=', id)
    .where('state', 'in', [...from])
    .executeTakeFirst();
  return moved.numUpdatedRows === 1n;
}

function setupOf(row: Selectable<CardSetupTable>): CardSetup {
  return {
    id: row.id,
    customerId: row.customer_id,
    accountId: row.account_id,
    linkId: row.link_id ?? undefined,
    channel: row.channel,
    submissionId: row.submission_id,
    state: row.state,
    gatewayRef: row.gateway_ref ?? undefined,
    confirmationToken: row.confirmation_token,
    consentWording: row.consent_wording,
    consentLanguage: row.consent_language,
    ip: row.ip,
    recordedBy: row.recorded_by ?? undefined,
    declineCategory: (row.decline_category ?? undefined) as DeclineCategory | undefined,
    createdAt: row.created_at,
    sentAt: row.sent_at ?? undefined,
  };
}
