import { type Actor, recordAudit } from '../audit/record.ts';
import { type AccountCheck, type Gateway, GatewayError } from '../gateway/gateway.ts';
import { type Clock, nowIso } from '../platform/clock.ts';
import type { Account } from './account.ts';
import { type GatewayAccess, gatewayOf, readAccount } from './accounts.store.ts';

/**
 * Asks the gateway whether an account works and keeps what it said. Gives the account as it then is.
 * Errors: 404; a gateway that refuses or does not answer is a problem of the account, not an error.
 */
export async function checkAccount(
  parts: GatewayAccess & { clock: Clock },
  { accountId, actor }: { accountId: string; actor: Actor },
): Promise<Account> {
  const { db, clock } = parts;
  const account = await readAccount(db, accountId);
  const answer = await askGateway(await gatewayOf(parts, accountId), account.livemode);
  await db.tx(async () => {
    await db.q
      .updateTable('account')
      .set({
        checked_at: nowIso(clock),
        check_problems: JSON.stringify(answer.problems),
        ...(answer.accountRef ? { gateway_account_ref: answer.accountRef } : {}),
      })
      .where('id', '=', accountId)
      .execute();
    await recordAudit(parts, {
      actor,
      action: 'account.checked',
      subjectKind: 'account',
      subjectId: accountId,
      detail: { problems: answer.problems },
    });
  });
  return readAccount(db, accountId);
}

/** What a check came to; `error` when the gateway gave no answer that tells anything about the account. */
export interface CheckAnswer {
  accountRef: string | undefined;
  problems: string[];
  error: GatewayError | undefined;
}

/** One live question to the gateway, never in a transaction. */
export async function askGateway(gateway: Gateway, livemode: boolean): Promise<CheckAnswer> {
  try {
    const check: AccountCheck = await gateway.checkAccount();
    const problems = [...check.problems];
    if (check.livemode !== livemode) {
      const word = (live: boolean) => (live ? 'live' : 'test');
      problems.push(
        `The gateway says that the secret key is for ${word(check.livemode)} mode, not ${word(livemode)} mode.`,
      );
    }
    return { accountRef: check.accountRef, problems, error: undefined };
  } catch (error) {
    if (!(error instanceof GatewayError)) throw error;
    return { accountRef: undefined, problems: [sentenceOf(error)], error };
  }
}

function sentenceOf(error: GatewayError): string {
  if (error.kind === 'bad-keys') {
    return 'The gateway does not accept the secret key: it is wrong, expired, or restricted without the right to read the account and its balance.';
  }
  if (error.kind === 'refused' || error.kind === 'not-found') {
    return `The gateway refused the question (${error.code}). Check the account in its dashboard.`;
  }
  return 'The gateway could not be reached. Nothing is known about the account; check it again in a minute.';
}
