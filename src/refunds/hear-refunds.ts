import { gatewayOf, listAccounts } from '../accounts/accounts.store.ts';
import type { GatewayRefund } from '../gateway/gateway.ts';
import type { PaymentParts } from '../payments/payment-parts.ts';
import { DAY_MS, HOUR_MS, nowIso } from '../platform/clock.ts';
import type { Db } from '../platform/database/database.ts';
import { hearOfRefund } from './hear-of-refund.ts';

/** What the gateway lists late, or was made while it was asked, is listed again. */
const OVERLAP_MS = HOUR_MS;
/** At first, and after a long silence, so far back. */
const FARTHEST_MS = 30 * DAY_MS;

/**
 * Asks the gateway of every account for refunds that nobody told us of, since it was last asked: a message may be lost, or
 * the portal was down; one whose payment is not booked yet is heard again. Gives how many it heard of. An account whose
 * gateway cannot be asked is left for the next time.
 */
export async function hearRefunds(parts: PaymentParts): Promise<number> {
  const { db, clock, log } = parts;
  let heard = 0;
  for (const account of await listAccounts(db)) {
    const askedAt = nowIso(clock);
    try {
      const { news, unfiledSince } = await hearSince(parts, account.id, await heardUntil(parts, account.id));
      heard += news;
      const heard_until = unfiledSince ?? askedAt;
      await db.q
        .insertInto('refund_hearing')
        .values({ account_id: account.id, heard_until })
        .onConflict((clash) => clash.column('account_id').doUpdateSet({ heard_until }))
        .execute();
    } catch (error) {
      log.warn({ err: error, accountId: account.id }, 'refunds could not be asked for; they will be again');
    }
  }
  return heard;
}

async function heardUntil({ db, clock }: PaymentParts, accountId: string): Promise<string> {
  const farthest = clock.now().getTime() - FARTHEST_MS;
  const row = await db.q
    .selectFrom('refund_hearing')
    .select('heard_until')
    .where('account_id', '=', accountId)
    .executeTakeFirst();
  const since = row ? Date.parse(row.heard_until) - OVERLAP_MS : farthest;
  return new Date(Math.max(farthest, since)).toISOString();
}

/** `unfiledSince`: when the oldest of those was made that could not be filed yet. */
async function hearSince(parts: PaymentParts, accountId: string, sinceIso: string) {
  const made: GatewayRefund[] = [];
  for await (const refund of (await gatewayOf(parts, accountId)).listRefunds(sinceIso)) made.push(refund);
  const news = await unknownOf(parts.db, accountId, made);
  for (const { ref } of news) await hearOfRefund(parts, accountId, ref);
  const unfiled = await unknownOf(parts.db, accountId, news);
  return { news: news.length, unfiledSince: unfiled.map((one) => one.createdAt).toSorted()[0] };
}

/** Those of payments of ours that have no row here. */
async function unknownOf(db: Db, accountId: string, made: readonly GatewayRefund[]): Promise<GatewayRefund[]> {
  const unknown: GatewayRefund[] = [];
  for (let at = 0; at < made.length; at += AT_ONCE) {
    const some = made.slice(at, at + AT_ONCE);
    const [known, ours] = await Promise.all([
      namesOf(
        db,
        'refund',
        accountId,
        some.map(({ ref }) => ref),
      ),
      namesOf(
        db,
        'payment',
        accountId,
        some.map(({ paymentRef }) => paymentRef ?? ''),
      ),
    ]);
    unknown.push(...some.filter(({ ref, paymentRef }) => !known.has(ref) && ours.has(paymentRef ?? '')));
  }
  return unknown;
}

const AT_ONCE = 200;

/** Which of these names at the gateway stand here. */
async function namesOf(
  db: Db,
  table: 'refund' | 'payment',
  accountId: string,
  refs: readonly string[],
): Promise<Set<string | null>> {
  const rows = await db.read
    .selectFrom(table)
    .select('gateway_ref')
    .where('account_id', '=', accountId)
    .where('gateway_ref', 'in', [...refs])
    .execute();
  return new Set(rows.map((row) => row.gateway_ref));
}
