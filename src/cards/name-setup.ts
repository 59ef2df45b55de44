import { gatewayOf } from '../accounts/accounts.store.ts';
import { ensureGatewayCustomer } from '../accounts/ensure-gateway-customer.ts';
import type { CardParts } from './card-parts.ts';
import type { CardSetup } from './card-setup.ts';

/**
 * Makes sure that a try exists at the gateway, unconfirmed, and that we know its name, which it gives. May be repeated
 * within a day: the gateway makes one for one key. Errors: GatewayError.
 */
export async function nameSetup(parts: CardParts, setup: CardSetup): Promise<string> {
  if (setup.gatewayRef) return setup.gatewayRef;
  const gateway = await gatewayOf(parts, setup.accountId);
  const { customerId, accountId } = setup;
  const made = await gateway.createSetup({
    customerRef: await ensureGatewayCustomer(parts, gateway, { customerId, accountId, key: `customer-${setup.id}` }),
    reference: setup.id,
    key: `setup-${setup.id}`,
  });
  await parts.db.q
    .updateTable('card_setup')
    .set({ gateway_ref: made.ref })
    .where('id', '=', setup.id)
    .where('gateway_ref', 'is', null)
    .execute();
  return made.ref;
}
