import { openCase } from '../cases/open-case.ts';
import { showMoneyWithCode } from '../money/show-money.ts';
import type { Clock } from '../platform/clock.ts';
import { DAY_MS } from '../platform/clock.ts';
import type { Db } from '../platform/database/database.ts';
import { offMinor, type Payout, whatIsOff } from './payout.ts';
import { readPayout } from './payouts.store.ts';

/** By then a gateway has long said what an automatic payout pays out. */
const SILENCE_MS = 5 * DAY_MS;

/**
 * Opens a case for a payout that does not add up, whose movements the gateway never tells, or that came back from the
 * bank; each once.
 */
export async function tellOfPayout(parts: { db: Db; clock: Clock }, payoutId: string): Promise<void> {
  const payout = await readPayout(parts.db, payoutId);
  const unexplained = whatIsOff(payout) ?? (isSilent(parts.clock, payout) ? SILENT : undefined);
  if (unexplained) await tell(parts, payout, 'unmatched-payout', unexplained);
  if (payout.state === 'failed') {
    const why = payout.failureCode ? ` The gateway says: ${payout.failureCode.replaceAll('_', ' ')}.` : '';
    await tell(
      parts,
      payout,
      'failed-payout',
      `It did not reach the bank and is in the balance at the gateway again.${why} Look at the bank account that the gateway has, then see that the next payout arrives.`,
    );
  }
}

const SILENT =
  'The gateway has not said for five days what it pays out. Ask the gateway for it on the page of the payout, or its support.';

function isSilent(clock: Clock, { matching, arrivalOn, state }: Payout): boolean {
  if (matching !== 'waiting' || state === 'cancelled') return false;
  return clock.now().getTime() - Date.parse(`${arrivalOn}T00:00:00Z`) > SILENCE_MS;
}

async function tell(
  parts: { db: Db; clock: Clock },
  payout: Payout,
  kind: 'unmatched-payout' | 'failed-payout',
  sentence: string,
): Promise<void> {
  const sum = showMoneyWithCode({ amountMinor: payout.amountMinor, currency: payout.currency });
  await openCase(parts, {
    kind,
    dedupeKey: `${kind}-${payout.id}`,
    subjectKind: 'payout',
    subjectId: payout.id,
    summary: `The payout of ${sum} (${payout.gatewayRef}): ${sentence}`,
    detail: {
      gatewayRef: payout.gatewayRef,
      movements: payout.movementCount,
      movementsMinor: payout.movementsMinor,
      ...(payout.matching === 'off' ? { differenceMinor: offMinor(payout) } : {}),
      currency: payout.currency,
    },
  });
}
