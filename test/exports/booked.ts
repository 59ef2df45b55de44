/** Movements of all kinds, booked without a gateway, and what comes of exporting them. */
import { randomUUID } from 'node:crypto';
import type { Customer } from '../../src/customers/customer.ts';
import { closePeriod } from '../../src/exports/close-period.ts';
import type { Choice } from '../../src/exports/export-file.ts';
import { bytesOf, filesOfBatch, readExportFile } from '../../src/exports/export-files.store.ts';
import { fillBatch } from '../../src/exports/fill-batch.ts';
import type { PresetName } from '../../src/exports/presets.ts';
import { startExport } from '../../src/exports/start-export.ts';
import { writeFile } from '../../src/exports/write-file.ts';
import type { GatewayMovement } from '../../src/gateway/gateway.ts';
import { postJournal } from '../../src/ledger/post-journal.ts';
import { readPayables } from '../../src/payables/payables.store.ts';
import { recordPayment } from '../../src/payments/record-payment.ts';
import { recordMovements } from '../../src/payouts/record-movements.ts';
import { DAY_MS } from '../../src/platform/clock.ts';
import { newId } from '../../src/platform/ids.ts';
import { dayInZone } from '../../src/platform/show-time.ts';
import { refundDeposit } from '../../src/refunds/refund-deposit.ts';
import { aReceipt, type Wanted } from '../receipts/issued.ts';
import type { TestHouse } from '../support/house.ts';
import { aDeposit, anInvoice } from '../support/seeds.ts';
import { hirePerson } from '../support/sign-in.ts';

export interface Desk extends TestHouse {
  actor: { kind: 'person'; id: string };
}

export async function openDesk(portal: TestHouse): Promise<Desk> {
  const { id } = await hirePerson(portal, 'accountant');
  return { ...portal, actor: { kind: 'person', id } };
}

export const today = ({ clock }: TestHouse) => dayInZone(clock.now().toISOString(), 'UTC');

/** The day is over: what is booked from now on belongs to the next one. */
export const nextDay = ({ clock }: TestHouse) => clock.advance(DAY_MS);

/** Cash that came for an invoice or a deposit, all of what is due. */
export async function cashFor(desk: Desk, payableId: string, reference = ''): Promise<string> {
  const [payable] = await readPayables(desk.house.db, [payableId]);
  if (!payable) throw new Error('no such payable');
  return recordPayment(desk.house, {
    payableId,
    version: payable.version,
    method: 'cash',
    amountMinor: payable.dueMinor,
    receivedOn: today(desk),
    reference,
    note: '',
    sendReceipt: false,
    submissionId: randomUUID(),
    actor: desk.actor,
  });
}

/** Cash for an invoice of a new customer, or of the one given. */
export async function cashPayment(
  desk: Desk,
  wanted: { customer?: Customer; amountMinor?: number; currency?: string; orderReference?: string } = {},
): Promise<string> {
  const { customer, ...invoice } = wanted;
  const payable = await anInvoice(desk.house, { ...invoice, ...(customer ? { customerId: customer.id } : {}) });
  return cashFor(desk, payable.id);
}

/** A deposit held, and part of it given back by hand. */
export async function handRefund(desk: Desk, { heldMinor = 5_000, refundMinor = 2_000 } = {}) {
  const deposit = await aDeposit(desk.house, { amountMinor: heldMinor, orderReference: 'PO-77' });
  await cashFor(desk, deposit.id);
  const [refund] = await refundDeposit(desk.house, {
    depositId: deposit.id,
    amountMinor: refundMinor,
    method: 'transfer',
    reference: 'SEPA-1',
    reason: 'Order cancelled',
    submissionId: randomUUID(),
    actor: desk.actor,
  });
  if (!refund) throw new Error('nothing was refunded');
  return { deposit, refund };
}

/** A card payment as a gateway's account has it: receipt and entry, without the gateway. */
export async function cardPayment(desk: Desk, wanted: Wanted & { account: NonNullable<Wanted['account']> }) {
  const { settled, number } = await aReceipt(desk.house, wanted);
  const { currency, amountMinor, paymentId: subjectId } = settled;
  await postJournal(desk.house, {
    kind: 'payment-settled',
    subjectKind: 'payment',
    subjectId,
    memo: `Card payment ${settled.gatewayRef}`,
    lines: [
      { ledgerAccount: 'gateway-clearing', accountId: wanted.account.id, currency, amountMinor },
      { ledgerAccount: 'receivables', currency, amountMinor: -amountMinor },
    ],
  });
  return { ...settled, receiptNumber: number };
}

let moved = 0;

/** What a gateway keeps of a payment or by itself, or pays out, as its balance tells. Gives the movement's reference. */
export async function gatewayMoves(
  desk: Desk,
  accountId: string,
  { meaning = 'fee', grossMinor = 0, feeMinor = 0, ...more }: Partial<GatewayMovement>,
): Promise<string> {
  const ref = more.ref ?? `txn_${++moved}`;
  const at = desk.clock.now().toISOString();
  const none = { sourceRef: undefined, chargeRef: undefined, paymentRef: undefined, reference: undefined };
  await recordMovements({ ...desk.house, log: desk.house.log }, accountId, [
    {
      ref,
      type: meaning,
      category: meaning,
      meaning,
      currency: 'EUR',
      grossMinor,
      feeMinor,
      netMinor: grossMinor - feeMinor,
      ...none,
      exchangedFrom: undefined,
      exchangeRate: undefined,
      description: '',
      createdAt: at,
      availableOn: at.slice(0, 10),
      ...more,
    },
  ]);
  return ref;
}

/** Asks for a file, has it written, and gives its bytes. */
export async function exported(
  desk: Desk,
  { preset = 'movements', format = 'csv', ...choice }: Choice & { preset?: PresetName; format?: 'csv' | 'xlsx' } = {},
) {
  const id = await startExport(desk.house, { preset, format, choice, actor: desk.actor, submissionId: newId('req') });
  await writeFile(desk.house, id);
  const file = await readExportFile(desk.house.db, id);
  return { file, bytes: await bytesIn(desk, id) };
}

export async function bytesIn({ house }: Desk, fileId: string): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for await (const piece of bytesOf(house.db, fileId)) pieces.push(piece);
  return Buffer.concat(pieces);
}

/** Closes the period up to a day, yesterday unless told, and gives the batch's id. */
export async function closed(desk: Desk, lastDay?: string): Promise<string> {
  const yesterday = dayInZone(new Date(desk.clock.now().getTime() - DAY_MS).toISOString(), 'UTC');
  const wanted = { lastDay: lastDay ?? yesterday, actor: desk.actor, submissionId: newId('req') };
  const id = await closePeriod(desk.house, wanted);
  await fillBatch(desk.house, id);
  return id;
}

/** The bytes of a batch's files, by their names without the batch's number. */
export async function filesIn(desk: Desk, batchId: string): Promise<Record<string, Buffer>> {
  const files = await filesOfBatch(desk.house.db, batchId);
  const named = files.map(async (file) => [file.name.replace(/^EXP-\d+-/, ''), await bytesIn(desk, file.id)] as const);
  return Object.fromEntries(await Promise.all(named));
}
