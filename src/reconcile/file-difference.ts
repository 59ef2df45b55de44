import type { Account } from '../accounts/account.ts';
import type { PaymentParts } from '../payments/payment-parts.ts';
import { nowIso } from '../platform/clock.ts';
import { newId } from '../platform/ids.ts';
import { askAgain } from './ask-again.ts';
import { type Comparison, type Difference, type ObjectKind, subjectOf } from './difference.ts';
import { OBJECT_KINDS } from './object-kinds.ts';
import { openDifferenceCase } from './open-difference-case.ts';
import type { Run } from './run.ts';

/**
 * What becomes of something that differs: it is asked for again, written down, and told to the verb that any word about it
 * goes to, which settles what is safe; what still differs then is a case. Gives how it then compares.
 * Errors: GatewayError when the gateway cannot be asked; then what was written down is found again.
 */
export async function fileDifference(
  parts: PaymentParts,
  found: { account: Account; kind: ObjectKind; quietSince: string; run: Run; difference: Difference },
): Promise<Comparison> {
  const { account, kind, quietSince, run, difference } = found;
  const { ours, theirs } = difference;
  const named = { account, kind, ourId: ours?.id, ref: theirs?.ref ?? ours?.ref, quietSince };
  const again = await askAgain(parts, named);
  const [still] = again.differences;
  if (!still) return again;
  const id = await writeDown(parts, run, kind, still);
  if (still.theirs) await OBJECT_KINDS[kind].hear(parts, account.id, still.theirs.ref);
  const after = await askAgain(parts, named);
  const [left] = after.differences;
  if (!left) await endAsRepaired(parts, id);
  await openDifferenceCase(parts, {
    ...{ id, kind, accountId: account.id },
    ...{ difference: left ?? still, isRepaired: left === undefined },
  });
  return after;
}

/** Once, however often it is found. Gives its id. */
async function writeDown({ db, clock }: PaymentParts, run: Run, kind: ObjectKind, found: Difference): Promise<string> {
  const { ours, theirs } = found;
  const named = { account_id: run.accountId, object_kind: kind, kind: found.kind, subject: subjectOf(found) };
  await db.q
    .insertInto('reconcile_difference')
    .values({
      id: newId('dif'),
      ...named,
      run_id: run.id,
      our_id: ours?.id ?? null,
      gateway_ref: theirs?.ref ?? ours?.ref ?? null,
      currency: theirs?.currency ?? ours?.currency ?? '',
      here_minor: ours?.amountMinor ?? null,
      there_minor: theirs?.amountMinor ?? null,
      state: 'open',
      found_at: nowIso(clock),
      ended_at: null,
      case_id: null,
    })
    .onConflict((clash) => clash.doNothing())
    .execute();
  const { id } = await db.q
    .selectFrom('reconcile_difference')
    .select('id')
    .where((eb) => eb.and(named))
    .where('state', '=', 'open')
    .executeTakeFirstOrThrow();
  return id;
}

async function endAsRepaired({ db, clock }: PaymentParts, id: string): Promise<void> {
  await db.q
    .updateTable('reconcile_difference')
    .set({ state: 'repaired', ended_at: nowIso(clock) })
    .where('id', '=', id)
    .where('state', '=', 'open')
    .execute();
}
