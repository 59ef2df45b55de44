import { gatewayOf } from '../../src/accounts/accounts.store.ts';
import type { GatewayPayment } from '../../src/gateway/gateway.ts';
import { newId } from '../../src/platform/ids.ts';
import type { Till } from '../support/till.ts';

/** A charge that was made at the gateway and nowhere here: with our mark on it, or with nobody's. */
export async function aChargeThere(
  till: Till,
  { reference = '', amountMinor = 4_200 }: { reference?: string; amountMinor?: number } = {},
): Promise<GatewayPayment> {
  const gateway = await gatewayOf(till.house, till.account.id);
  const { ref: customerRef } = await gateway.createCustomer({
    ...{ reference: 'elsewhere', name: 'Elsewhere', email: 'else@example.test', key: newId('req') },
  });
  const made = await gateway.createPayment({
    ...{ sum: { amountMinor, currency: 'EUR' }, customerRef, reference, description: '', statementSuffix: '' },
    key: newId('req'),
  });
  return chargeThere(till, made.ref);
}

/** Pays at the gateway what was made before, and tells nobody here. */
export async function chargeThere(till: Till, ref: string): Promise<GatewayPayment> {
  const gateway = await gatewayOf(till.house, till.account.id);
  return gateway.confirmPayment(ref, {
    ...{ source: { confirmationToken: await till.cardToken() }, presence: 'payer', saveCard: false },
    ...{ returnUrl: 'https://example.test/', key: newId('req') },
  });
}

/** Asks the gateway in its own words, as its dashboard does. */
export async function atDashboard(till: Till, path: string, fields: Record<string, string>): Promise<{ id: string }> {
  const key = await till.house.db.read
    .selectFrom('account')
    .select('secret_key_sealed')
    .where('id', '=', till.account.id)
    .executeTakeFirstOrThrow();
  const answer = await fetch(`${till.sandboxUrl}/v1${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${till.house.sealer.open(key.secret_key_sealed)}` },
    body: new URLSearchParams(fields),
  });
  if (!answer.ok) throw new Error(`the gateway answered ${await answer.text()}`);
  return (await answer.json()) as { id: string };
}
