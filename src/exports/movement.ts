import type { LedgerAccount } from '../ledger/chart-of-accounts.ts';

/**
 * Entries of the journal that are no movements: they say what invoices ask for, and the ERP, which the invoices come from,
 * has booked that by itself.
 */
const CLAIM_KINDS = ['invoice-issued', 'invoice-changed', 'invoice-voided', 'paid-elsewhere'];

export function isMovement(entryKind: string): boolean {
  return !CLAIM_KINDS.includes(entryKind);
}

/** Where one is in the journal, in the order in which it was written: behind everything of before. */
export interface Place {
  at: string;
  id: string;
}

/** The number of a batch, and which of its movements is meant, from 1. */
export interface BatchPlace {
  number: number;
  position: number;
}

export interface Entry extends Place {
  kind: string;
  subjectKind: string;
  /** The id of what it is about, without the version that may follow it in the books. */
  subjectId: string;
  memo: string;
  /** Where it stands in a batch, if it is in one. */
  batch: BatchPlace | undefined;
}

/** What kinds of entries are called in files, by how their names begin; whoever comes first is it. */
const TYPES: ReadonlyArray<readonly [beginning: string, type: MovementType]> = [
  ['payment-reversed', 'reversal'],
  ['payment', 'payment'],
  ['refund-returned', 'refund-returned'],
  ['refund', 'refund'],
  ['fee', 'fee'],
  ['dispute', 'dispute'],
  ['payout', 'payout'],
  ['credit', 'credit-note'],
  ['deposit', 'deposit-applied'],
  ['exchange', 'exchange'],
  ['suspense', 'suspense'],
];

export const TYPE_LABELS = {
  payment: 'Payments',
  reversal: 'Reversed payments',
  refund: 'Refunds',
  'refund-returned': 'Refunds that came back',
  fee: 'Fees',
  dispute: 'Disputes',
  payout: 'Payouts',
  'credit-note': 'Credit notes',
  'deposit-applied': 'Deposits applied',
  exchange: 'Exchanged by the gateway',
  suspense: 'Not known here',
  other: 'Others',
};

export type MovementType = keyof typeof TYPE_LABELS;

export const MOVEMENT_TYPES = Object.keys(TYPE_LABELS) as MovementType[];

/** What moves claims and no money stands in a journal only: a list of money has no line for it. */
export const MOVES_NO_MONEY: readonly MovementType[] = ['credit-note', 'deposit-applied'];

export function movementType(entryKind: string): MovementType {
  return TYPES.find(([beginning]) => entryKind.startsWith(beginning))?.[1] ?? 'other';
}

/** One movement: an entry of the journal, with what people want to read of it. Sums in whole minor units. */
export interface Movement extends MovementDetails {
  entryId: string;
  /** The kind of the entry, such as `payment-settled`. */
  kind: string;
  /** When it was booked: it belongs to the period that this falls into, whatever day it is about. */
  bookedAt: string;
  memo: string;
  lines: MovementLine[];
}

/** A debit (positive) or a credit (negative). */
export interface MovementLine {
  ledgerAccount: LedgerAccount;
  accountId?: string | undefined;
  currency: string;
  amountMinor: number;
}

/** What the source of a movement tells beyond its entry; all of it may be missing. */
export interface MovementDetails {
  receiptNumber?: string | undefined;
  paymentId?: string | undefined;
  /** The payment that a refund gives back of. */
  originalPaymentId?: string | undefined;
  account?: string | undefined;
  gateway?: string | undefined;
  gatewayRef?: string | undefined;
  customer?: { number: string; name: string } | undefined;
  method?: string | undefined;
  cardBrand?: string | undefined;
  cardLast4?: string | undefined;
  authorizationCode?: string | undefined;
  channel?: string | undefined;
  staff?: string | undefined;
  reference?: string | undefined;
  /** The day on which the gateway paid it out, and with what. */
  settledOn?: string | undefined;
  payoutRef?: string | undefined;
  documents?: MovementDocument[] | undefined;
}

/** Which part of a movement belongs to which document; what goes out is negative. */
export interface MovementDocument {
  type: string;
  number: string;
  order: string;
  amountMinor: number;
}

/** Where money is: what a movement changes there is what it moves. */
const MONEY_ACCOUNTS: readonly LedgerAccount[] = ['gateway-clearing', 'undeposited-funds'];

/** What a movement does to the money in one place and currency: `netMinor` is `grossMinor` less `feeMinor`. */
export interface MoneyMoved {
  /** The payment service account; undefined for cash, cheques and transfers. */
  accountId: string | undefined;
  currency: string;
  grossMinor: number;
  feeMinor: number;
  netMinor: number;
}

/** The money that a movement moves: mostly in one place; none where a deposit is applied, two where a gateway exchanges. */
export function moneyMoved({ lines }: Pick<Movement, 'lines'>): MoneyMoved[] {
  const places = new Map<string, MoneyMoved>();
  for (const { ledgerAccount, accountId, currency, amountMinor } of lines) {
    if (!MONEY_ACCOUNTS.includes(ledgerAccount)) continue;
    const key = `${accountId} ${currency}`;
    const before = places.get(key)?.netMinor ?? 0;
    const netMinor = before + amountMinor;
    places.set(key, { accountId, currency, grossMinor: netMinor, feeMinor: 0, netMinor });
  }
  const moved = [...places.values()].filter(({ netMinor }) => netMinor !== 0);
  for (const one of moved) {
    one.feeMinor = sumOf(lines, 'gateway-fees', one.currency);
    one.grossMinor = one.netMinor + one.feeMinor;
  }
  return moved;
}

function sumOf(lines: readonly MovementLine[], ledgerAccount: LedgerAccount, currency: string): number {
  return lines
    .filter((line) => line.ledgerAccount === ledgerAccount && line.currency === currency)
    .reduce((sum, line) => sum + line.amountMinor, 0);
}
