import { type Account, accountLabel } from '../accounts/account.ts';
import { gatewayOf, listAccounts } from '../accounts/accounts.store.ts';
import type { PaymentParts } from '../payments/payment-parts.ts';
import { nowIso } from '../platform/clock.ts';
import type { Db } from '../platform/database/database.ts';
import { askAgain } from './ask-again.ts';
import type { CheckResult } from './check.ts';
import { comparePage } from './compare-page.ts';
import {
  type Comparison,
  type Difference,
  type DifferenceKind,
  type ObjectKind,
  type Ours,
  subjectOf,
} from './difference.ts';
import { KIND_NAMES, listThere, PAGE_OBJECTS } from './object-kinds.ts';
import { bookedOurs } from './ours.store.ts';
import { everythingSince } from './runs.store.ts';

/** Which promise each difference breaks. */
const PROMISES: Array<{ kind: ObjectKind; invariant: number; promise: string; broken: DifferenceKind[] }> = [
  {
    kind: 'payment',
    invariant: 2,
    promise: 'nothing that is over here is open at the gateway',
    broken: ['still-open'],
  },
  {
    kind: 'payment',
    invariant: 3,
    promise: 'every charge at the gateway is booked once',
    broken: ['not-booked', 'unknown'],
  },
  {
    kind: 'payment',
    invariant: 4,
    promise: 'every card payment here is the same charge there',
    broken: ['not-paid', 'amount-differs'],
  },
  {
    kind: 'refund',
    invariant: 5,
    promise: 'refunds here equal refunds there',
    broken: ['not-booked', 'not-paid', 'amount-differs', 'made-outside', 'unknown', 'still-open'],
  },
  {
    kind: 'dispute',
    invariant: 5,
    promise: 'what banks took and gave back is the same here and there',
    broken: ['not-booked', 'not-paid', 'amount-differs', 'made-outside', 'unknown', 'still-open'],
  },
];

/**
 * Holds all that the gateways of every account ever held against ours, both ways, with the comparison of the desk; reads
 * only. What differs is asked for again, so that a payment under way is no difference. Errors: GatewayError.
 */
export async function checkGateway(parts: PaymentParts): Promise<CheckResult[]> {
  const results: CheckResult[] = [];
  for (const account of await listAccounts(parts.db)) {
    for (const kind of KIND_NAMES) {
      const { looked, differences } = await differencesOf(parts, account, kind);
      for (const promise of PROMISES.filter((one) => one.kind === kind)) {
        const broken = differences.filter((one) => promise.broken.includes(one.kind)).map(rowOf);
        results.push({
          invariant: promise.invariant,
          promise: `${promise.promise} (${accountLabel(account)})`,
          looked,
          broken,
        });
      }
    }
  }
  return results;
}

async function differencesOf(
  parts: PaymentParts,
  account: Account,
  kind: ObjectKind,
): Promise<{ looked: number; differences: Difference[] }> {
  const { db, clock } = parts;
  const gateway = await gatewayOf(parts, account.id);
  const quietSince = nowIso(clock);
  const suspected = new Map<string, Difference>();
  const suspect = ({ differences }: Comparison) => {
    for (const one of differences) suspected.set(subjectOf(one), one);
  };
  const seen = new Set<string>();
  for await (const theirs of listThere(gateway, kind, { sinceIso: await everythingSince(db, account.id) })) {
    for (const { ref } of theirs) seen.add(ref);
    suspect(await comparePage(db, { account, kind, theirs, quietSince }));
  }
  for await (const booked of bookedPages(db, kind, account)) {
    const ourIds = booked.filter((one) => !seen.has(one.ref ?? '')).map((one) => one.id);
    suspect(await comparePage(db, { account, kind, theirs: [], ourIds, quietSince }));
  }
  const differences: Difference[] = [];
  for (const { ours, theirs } of suspected.values()) {
    const named = { account, kind, ourId: ours?.id, ref: theirs?.ref ?? ours?.ref, quietSince };
    differences.push(...(await askAgain(parts, named)).differences);
  }
  return { looked: seen.size, differences };
}

async function* bookedPages(db: Db, kind: ObjectKind, account: Account): AsyncIterable<Ours[]> {
  let page: Ours[] = [];
  do {
    page = await bookedOurs(db, kind, account, { afterId: page.at(-1)?.id ?? '', limit: PAGE_OBJECTS });
    yield page;
  } while (page.length > 0);
}

/** A difference as a line that a person can look up on both sides. */
function rowOf({ kind, ours, theirs }: Difference): Record<string, unknown> {
  return {
    fault: kind,
    id: ours?.id ?? theirs?.reference,
    gatewayRef: theirs?.ref ?? ours?.ref,
    here: ours && `${ours.stage} ${ours.amountMinor} ${ours.currency}`,
    there: theirs && `${theirs.stage} ${theirs.amountMinor} ${theirs.currency}`,
  };
}
