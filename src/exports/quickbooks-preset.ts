import { plainAmount } from '../money/show-money.ts';
import { cellText } from '../platform/cell.ts';
import { dayIn, type Preset } from './preset.ts';
import { statementLines } from './statement-line.ts';

const LONGEST_DESCRIPTION = 250;

/**
 * The three columns of QuickBooks Online's "Upload transactions" (Intuit, "Format CSV files in Excel to get bank
 * transactions into QuickBooks"): one form of days, signed plain decimals, no marks beyond a few, no zero. A thousand lines
 * stay below the 350 KB that it takes.
 */
export const quickbooksPreset: Preset = {
  label: 'QuickBooks bank file, 3 columns',
  hint: 'Date, Description, Amount. One account and currency; import it into the bank account that stands for the gateway.',
  formats: ['csv'],
  statement: { mostRows: 1000 },
  columns: [{ title: 'Date' }, { title: 'Description' }, { title: 'Amount' }],
  rowsOf: ({ movement, moved, day }, { dayForm }) =>
    moved.flatMap((one) =>
      statementLines(movement, one).map((line) => [
        dayIn(dayForm, day),
        plainWords(`${line.description} ${line.payee}`),
        { decimal: plainAmount({ amountMinor: line.amountMinor, currency: one.currency }) },
      ]),
    ),
};

/** Letters, digits and the marks that numbers of documents are written with: QuickBooks refuses files with others. */
function plainWords(text: string): string {
  return cellText(text.replace(/[^\p{L}\p{M}\p{N} ./:_-]+/gu, ' ').replace(/ +/g, ' '), LONGEST_DESCRIPTION);
}
