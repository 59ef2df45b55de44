import { plainAmount } from '../money/show-money.ts';
import type { Cell } from '../platform/cell.ts';
import { batchNumber } from './export-batch.ts';
import { type MoneyMoved, type Movement, type MovementDocument, movementType } from './movement.ts';
import type { Listed, Preset } from './preset.ts';

/** All that we know of each movement, a row for each document of it; gross, fee and net add up over any choice of rows. */
export const movementsPreset: Preset = {
  label: 'All movements, all columns',
  hint: 'A row for each document of each movement, with fee and net. For Excel, and for programs with a mapping of their own.',
  formats: ['csv', 'xlsx'],
  columns: [
    { title: 'receipt_no', width: 12 },
    { title: 'payment_id', width: 32 },
    { title: 'type', width: 16 },
    { title: 'created_at_utc', width: 20 },
    { title: 'local_date', width: 12 },
    { title: 'settled_date', width: 12 },
    { title: 'payout_id', width: 28 },
    { title: 'account', width: 22 },
    { title: 'gateway', width: 10 },
    { title: 'gateway_ref', width: 30 },
    { title: 'customer_number', width: 16 },
    { title: 'customer_name', width: 32 },
    { title: 'document_type', width: 14 },
    { title: 'document_no', width: 16 },
    { title: 'po_number', width: 16 },
    { title: 'currency', width: 9 },
    { title: 'gross', width: 14 },
    { title: 'fee', width: 12 },
    { title: 'net', width: 14 },
    { title: 'amount_applied', width: 15 },
    { title: 'amount_unapplied', width: 17 },
    { title: 'method', width: 10 },
    { title: 'card_brand', width: 12 },
    { title: 'card_last4', width: 11 },
    { title: 'auth_code', width: 11 },
    { title: 'entry', width: 8 },
    { title: 'staff_user', width: 20 },
    { title: 'reference', width: 24 },
    { title: 'memo', width: 40 },
    { title: 'original_payment_id', width: 32 },
    { title: 'batch_no', width: 12 },
    { title: 'movement_id', width: 32 },
  ],
  rowsOf: (listed) => listed.moved.flatMap((moved) => partsOf(listed.movement, moved).map(rowOf(listed, moved))),
};

interface Part extends Omit<MovementDocument, 'amountMinor'> {
  grossMinor: number;
  feeMinor: number;
}

/** The documents of a movement, and what is about none of them; the fee stands in the first row. */
function partsOf({ documents = [] }: Movement, { grossMinor, feeMinor }: MoneyMoved): Part[] {
  const listedMinor = documents.reduce((sum, document) => sum + document.amountMinor, 0);
  const known = documents.map(({ amountMinor, ...document }) => ({ ...document, grossMinor: amountMinor }));
  const rest = { type: '', number: '', order: '', grossMinor: grossMinor - listedMinor };
  const parts = rest.grossMinor !== 0 || known.length === 0 ? [...known, rest] : known;
  return parts.map((part, i) => ({ ...part, feeMinor: i === 0 ? feeMinor : 0 }));
}

function rowOf({ movement, day, batch }: Listed, { currency }: MoneyMoved) {
  const sum = (amountMinor: number): Cell => ({ decimal: plainAmount({ amountMinor, currency }) });
  const settled: Cell = movement.settledOn ? { day: movement.settledOn } : undefined;
  return (part: Part): Cell[] => {
    const appliedMinor = part.type === 'invoice' ? part.grossMinor : 0;
    const unappliedMinor = part.type === 'deposit' || part.type === 'excess' ? part.grossMinor : 0;
    return [
      movement.receiptNumber,
      movement.paymentId,
      movementType(movement.kind),
      { time: movement.bookedAt },
      { day },
      settled,
      movement.payoutRef,
      movement.account,
      movement.gateway,
      movement.gatewayRef,
      movement.customer?.number,
      movement.customer?.name,
      part.type,
      part.number,
      part.order,
      currency,
      sum(part.grossMinor),
      sum(part.feeMinor),
      sum(part.grossMinor - part.feeMinor),
      sum(appliedMinor),
      sum(unappliedMinor),
      movement.method,
      movement.cardBrand,
      movement.cardLast4,
      movement.authorizationCode,
      movement.channel,
      movement.staff,
      movement.reference,
      movement.memo,
      movement.originalPaymentId,
      batch && batchNumber(batch.number),
      movement.entryId,
    ];
  };
}
