import { defaultAccountId, readAccount } from '../accounts/accounts.store.ts';
import { type Actor, recordAudit, recordAudits } from '../audit/record.ts';
import { readCompany } from '../company/company.store.ts';
import { type Clock, nowIso } from '../platform/clock.ts';
import type { Db } from '../platform/database/database.ts';
import { newId } from '../platform/ids.ts';
import { Refusal } from '../platform/refusal.ts';
import type { Link } from './link.ts';
import { type ExpiryChoice, expiresAt } from './link-expiry.ts';
import { readCustomerOf, readLink } from './links.store.ts';

export interface NewSaveCardLink {
  customerId: string;
  /** Which payment service account keeps the card; else the default. */
  accountId?: string | undefined;
  expiry: Exclude<ExpiryChoice, 'after-due'>;
  actor: Actor;
}

/**
 * Makes a link through which a customer saves one card and pays nothing; older usable ones for the same customer and
 * account end as replaced, in the same transaction. Errors: Refusal `no-account`, `account-unfit` (409), 404.
 */
export async function issueSaveCardLink(parts: { db: Db; clock: Clock }, wanted: NewSaveCardLink): Promise<Link> {
  const { db, clock } = parts;
  const customer = await readCustomerOf(db, wanted.customerId);
  const accountId = wanted.accountId ?? (await defaultAccountId(db));
  if (!accountId) {
    throw new Refusal('no-account', 409, 'No payment service account is set up yet. An administrator can connect one.');
  }
  const { timeZone } = await readCompany(db);
  const ends = expiresAt(wanted.expiry, { now: clock.now(), zone: timeZone, dueOn: undefined });
  const id = newId('lnk');
  await db.tx(async () => {
    const account = await readAccount(db, accountId);
    if (!account.active) {
      throw new Refusal('account-unfit', 409, `The payment service account "${account.name}" is switched off.`);
    }
    await db.q
      .insertInto('link')
      .values({
        id,
        kind: 'save_card',
        customer_id: customer.id,
        account_id: accountId,
        currency: '',
        terms: 'full',
        created_at: nowIso(clock),
        created_by: wanted.actor.kind === 'person' ? (wanted.actor.id ?? null) : null,
        expires_at: ends,
        ended_as: null,
        ended_at: null,
        ended_by: null,
        replaced_by: null,
      })
      .execute();
    const replaced = await replaceOlder(parts, { id, customerId: customer.id, accountId });
    await recordAudit(parts, {
      actor: wanted.actor,
      action: 'link.issued',
      subjectKind: 'link',
      subjectId: id,
      detail: { saveCard: true, accountId, expiresAt: ends, replaced },
    });
    await recordAudits(
      parts,
      replaced.map((older) => ({
        actor: wanted.actor,
        action: 'link.replaced',
        subjectKind: 'link',
        subjectId: older,
        detail: { by: id },
      })),
    );
  });
  return readLink(db, id);
}

async function replaceOlder(
  { db, clock }: { db: Db; clock: Clock },
  by: { id: string; customerId: string; accountId: string },
): Promise<string[]> {
  const rows = await db.q
    .updateTable('link')
    .set({ ended_as: 'replaced', ended_at: nowIso(clock), replaced_by: by.id })
    .where('customer_id', '=', by.customerId)
    .where('account_id', '=', by.accountId)
    .where('kind', '=', 'save_card')
    .where('id', '!=', by.id)
    .where('ended_as', 'is', null)
    .where('expires_at', '>', nowIso(clock))
    .returning('id')
    .execute();
  return rows.map((row) => row.id);
}
