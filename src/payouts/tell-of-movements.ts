import { openCase } from '../cases/open-case.ts';
import type { GatewayMovement } from '../gateway/gateway.ts';
import { showMoneyWithCode } from '../money/show-money.ts';
import type { Clock } from '../platform/clock.ts';
import type { Db } from '../platform/database/database.ts';
import type { MovementState } from './movement.ts';

type Told = Pick<
  GatewayMovement,
  'ref' | 'type' | 'meaning' | 'currency' | 'netMinor' | 'sourceRef' | 'reference' | 'description' | 'createdAt'
> & { id: string; accountId: string; state: MovementState };

/**
 * Opens a case for each movement that belongs to nothing of ours, and one a day and account for what another business
 * moves there: it may be thousands. Call it in the transaction that books them into suspense.
 */
export async function tellOfMovements(parts: { db: Db; clock: Clock }, movements: readonly Told[]): Promise<void> {
  for (const one of movements) {
    if (one.state === 'unmatched') await tellOfOne(parts, one);
  }
  const foreign = movements.filter((one) => one.state === 'foreign');
  const days = new Map(foreign.map((one) => [one.createdAt.slice(0, 10), one]));
  for (const [day, { accountId }] of days) {
    await openCase(parts, {
      kind: 'unmatched-movement',
      dedupeKey: `foreign-${accountId}-${day}`,
      subjectKind: 'account',
      subjectId: accountId,
      summary: `On ${day} money moved on this account that this portal did not move: what was charged carries no mark of ours. It stands in suspense. Look at the movements that are not ours, and move it on in the books once you know whose it is.`,
      detail: { day },
    });
  }
}

async function tellOfOne(parts: { db: Db; clock: Clock }, one: Told): Promise<void> {
  const sum = showMoneyWithCode({ amountMinor: one.netMinor, currency: one.currency });
  const why =
    one.meaning === 'other'
      ? `of a kind that the books do not know (${one.type}${one.description ? `: ${one.description}` : ''})`
      : `whose mark (${one.reference}) leads to nothing here`;
  await openCase(parts, {
    kind: 'unmatched-movement',
    dedupeKey: `movement-${one.id}`,
    subjectKind: 'movement',
    subjectId: one.id,
    summary: `The gateway moved ${sum} (${one.sourceRef ?? one.ref}), ${why}. It stands in suspense: find out what it was for, then move it on in the books.`,
    detail: { gatewayRef: one.ref, netMinor: one.netMinor, currency: one.currency },
  });
}
