import { SYSTEM } from '../../src/audit/record.ts';
import { createCustomer } from '../../src/customers/create-customer.ts';
import type { Customer, CustomerDraft } from '../../src/customers/customer.ts';
import type { DepositDraft } from '../../src/deposits/deposit.ts';
import { requestDeposit } from '../../src/deposits/request-deposit.ts';
import { createInvoice } from '../../src/invoices/create-invoice.ts';
import type { InvoiceDraft } from '../../src/invoices/invoice.ts';
import type { Payable } from '../../src/payables/payable.ts';
import type { House } from '../../src/wire.ts';

type Parts = Pick<House, 'db' | 'clock'>;

let made = 0;

/** A customer: "Customer 1", C-1, c-1@example.test, unless told otherwise. */
export function aCustomer(house: Parts, over: Partial<CustomerDraft> = {}): Promise<Customer> {
  const number = over.number ?? `C-${++made}`;
  const draft = {
    number,
    name: `Customer ${number}`,
    email: `${number.toLowerCase()}@example.test`,
    language: 'en',
    address: '',
    ...over,
  };
  return createCustomer(house, draft, SYSTEM);
}

/** An open invoice of EUR 125.00 without lines, due in 30 days; of a new customer unless one is named. */
export async function anInvoice(house: Parts, over: Partial<InvoiceDraft> & { amountMinor?: number } = {}) {
  const { amountMinor = 12_500, ...rest } = over;
  const draft: InvoiceDraft = {
    number: `INV-${++made}`,
    customerId: rest.customerId ?? (await aCustomer(house)).id,
    currency: 'EUR',
    totalMinor: amountMinor,
    issuedOn: dayFromNow(house, 0),
    dueOn: dayFromNow(house, 30),
    orderReference: '',
    note: '',
    lines: [],
    ...rest,
  };
  if (draft.dueOn < draft.issuedOn) draft.issuedOn = draft.dueOn;
  return createInvoice(house, draft, SYSTEM);
}

/** A requested deposit of EUR 50.00; of a new customer unless one is named. */
export async function aDeposit(
  house: Parts,
  over: Partial<DepositDraft> & { amountMinor?: number } = {},
): Promise<Payable> {
  const { amountMinor = 5_000, ...rest } = over;
  const draft: DepositDraft = {
    customerId: rest.customerId ?? (await aCustomer(house)).id,
    currency: 'EUR',
    totalMinor: amountMinor,
    orderReference: '',
    orderTotalMinor: null,
    note: '',
    ...rest,
  };
  return requestDeposit(house, draft, SYSTEM);
}

function dayFromNow(house: Parts, days: number): string {
  return new Date(house.clock.now().getTime() + days * 86_400_000).toISOString().slice(0, 10);
}
