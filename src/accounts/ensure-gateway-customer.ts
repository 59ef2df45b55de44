import type { Gateway } from '../gateway/gateway.ts';
import type { Db } from '../platform/database/database.ts';

/**
 * The gateway's name for a customer of ours in this account, made when it is first needed. `key` is what the making is
 * known by at the gateway: the same key with another name or e-mail is refused there, so take it from the deed.
 * Errors: GatewayError.
 */
export async function ensureGatewayCustomer(
  { db }: { db: Db },
  gateway: Gateway,
  wanted: { customerId: string; accountId: string; key: string },
): Promise<string> {
  const stored = () =>
    db.q
      .selectFrom('gateway_customer')
      .select('ref')
      .where('customer_id', '=', wanted.customerId)
      .where('account_id', '=', wanted.accountId)
      .executeTakeFirst();
  const known = await stored();
  if (known) return known.ref;

  const customer = await db.read
    .selectFrom('customer')
    .select(['id', 'name', 'email'])
    .where('id', '=', wanted.customerId)
    .executeTakeFirstOrThrow();
  const made = await gateway.createCustomer({
    reference: customer.id,
    name: customer.name,
    email: customer.email,
    key: wanted.key,
  });
  await db.q
    .insertInto('gateway_customer')
    .values({ customer_id: wanted.customerId, account_id: wanted.accountId, ref: made.ref })
    .onConflict((clash) => clash.doNothing())
    .execute();
  return ((await stored()) as { ref: string }).ref;
}
