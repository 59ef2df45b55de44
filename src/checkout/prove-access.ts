import { randomBytes, timingSafeEqual } from 'node:crypto';
import { recordAudit } from '../audit/record.ts';
import type { Link } from '../links/link.ts';
import type { PaymentParts } from '../payments/payment-parts.ts';
import { laterIso, nowIso } from '../platform/clock.ts';
import { codeHash, MOST_CODE_TRIES, PROOF_LIVES_MS, proofHash } from './access-code.ts';

/**
 * Takes a code that a payer typed. Gives the token of a proof, good for this link and customer for 30 minutes; undefined
 * for a code that is wrong, older than the newest, too old, used, or guessed at too often, without saying which.
 */
export async function proveAccess(
  parts: PaymentParts,
  { link, code, ip }: { link: Pick<Link, 'id' | 'customerId'>; code: string; ip: string | undefined },
): Promise<string | undefined> {
  const { db, clock, config } = parts;
  const newest = await db.q
    .selectFrom('access_code')
    .select('id')
    .where('link_id', '=', link.id)
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst();
  // The try counts before it is looked at, so that many at once cannot have more than five.
  const tried = await db.q
    .updateTable('access_code')
    .set((was) => ({ tries: was('tries', '+', 1) }))
    .where('id', '=', newest?.id ?? '')
    .where('tries', '<', MOST_CODE_TRIES)
    .where('used_at', 'is', null)
    .where('expires_at', '>', nowIso(clock))
    .returning(['id', 'code_hash'])
    .executeTakeFirst();
  if (!tried || !same(tried.code_hash, codeHash(config.encryptionKey, { id: tried.id, code }))) return undefined;

  const token = randomBytes(32).toString('base64url');
  const proved = await db.tx(async () => {
    const used = await db.q
      .updateTable('access_code')
      .set({ used_at: nowIso(clock) })
      .where('id', '=', tried.id)
      .where('used_at', 'is', null)
      .executeTakeFirst();
    if (used.numUpdatedRows !== 1n) return false;
    await db.q
      .insertInto('access_proof')
      .values({
        token_hash: proofHash(token),
        link_id: link.id,
        customer_id: link.customerId,
        created_at: nowIso(clock),
        expires_at: laterIso(clock, PROOF_LIVES_MS),
      })
      .execute();
    await recordAudit(parts, {
      actor: { kind: 'customer', id: link.customerId, ip },
      action: 'access.proved',
      subjectKind: 'customer',
      subjectId: link.customerId,
      detail: { linkId: link.id },
    });
    return true;
  });
  return proved ? token : undefined;
}

function same(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}
