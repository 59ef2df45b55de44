import { type VerifyParts, verifyChain } from '../audit/verify-chain.ts';
import type { CheckResult } from './check.ts';

/** Holds the audit log against its chain, and the chain against what was written down outside the database. */
export async function checkAudit(parts: VerifyParts): Promise<CheckResult> {
  const { sealed, anchors, faults } = await verifyChain(parts);
  const held = anchors === 0 ? 'nothing outside the database to hold it against' : `held against ${anchors} anchors`;
  return {
    invariant: 9,
    promise: `no line of the audit log was edited, deleted, swapped, cut off or inserted (${held})`,
    looked: sealed,
    broken: faults.map((fault) => ({ ...fault })),
  };
}
