import type { Selectable } from 'kysely';
import { openCase } from '../cases/open-case.ts';
import { showMoneyWithCode } from '../money/show-money.ts';
import type { PaymentParts } from '../payments/payment-parts.ts';
import { DAY_MS, HOUR_MS, laterIso, MINUTE_MS, nowIso } from '../platform/clock.ts';
import type { GatewayMovementTable } from '../platform/database/tables.ts';
import { stateOfMovement, type Tie } from './movement.ts';
import { tiesOf } from './movements.store.ts';

const AT_ONCE = 200;
/** What is ours is usually booked within minutes; by then somebody must look. */
const CASE_AFTER_MS = DAY_MS;
const HORIZON_MS = 60 * DAY_MS;

/**
 * Looks again at movements that wait for a payment or a refund of ours to be booked, ever more rarely, and opens a case
 * for one that still waits after a day. Gives how many it looked at.
 */
export async function matchMovements(parts: PaymentParts): Promise<number> {
  const { db, clock } = parts;
  const due = await db.read
    .selectFrom('gateway_movement')
    .selectAll()
    .where('next_look_at', '<=', nowIso(clock))
    .orderBy('next_look_at')
    .limit(AT_ONCE)
    .execute();
  for (const accountId of new Set(due.map((row) => row.account_id))) {
    const rows = due.filter((row) => row.account_id === accountId);
    const traces = new Map(
      rows.map((row) => [
        row.id,
        {
          ref: row.gateway_ref,
          paymentRef: row.gateway_payment_ref ?? undefined,
          sourceRef: row.source_ref ?? undefined,
          reference: row.reference ?? undefined,
        },
      ]),
    );
    await db.tx(async () => {
      const tieOf = await tiesOf(db, accountId, [...traces.values()]);
      for (const row of rows) {
        const trace = traces.get(row.id);
        if (trace) await lookAt(parts, row, tieOf(trace));
      }
    });
  }
  return due.length;
}

type Row = Selectable<GatewayMovementTable>;

async function lookAt(parts: PaymentParts, row: Row, tie: Tie): Promise<void> {
  const { db, clock } = parts;
  const matched = stateOfMovement({ meaning: row.meaning, reference: row.reference ?? undefined }, tie) === 'matched';
  const ageMs = clock.now().getTime() - Date.parse(row.created_at);
  await db.q
    .updateTable('gateway_movement')
    .set({
      payment_id: tie.payment?.id ?? tie.refund?.paymentId ?? tie.dispute?.paymentId ?? row.payment_id,
      refund_id: tie.refund?.id ?? row.refund_id,
      dispute_id: tie.dispute?.id ?? row.dispute_id,
      ...(matched ? { state: 'matched', next_look_at: null } : { next_look_at: nextLook(parts, ageMs) }),
    })
    .where('id', '=', row.id)
    .where('state', '=', 'waiting')
    .execute();
  if (!matched && ageMs > CASE_AFTER_MS) await callAPerson(parts, row);
}

function nextLook({ clock }: PaymentParts, ageMs: number): string | null {
  if (ageMs > HORIZON_MS) return null;
  return laterIso(clock, ageMs < HOUR_MS ? MINUTE_MS : ageMs < DAY_MS ? 15 * MINUTE_MS : 6 * HOUR_MS);
}

async function callAPerson(parts: PaymentParts, row: Row): Promise<void> {
  const sum = showMoneyWithCode({ amountMinor: row.net_minor, currency: row.currency });
  await openCase(parts, {
    kind: 'unmatched-movement',
    dedupeKey: `movement-${row.id}`,
    subjectKind: row.payment_id ? 'payment' : 'movement',
    subjectId: row.payment_id ?? row.id,
    summary: `The gateway moved ${sum} (${row.source_ref ?? row.gateway_ref}) for something of ours that has not been booked here for a day. Look at it here and at the gateway; once it is booked it matches by itself.`,
    detail: { gatewayRef: row.gateway_ref, netMinor: row.net_minor, currency: row.currency },
  });
}
