import type { Link } from '../links/link.ts';
import { type Clock, nowIso } from '../platform/clock.ts';
import type { Db } from '../platform/database/database.ts';
import { proofHash } from './access-code.ts';

/** Until when a payer is known by this proof, for this link and customer; undefined when they are not. */
export async function provenUntil(
  { db, clock }: { db: Db; clock: Clock },
  { token, link }: { token: string; link: Pick<Link, 'id' | 'customerId'> },
): Promise<string | undefined> {
  const row = await db.read
    .selectFrom('access_proof')
    .select('expires_at')
    .where('token_hash', '=', proofHash(token))
    .where('link_id', '=', link.id)
    .where('customer_id', '=', link.customerId)
    .where('expires_at', '>', nowIso(clock))
    .executeTakeFirst();
  return row?.expires_at;
}

export interface OwnReceipt {
  id: string;
  number: number;
  issuedAt: string;
  amountMinor: number;
  currency: string;
}

const MOST_RECEIPTS = 50;

/** A customer's newest receipts. */
export async function receiptsOfCustomer(db: Db, customerId: string): Promise<OwnReceipt[]> {
  const rows = await db.read
    .selectFrom('receipt')
    .select(['id', 'number', 'issued_at', 'amount_minor', 'currency'])
    .where('customer_id', '=', customerId)
    .orderBy('id', 'desc')
    .limit(MOST_RECEIPTS)
    .execute();
  return rows.map((row) => ({
    id: row.id,
    number: row.number,
    issuedAt: row.issued_at,
    amountMinor: row.amount_minor,
    currency: row.currency,
  }));
}
