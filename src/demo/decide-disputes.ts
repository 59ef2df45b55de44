import type { Actor } from '../audit/record.ts';
import { decideDispute } from '../disputes/decide-dispute.ts';
import { sweepDisputes } from '../disputes/sweep-disputes.ts';
import { takeInDispute } from '../disputes/take-in-dispute.ts';
import type { House } from '../wire.ts';

/**
 * Lets the sandbox's bank decide what is disputed, in turn for us and for the cardholder, and says of what is lost in turn
 * that it is owed again or written off. Gives how many were decided.
 */
export async function decideDisputes(house: House, actor: Actor & { kind: 'person'; id: string }): Promise<number> {
  await sweepDisputes(house);
  const open = await house.db.read
    .selectFrom('dispute')
    .select(['id', 'account_id', 'gateway_ref'])
    .where('state', '=', 'needs_response')
    .orderBy('id')
    .execute();
  for (const [i, { id, account_id, gateway_ref }] of open.entries()) {
    const outcome = i % 3 === 0 ? 'won' : 'lost';
    await bankDecides(house, gateway_ref, outcome);
    await takeInDispute(house, account_id, gateway_ref);
    if (outcome === 'won') continue;
    const claim = i % 3 === 1 ? 'owed-again' : 'written-off';
    await decideDispute(house, { disputeId: id, outcome: claim, reason: 'The bank decided for the cardholder', actor });
  }
  return open.length;
}

async function bankDecides({ config }: House, disputeRef: string, outcome: 'won' | 'lost'): Promise<void> {
  const answer = await fetch(`${config.sandboxApiUrl}/_control/disputes/${disputeRef}/decision`, {
    method: 'POST',
    headers: { 'x-sandbox-control': '1', 'content-type': 'application/json', connection: 'close' },
    body: JSON.stringify({ outcome }),
  });
  if (!answer.ok) throw new Error(`the sandbox decided nothing: ${await answer.text()}`);
}
