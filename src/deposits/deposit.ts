import { totalFault } from '../invoices/invoice.ts';
import { isCurrency } from '../money/currency.ts';
import { percentOf } from '../money/percent.ts';
import type { FieldErrors } from '../platform/refusal.ts';
import { isPlainLine, tidyLine, tidyLines } from '../platform/text-key.ts';

/** What is asked for before there is an invoice. */
export interface DepositDraft {
  customerId: string;
  currency: string;
  /** The sum asked for, whole minor units. */
  totalMinor: number;
  /** The ERP's order, or empty. */
  orderReference: string;
  /** What the whole order comes to, where it is known: whole minor units of the same currency. */
  orderTotalMinor: number | null;
  /** Where the sum is a part of the order's total: in hundredths of a percent, 3000 is 30 %. */
  percentBasisPoints?: number | null;
  note: string;
}

/** The first number given is D-1001. */
export const FIRST_DEPOSIT_NUMBER = 1001;

export function depositNumber(sequenceNumber: number): string {
  return `D-${sequenceNumber}`;
}

/** The draft as it is stored: no blanks around, line feeds only. */
export function tidyDeposit(draft: DepositDraft): DepositDraft {
  return { ...draft, orderReference: tidyLine(draft.orderReference), note: tidyLines(draft.note) };
}

/** A sentence for each field that cannot stand; of a tidy draft. Empty when all is well. */
export function depositFaults(draft: DepositDraft): FieldErrors {
  const faults: FieldErrors = {};
  if (!draft.customerId) faults.customerId = 'Choose the customer.';
  if (!isCurrency(draft.currency)) faults.currency = 'Choose a currency.';
  const total = totalFault(draft.totalMinor);
  if (total) faults.total = total;
  if (draft.percentBasisPoints) Object.assign(faults, percentFaults(draft, draft.percentBasisPoints));
  else if (draft.orderTotalMinor !== null) {
    const orderTotal = totalFault(draft.orderTotalMinor);
    if (orderTotal) faults.orderTotal = orderTotal;
    else if (draft.orderTotalMinor < draft.totalMinor) faults.orderTotal = 'The order comes to less than the deposit.';
  }
  if (draft.orderReference.length > 100) faults.orderReference = 'At most 100 characters fit here.';
  else if (!isPlainLine(draft.orderReference)) faults.orderReference = 'This is one line of plain text.';
  if (draft.note.length > 2000) faults.note = 'A note has at most 2,000 characters.';
  return faults;
}

/** The sum must be the part of the order that it is said to be. */
function percentFaults({ orderTotalMinor, totalMinor }: DepositDraft, basisPoints: number): FieldErrors {
  if (orderTotalMinor === null) return { orderTotal: 'Enter the total of the order: the deposit is a part of it.' };
  const fault = totalFault(orderTotalMinor);
  if (fault) return { orderTotal: fault };
  const partMinor = percentOf(orderTotalMinor, basisPoints);
  if (partMinor === 0) return { percent: 'This part of the order comes to nothing.' };
  return partMinor === totalMinor ? {} : { total: 'The sum is not that part of the order.' };
}
