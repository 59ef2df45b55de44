import type { Account } from '../accounts/account.ts';
import { gatewayOf, readAccount } from '../accounts/accounts.store.ts';
import type { PaymentParts } from '../payments/payment-parts.ts';
import { readMovements } from '../payouts/read-movements.ts';
import { wantReading } from '../payouts/want-reading.ts';
import { laterIso, MINUTE_MS } from '../platform/clock.ts';
import { comparePage } from './compare-page.ts';
import { type Comparison, type ObjectKind, subjectOf } from './difference.ts';
import { earlierDifferences } from './differences.store.ts';
import { fileDifference } from './file-difference.ts';
import { listThere, PAGE_OBJECTS } from './object-kinds.ts';
import { unsightedOurs } from './ours.store.ts';
import { reviewDifference } from './review-difference.ts';
import { CLOCKS_DIFFER_MS, earlierIso, type Run, type Step } from './run.ts';

/** Whoever pays or refunds has booked it by then, or died. */
const UNDER_WAY_MS = 2 * MINUTE_MS;
const EARLIER_AT_ONCE = 20;

/** What a page of a run came to. */
export interface LookedAt {
  kind: ObjectKind | undefined;
  /** How many objects of the gateway it held. */
  looked: number;
  /** As they are now that what could be repaired is. */
  comparisons: Comparison[];
  sighted: string[];
  /** Where the step goes on; undefined at its end. */
  passedRef: string | undefined;
}

interface Look {
  run: Run;
  step: Step;
  /** Called before every longer deed: throws when another process has taken the run over. */
  hold(): Promise<void>;
}

/**
 * Looks at the next page of a run's step; differences are filed, which repairs what can be. May be done again: each is found
 * as it then is. Errors: GatewayError when the gateway cannot be asked.
 */
export async function lookAtPage(parts: PaymentParts, look: Look): Promise<LookedAt> {
  const account = await readAccount(parts.db, look.run.accountId);
  const quietSince = laterIso(parts.clock, -UNDER_WAY_MS);
  const { step } = look;
  switch (step.side) {
    case 'earlier':
      return lookAgain(parts, look, account, quietSince);
    case 'there':
      return lookThere(parts, look, { account, kind: step.kind, quietSince });
    case 'here':
      return lookHere(parts, look, { account, kind: step.kind, quietSince });
    case 'balance':
      return readBalance(parts, account);
  }
}

interface At {
  account: Account;
  kind: ObjectKind;
  quietSince: string;
}

async function lookAgain(
  parts: PaymentParts,
  { run, hold }: Look,
  account: Account,
  quietSince: string,
): Promise<LookedAt> {
  const rows = await earlierDifferences(parts.db, run, EARLIER_AT_ONCE);
  for (const row of rows) {
    await hold();
    await reviewDifference(parts, { account, run, row, quietSince });
  }
  const passedRef = rows.length === EARLIER_AT_ONCE ? rows.at(-1)?.id : undefined;
  return { kind: undefined, looked: 0, comparisons: [], sighted: [], passedRef };
}

/** It has its own place, and books each movement once; what it does not match has a case of its own. */
async function readBalance(parts: PaymentParts, { id }: Account): Promise<LookedAt> {
  await wantReading(parts, id);
  await readMovements(parts);
  return { kind: undefined, looked: 0, comparisons: [], sighted: [], passedRef: undefined };
}

async function lookThere(parts: PaymentParts, { run, hold }: Look, at: At): Promise<LookedAt> {
  const gateway = await gatewayOf(parts, run.accountId);
  const sinceIso = earlierIso(run.since, CLOCKS_DIFFER_MS);
  for await (const theirs of listThere(gateway, at.kind, { sinceIso, afterRef: run.passedRef })) {
    const comparison = await comparePage(parts.db, { ...at, theirs });
    const comparisons = await filed(parts, { run, hold }, at, comparison);
    const passedRef = theirs.length === PAGE_OBJECTS ? theirs.at(-1)?.ref : undefined;
    const foreign = new Set(comparison.foreign.map((one) => one.ref));
    const sighted = theirs.map((one) => one.ref).filter((ref) => !foreign.has(ref));
    return { kind: at.kind, looked: theirs.length, comparisons, sighted, passedRef };
  }
  return { kind: at.kind, looked: 0, comparisons: [], sighted: [], passedRef: undefined };
}

/** Ours that the gateway did not list: what is sighted here is only not asked for again. */
async function lookHere(parts: PaymentParts, { run, hold }: Look, at: At): Promise<LookedAt> {
  const span = { runId: run.id, since: run.since, before: run.startedAt, limit: PAGE_OBJECTS };
  const missing = await unsightedOurs(parts.db, at.kind, at.account, span);
  const ourIds = missing.map((one) => one.id);
  const comparisons = await filed(parts, { run, hold }, at, await comparePage(parts.db, { ...at, theirs: [], ourIds }));
  const sighted = missing.map((ours) => subjectOf({ ours, theirs: undefined }));
  const passedRef = missing.length === PAGE_OBJECTS ? sighted.at(-1) : undefined;
  return { kind: at.kind, looked: 0, comparisons, sighted, passedRef };
}

/** The same page with each difference in it filed, and as it then is. */
async function filed(
  parts: PaymentParts,
  { run, hold }: Omit<Look, 'step'>,
  at: At,
  comparison: Comparison,
): Promise<Comparison[]> {
  const comparisons: Comparison[] = [{ ...comparison, differences: [] }];
  for (const difference of comparison.differences) {
    await hold();
    comparisons.push(await fileDifference(parts, { ...at, run, difference }));
  }
  return comparisons;
}
