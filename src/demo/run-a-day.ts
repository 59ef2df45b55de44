import { SYSTEM } from '../audit/record.ts';
import { createCustomer } from '../customers/create-customer.ts';
import { requestDeposit } from '../deposits/request-deposit.ts';
import { createInvoice } from '../invoices/create-invoice.ts';
import { issueLink } from '../links/issue-link.ts';
import type { Link } from '../links/link.ts';
import { DAY_MS, nowIso } from '../platform/clock.ts';
import { newId } from '../platform/ids.ts';
import { refundDeposit } from '../refunds/refund-deposit.ts';
import type { House } from '../wire.ts';
import type { DayInvoice } from './day-invoices.ts';
import { decideDisputes } from './decide-disputes.ts';
import { payInSandbox } from './pay-in-sandbox.ts';
import { payOutSandbox } from './pay-out-sandbox.ts';
import { refundSome } from './refund-some.ts';
import type { SandboxProcess } from './sandbox-process.ts';

const AT_ONCE = 8;
/** Of so many payments one is of a deposit, one is declined first, one is disputed, and one of the deposits' is refunded. */
const [DEPOSIT_EVERY, DECLINE_EVERY, DISPUTE_EVERY, REFUND_EVERY] = [20, 25, 166, 2];
const DECLINED_CARD = 'pm_card_chargeDeclined';
const DISPUTED_CARDS = [
  'pm_card_createDispute',
  'pm_card_createDisputeProductNotReceived',
  'pm_card_createDisputeInquiry',
] as const;
const CARDS = ['pm_card_visa', 'pm_card_mastercard', 'pm_card_amex', 'pm_card_visa_debit'] as const;

/** The account that takes what has no account of its own, and the currency in which it is paid out. */
const PAID_OUT = { account: 'acct_sandbox1', currency: 'gbp' };

/** What a day came to, in numbers. */
export interface DayDone {
  payments: number;
  declines: number;
  disputes: number;
  refunds: number;
  payouts: number;
}

interface ToPay {
  link: Link;
  depositId: string | undefined;
  totalMinor: number;
}

/**
 * A day in a portal beside its sandbox: invoices and deposits are written, paid by card, several at once, some after a
 * decline and some to be disputed, some of it is given back in every way there is, the bank decides disputes, and the gateway
 * pays out at noon and in the evening. `tell` hears how far it is.
 */
export async function runADay(
  house: House,
  {
    sandbox,
    invoices,
    tell,
  }: { sandbox: SandboxProcess; invoices: readonly DayInvoice[]; tell(progress: string): void },
): Promise<DayDone> {
  const toPay = await writeClaims(house, invoices);
  tell(`${toPay.length} invoices and deposits written`);
  const done: DayDone = { payments: 0, declines: 0, disputes: 0, refunds: 0, payouts: 0 };
  const pay = async ({ link }: ToPay, i: number) => {
    // Everybody pays from an address of their own: one with many declines would be slowed down.
    const ip = `198.18.${Math.floor(i / 250) % 250}.${i % 250}`;
    if (i % DECLINE_EVERY === DECLINE_EVERY - 1) {
      await payInSandbox(house, sandbox, link, DECLINED_CARD, ip);
      done.declines += 1;
    }
    const isDisputed = i % DISPUTE_EVERY === DISPUTE_EVERY - 1;
    const card = isDisputed ? DISPUTED_CARDS[done.disputes++ % DISPUTED_CARDS.length] : CARDS[i % CARDS.length];
    await payInSandbox(house, sandbox, link, card as string, ip);
    done.payments += 1;
    if (done.payments % 100 === 0) tell(`${done.payments} paid`);
  };
  const payOut = async () => {
    await payOutSandbox(house, PAID_OUT);
    done.payouts += 1;
    tell(`payout ${done.payouts} sent`);
  };
  const noon = Math.ceil(toPay.length / 2);
  await severalAtOnce(toPay.slice(0, noon), pay);
  await payOut();
  await severalAtOnce(toPay.slice(noon), (one, i) => pay(one, noon + i));
  const deposits = toPay.filter((one) => one.depositId !== undefined);
  await severalAtOnce(deposits, async ({ depositId = '', totalMinor }, i) => {
    if (i % REFUND_EVERY !== 0) return;
    // In turn the whole and a third of it.
    const amountMinor = i % (2 * REFUND_EVERY) === 0 ? totalMinor : Math.ceil(totalMinor / 3);
    const words = { method: 'card', reference: '', reason: 'The order was changed.' } as const;
    await refundDeposit(house, { depositId, amountMinor, ...words, submissionId: newId('req'), actor: SYSTEM });
    done.refunds += 1;
  });
  const accountant = await anAccountant(house);
  done.refunds += await refundSome(house, sandbox, accountant);
  tell(`${done.refunds} refunded`);
  tell(`${await decideDisputes(house, accountant)} disputes decided`);
  await payOut();
  return done;
}

async function anAccountant({ db }: House): Promise<{ kind: 'person'; id: string }> {
  const { id } = await db.read
    .selectFrom('person')
    .select('id')
    .where('role', '=', 'accountant')
    .executeTakeFirstOrThrow();
  return { kind: 'person', id };
}

async function writeClaims(house: House, invoices: readonly DayInvoice[]): Promise<ToPay[]> {
  const customerIds = new Map<string, string>();
  const toPay: ToPay[] = [];
  for (const [i, invoice] of invoices.entries()) {
    toPay.push(
      await house.db.tx(async () => {
        const customerId = customerIds.get(invoice.customerNumber) ?? (await writeCustomer(house, invoice));
        customerIds.set(invoice.customerNumber, customerId);
        const isDeposit = i % DEPOSIT_EVERY === DEPOSIT_EVERY - 1;
        const { id } = await (isDeposit ? writeDeposit : writeInvoice)(house, invoice, customerId);
        const link = await issueLink(house, { payableIds: [id], expiry: '30d', actor: SYSTEM });
        return { link, depositId: isDeposit ? id : undefined, totalMinor: invoice.totalMinor };
      }),
    );
  }
  return toPay;
}

async function writeCustomer(house: House, invoice: DayInvoice): Promise<string> {
  const { customerNumber: number, customerName: name, customerEmail: email } = invoice;
  return (await createCustomer(house, { number, name, email, language: 'en', address: '' }, SYSTEM)).id;
}

function writeInvoice(house: House, { number, currency, totalMinor }: DayInvoice, customerId: string) {
  const today = nowIso(house.clock).slice(0, 10);
  const dueOn = new Date(house.clock.now().getTime() + 30 * DAY_MS).toISOString().slice(0, 10);
  const words = { orderReference: '', note: '', lines: [] };
  return createInvoice(house, { number, customerId, currency, totalMinor, issuedOn: today, dueOn, ...words }, SYSTEM);
}

function writeDeposit(house: House, { number, currency, totalMinor }: DayInvoice, customerId: string) {
  const order = { orderReference: `Order ${number}`, orderTotalMinor: null, note: '' };
  return requestDeposit(house, { customerId, currency, totalMinor, ...order }, SYSTEM);
}

/** Does it for each, so many at once, in order. */
async function severalAtOnce<T>(all: readonly T[], deed: (one: T, index: number) => Promise<void>): Promise<void> {
  const waiting = all.entries();
  const worker = async () => {
    for (const [i, one] of waiting) await deed(one, i);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
}
