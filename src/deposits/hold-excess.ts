import { SYSTEM } from '../audit/record.ts';
import { allocate } from '../payables/allocate.ts';
import type { Payable } from '../payables/payable.ts';
import type { Clock } from '../platform/clock.ts';
import type { Db } from '../platform/database/database.ts';
import { requestDeposit } from './request-deposit.ts';

/** Gives money paid beyond what was due a home: a held deposit of the customer, in the settling transaction. */
export async function holdExcess(
  parts: { db: Db; clock: Clock },
  excess: { customerId: string; currency: string; amountMinor: number; paymentId: string },
): Promise<Payable> {
  const deposit = await requestDeposit(
    parts,
    {
      customerId: excess.customerId,
      currency: excess.currency,
      totalMinor: excess.amountMinor,
      orderReference: '',
      orderTotalMinor: null,
      note: 'Paid beyond what was due.',
    },
    SYSTEM,
  );
  return allocate(parts, deposit, { paymentId: excess.paymentId, amountMinor: excess.amountMinor });
}
