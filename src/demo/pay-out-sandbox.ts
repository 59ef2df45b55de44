import type { House } from '../wire.ts';

/** Lets the sandbox pay out all that an account has in a currency, also what is not available yet. */
export async function payOutSandbox({ config }: House, wanted: { account: string; currency: string }): Promise<void> {
  const answer = await fetch(`${config.sandboxApiUrl}/_control/payouts`, {
    method: 'POST',
    headers: { 'x-sandbox-control': '1', 'content-type': 'application/json' },
    body: JSON.stringify({ ...wanted, pending: true }),
  });
  if (!answer.ok) throw new Error(`the sandbox paid nothing out: ${await answer.text()}`);
}
