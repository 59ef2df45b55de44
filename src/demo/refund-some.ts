import type { Actor } from '../audit/record.ts';
import { newId } from '../platform/ids.ts';
import { explainRefund } from '../refunds/explain-refund.ts';
import { hearOfRefund } from '../refunds/hear-of-refund.ts';
import { refundPayment } from '../refunds/refund-payment.ts';
import type { House } from '../wire.ts';
import type { SandboxProcess } from './sandbox-process.ts';

/** Of so many payments one is given back, in turn in one of the ways below. */
const EVERY = 25;
const REASON = { reasonKind: 'returned', reason: 'Sent back' } as const;

interface PaidOne {
  id: string;
  accountId: string;
  gatewayRef: string;
  payableId: string;
  amountMinor: number;
}

/**
 * Gives back some of what was paid on invoices: all of it, which is owed again; a third of it, which a credit note takes off
 * the claim; and a half by way of the gateway's own dashboard, explained here afterwards. Gives how many.
 */
export async function refundSome(
  house: House,
  sandbox: SandboxProcess,
  actor: Actor & { kind: 'person'; id: string },
): Promise<number> {
  const chosen = (await paidOnes(house)).filter((_, i) => i % EVERY === 0);
  for (const [i, paid] of chosen.entries()) {
    if (i % 3 === 0) await refundHere(house, paid, { amountMinor: paid.amountMinor, outcome: 'owed-again', actor });
    const thirdMinor = Math.ceil(paid.amountMinor / 3);
    if (i % 3 === 1) await refundHere(house, paid, { amountMinor: thirdMinor, outcome: 'claim-reduced', actor });
    if (i % 3 === 2) await refundThere(house, sandbox, paid, actor);
  }
  return chosen.length;
}

/** Paid by card on one invoice, and not disputed. */
async function paidOnes({ db }: House): Promise<PaidOne[]> {
  const rows = await db.read
    .selectFrom('payment')
    .innerJoin('payment_payable as part', 'part.payment_id', 'payment.id')
    .innerJoin('payable', 'payable.id', 'part.payable_id')
    .leftJoin('dispute', 'dispute.payment_id', 'payment.id')
    .select(['payment.id', 'payment.account_id', 'payment.gateway_ref', 'part.payable_id', 'payment.amount_minor'])
    .where('payment.state', '=', 'paid')
    .where('payment.method', '=', 'card')
    .where('payable.kind', '=', 'invoice')
    .where('dispute.id', 'is', null)
    .orderBy('payment.id')
    .execute();
  return rows.map((row) => ({
    id: row.id,
    accountId: row.account_id ?? '',
    gatewayRef: row.gateway_ref ?? '',
    payableId: row.payable_id,
    amountMinor: row.amount_minor,
  }));
}

async function refundHere(
  house: House,
  paid: PaidOne,
  { amountMinor, ...order }: { amountMinor: number; outcome: 'owed-again' | 'claim-reduced'; actor: Actor },
): Promise<void> {
  await refundPayment(house, {
    ...{ paymentId: paid.id, shares: [{ payableId: paid.payableId, amountMinor }], method: 'card', reference: '' },
    ...{ ...REASON, ...order, submissionId: newId('req') },
  });
}

async function refundThere(
  house: House,
  sandbox: SandboxProcess,
  paid: PaidOne,
  actor: Actor & { kind: 'person'; id: string },
): Promise<void> {
  const account = sandbox.accounts().find((one) => one.accountId === paid.accountId);
  const amountMinor = Math.max(1, Math.floor(paid.amountMinor / 2));
  const answer = await fetch(`${house.config.sandboxApiUrl}/v1/refunds`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${account?.secretKey}`,
      'content-type': 'application/x-www-form-urlencoded',
      connection: 'close',
    },
    body: new URLSearchParams({ payment_intent: paid.gatewayRef, amount: String(amountMinor) }),
  });
  const { id: gatewayRef } = (await answer.json()) as { id: string };
  await hearOfRefund(house, paid.accountId, gatewayRef);
  const { id } = await house.db.read
    .selectFrom('refund')
    .select('id')
    .where('account_id', '=', paid.accountId)
    .where('gateway_ref', '=', gatewayRef)
    .executeTakeFirstOrThrow();
  await explainRefund(house, {
    ...{ refundId: id, shares: [{ payableId: paid.payableId, amountMinor }], outcome: 'owed-again' },
    ...{ ...REASON, actor },
  });
}
