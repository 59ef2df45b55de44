import { plainAmount } from '../money/show-money.ts';
import { batchNumber } from './export-batch.ts';
import type { Preset } from './preset.ts';

/** The entries of our journal for a general ledger, in the company's own accounts; debits equal credits in each entry. */
export const journalPreset: Preset = {
  label: 'Journal for a general ledger',
  hint: 'Debits and credits of every movement, balanced, in the accounts of your own chart. Deposits that were applied are in it too.',
  formats: ['csv', 'xlsx'],
  columns: [
    { title: 'entry_no', width: 32 },
    { title: 'date', width: 12 },
    { title: 'account_no', width: 22 },
    { title: 'account_name', width: 32 },
    { title: 'debit', width: 14 },
    { title: 'credit', width: 14 },
    { title: 'currency', width: 9 },
    { title: 'memo', width: 40 },
    { title: 'document', width: 24 },
    { title: 'customer_number', width: 16 },
    { title: 'payout_id', width: 28 },
  ],
  rowsOf: ({ movement, day, batch }, { ledgerName }) => {
    const entryNumber = batch
      ? `${batchNumber(batch.number)}-${String(batch.position).padStart(6, '0')}`
      : movement.entryId;
    const documents = (movement.documents ?? []).map((document) => document.number).filter(Boolean);
    return movement.lines.map((line) => {
      const { currency, amountMinor } = line;
      const { number, name } = ledgerName(line);
      const sum = { decimal: plainAmount({ amountMinor: Math.abs(amountMinor), currency }) };
      return [
        entryNumber,
        { day },
        number,
        name,
        amountMinor > 0 ? sum : undefined,
        amountMinor < 0 ? sum : undefined,
        currency,
        movement.memo,
        documents.join(' '),
        movement.customer?.number,
        movement.payoutRef,
      ];
    });
  },
};
