import { SYSTEM } from '../audit/record.ts';
import { allocate } from '../payables/allocate.ts';
import type { Payable } from '../payables/payable.ts';
import type { Clock } from '../platform/clock.ts';
import type { Db } from '../platform/database/database.ts';
import { requestDeposit } from './request-deposit.ts';

/**
 * Gives money that no document takes a home: a held deposit of the customer, in the transaction that books it. What a
 * payment had settled before names the row that took it back (`reverses`).
 */
export async function holdExcess(
  parts: { db: Db; clock: Clock },
  excess: {
    customerId: string;
    currency: string;
    amountMinor: number;
    paymentId: string;
    note?: string;
    reverses?: string | undefined;
  },
): Promise<Payable> {
  const deposit = await requestDeposit(
    parts,
    {
      customerId: excess.customerId,
      currency: excess.currency,
      totalMinor: excess.amountMinor,
      orderReference: '',
      orderTotalMinor: null,
      note: excess.note ?? 'Paid beyond what was due.',
    },
    SYSTEM,
  );
  return allocate(parts, deposit, {
    paymentId: excess.paymentId,
    amountMinor: excess.amountMinor,
    reverses: excess.reverses,
  });
}
