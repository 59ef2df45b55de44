import { type Actor, recordAudits } from '../audit/record.ts';
import { plainAmount } from '../money/show-money.ts';
import type { Clock } from '../platform/clock.ts';
import type { Db } from '../platform/database/database.ts';
import type { Refund } from './refund.ts';

/** What is told of a refund: in its own history as `refund.…`, in those of what it touches as `invoice.refund-…`. */
export type RefundDeed =
  | 'ordered'
  | 'found'
  | 'approved'
  | 'declined'
  | 'withdrawn'
  | 'explained'
  | 'succeeded'
  | 'failed'
  | 'cancelled';

/** Notes a deed on a refund, on its payment and on its documents, in the transaction of the deed. */
export async function auditRefund(
  parts: { db: Db; clock: Clock },
  refund: Refund,
  { deed, actor, more = {} }: { deed: RefundDeed; actor: Actor; more?: Record<string, unknown> },
): Promise<void> {
  const sum = (amountMinor: number) => ({
    amount: plainAmount({ amountMinor, currency: refund.currency }),
    currency: refund.currency,
  });
  const detail = { refundId: refund.id, method: refund.method, gatewayRef: refund.gatewayRef, ...more };
  const touched = [
    ...(refund.paymentId ? [{ kind: 'payment', id: refund.paymentId, amountMinor: refund.amountMinor }] : []),
    ...refund.lines.map(({ payableId, amountMinor }) => ({
      kind: payableId.startsWith('inv_') ? 'invoice' : 'deposit',
      id: payableId,
      amountMinor,
    })),
  ];
  await recordAudits(parts, [
    {
      actor,
      action: `refund.${deed}`,
      subjectKind: 'refund',
      subjectId: refund.id,
      detail: { ...detail, ...sum(refund.amountMinor) },
    },
    ...touched.map(({ kind, id, amountMinor }) => ({
      actor,
      action: `${kind}.${deed === 'succeeded' ? 'refunded' : `refund-${deed}`}`,
      subjectKind: kind,
      subjectId: id,
      detail: { ...detail, ...sum(amountMinor) },
    })),
  ]);
}
