import { plainAmount } from '../money/show-money.ts';
import { csvText } from '../platform/csv.ts';
import type { Db } from '../platform/database/database.ts';
import { dayInZone } from '../platform/show-time.ts';
import { type ReceiptContent, receiptAccount, receiptNumber } from './receipt.ts';
import type { NarrowedFilter } from './receipt-filter.ts';
import { receiptsIn } from './receipt-list.store.ts';

export const EXPORT_COLUMNS = [
  'receipt_no',
  'payment_id',
  'type',
  'created_at_utc',
  'local_date',
  'account',
  'gateway',
  'gateway_ref',
  'customer_number',
  'customer_name',
  'document_type',
  'document_no',
  'currency',
  'gross',
  'method',
  'card_brand',
  'card_last4',
  'auth_code',
  'entry',
  'staff_user',
  'status',
  'reviewed_by',
  'reviewed_at',
] as const;

const ROWS_PER_READ = 500;
const BYTE_ORDER_MARK = '\u{feff}';

/**
 * The chosen receipts as CSV (RFC 4180), oldest first, one row for each document of a receipt, so that the column
 * `gross` adds up to what the list says. Read page by page: gives pieces of text, and no read is held open between them.
 * `excel` begins with a byte order mark, without which Excel takes UTF-8 for something else.
 */
export async function* exportReceipts(
  { db }: { db: Db },
  filter: NarrowedFilter,
  { zone, excel }: { zone: string; excel: boolean },
): AsyncGenerator<string> {
  yield (excel ? BYTE_ORDER_MARK : '') + csvText([[...EXPORT_COLUMNS]]);
  for (let after = ''; ; ) {
    const rows = await readRows(db, filter, { zone, after });
    if (rows.length > 0) yield csvText(rows.flatMap((row) => rowsOf(row, zone)));
    after = rows.at(-1)?.id ?? '';
    if (rows.length < ROWS_PER_READ) return;
  }
}

type ExportRow = Awaited<ReturnType<typeof readRows>>[number];

function readRows(db: Db, filter: NarrowedFilter, { zone, after }: { zone: string; after: string }) {
  return receiptsIn(db, filter, zone)
    .innerJoin('payment', 'payment.id', 'receipt.payment_id')
    .leftJoin('account', 'account.id', 'receipt.account_id')
    .leftJoin('person as staff', 'staff.id', 'payment.created_by')
    .leftJoin('person as reviewer', 'reviewer.id', 'receipt.reviewed_by')
    .select(['receipt.id', 'receipt.number', 'receipt.payment_id', 'receipt.issued_at', 'receipt.content'])
    .select(['receipt.reviewed_at', 'account.kind as gateway', 'payment.state'])
    .select(['staff.name as staff_user', 'reviewer.name as reviewer_name'])
    .where('receipt.id', '>', after)
    .orderBy('receipt.id')
    .limit(ROWS_PER_READ)
    .execute();
}

function rowsOf(row: ExportRow, zone: string): string[][] {
  const content = JSON.parse(row.content) as ReceiptContent;
  const documents = [
    ...content.lines.map((line) => ({ type: line.kind as string, number: line.number, minor: line.paidNowMinor })),
    ...(content.excessMinor > 0 ? [{ type: 'excess', number: '', minor: content.excessMinor }] : []),
  ];
  return documents.map((document) => [
    receiptNumber(row.number),
    row.payment_id,
    'payment',
    row.issued_at,
    dayInZone(row.issued_at, zone),
    receiptAccount(content),
    row.gateway ?? '',
    content.gatewayRef ?? '',
    content.customer.number,
    content.customer.name,
    document.type,
    document.number,
    content.currency,
    plainAmount({ amountMinor: document.minor, currency: content.currency }),
    content.method,
    content.card?.brand ?? '',
    content.card?.last4 ?? '',
    content.authorizationCode ?? '',
    content.channel,
    row.staff_user ?? '',
    row.state,
    row.reviewer_name ?? '',
    row.reviewed_at ?? '',
  ]);
}
