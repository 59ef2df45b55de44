import { randomUUID } from 'node:crypto';
import type { Link } from '../links/link.ts';
import { readPayables } from '../payables/payables.store.ts';
import { agreedTerms } from '../payments/agreed-terms.ts';
import { startPayment } from '../payments/start-payment.ts';
import type { House } from '../wire.ts';
import type { SandboxProcess } from './sandbox-process.ts';

/** Pays a link as a customer would, with one of the gateway's test cards by its alias (docs.stripe.com/testing). */
export async function payInSandbox(
  house: House,
  sandbox: SandboxProcess,
  link: Link,
  testCard: string,
  ip = '127.0.0.1',
): Promise<void> {
  const account = sandbox.accounts().find((one) => one.accountId === link.accountId);
  if (!account) return;
  const response = await fetch(`${house.config.sandboxApiUrl}/v1/test_helpers/confirmation_tokens`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${account.secretKey}`,
      'content-type': 'application/x-www-form-urlencoded',
      connection: 'close',
    },
    body: new URLSearchParams({ payment_method: testCard }),
  });
  const token = (await response.json()) as { id: string };
  await startPayment(house, {
    linkId: link.id,
    submissionId: randomUUID(),
    confirmationToken: token.id,
    saveCard: false,
    agreed: agreedTerms(await readPayables(house.db, link.payableIds)),
    payerEmail: 'payer@demo.example',
    consent: { wording: '', language: 'en' },
    ip,
    userAgent: 'demo',
  });
}
