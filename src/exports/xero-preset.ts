import { plainAmount } from '../money/show-money.ts';
import { cellText } from '../platform/cell.ts';
import { dayIn, type Preset } from './preset.ts';
import { statementLines } from './statement-line.ts';

const LONGEST_TEXT = 255;

/**
 * Xero's template of a bank statement, by its own headings (Xero Central, "Import a CSV bank statement"): date and amount are
 * needed, money that was spent is negative, at most 1,000 lines in a file.
 */
export const xeroPreset: Preset = {
  label: 'Xero bank statement',
  hint: 'Date, Amount, Payee, Description, Reference, Cheque Number. One account and currency.',
  formats: ['csv'],
  statement: { mostRows: 1000 },
  columns: ['*Date', '*Amount', 'Payee', 'Description', 'Reference', 'Cheque Number'].map((title) => ({ title })),
  rowsOf: ({ movement, moved, day }, { dayForm }) =>
    moved.flatMap((one) =>
      statementLines(movement, one).map((line) => [
        dayIn(dayForm, day),
        { decimal: plainAmount({ amountMinor: line.amountMinor, currency: one.currency }) },
        cellText(line.payee, LONGEST_TEXT),
        cellText(line.description, LONGEST_TEXT),
        cellText(movement.gatewayRef ?? movement.reference ?? movement.receiptNumber ?? '', LONGEST_TEXT),
        movement.method === 'cheque' ? cellText(movement.reference ?? '', LONGEST_TEXT) : undefined,
      ]),
    ),
};
