import { allowKeyedCards } from '../accounts/allow-keyed-cards.ts';
import { connectAccount } from '../accounts/connect-account.ts';
import { SYSTEM } from '../audit/record.ts';
import { changeCompany } from '../company/change-company.ts';
import { createCustomer } from '../customers/create-customer.ts';
import { requestDeposit } from '../deposits/request-deposit.ts';
import { createInvoice } from '../invoices/create-invoice.ts';
import { issueLink } from '../links/issue-link.ts';
import type { Link } from '../links/link.ts';
import { revokeLink } from '../links/revoke-link.ts';
import { sendLink } from '../links/send-link.ts';
import type { Payable } from '../payables/payable.ts';
import type { Role } from '../permissions.ts';
import { DAY_MS } from '../platform/clock.ts';
import { newId } from '../platform/ids.ts';
import { addDays } from '../platform/show-time.ts';
import { createPerson } from '../staff/create-person.ts';
import { issuePersonToken } from '../staff/issue-person-token.ts';
import { setPasswordByToken } from '../staff/set-password-by-token.ts';
import type { House } from '../wire.ts';
import { DEMO_ACCOUNTS, DEMO_CLAIMS, DEMO_COMPANY, DEMO_CUSTOMERS, type DemoClaim } from './demo-data.ts';
import { payInSandbox } from './pay-in-sandbox.ts';
import type { SandboxProcess } from './sandbox-process.ts';

export const DEMO_PEOPLE: Record<Role, { role: Role; email: string; name: string }> = {
  admin: { role: 'admin', email: 'admin@demo.example', name: 'Demo admin' },
  clerk: { role: 'clerk', email: 'clerk@demo.example', name: 'Demo clerk' },
  accountant: { role: 'accountant', email: 'accountant@demo.example', name: 'Demo accountant' },
};

/**
 * A small company: people in each role, customers, invoices and deposits in several currencies, a link in every state,
 * and, where the sandbox runs, payments made through it. All of it is written by the same deeds that people use, and
 * at once, so that a start cut short leaves nothing half-made; only payments, which reach the gateway, come after.
 */
export async function seedDemo(house: House, sandbox: SandboxProcess | undefined): Promise<void> {
  if (sandbox) for (const account of DEMO_ACCOUNTS) await connect(house, account);
  const payments = await house.db.tx(async () => {
    await changeCompany(house, DEMO_COMPANY, SYSTEM);
    for (const person of Object.values(DEMO_PEOPLE)) await addPerson(house, person);
    const customerIds = new Map<string, string>();
    for (const draft of DEMO_CUSTOMERS) {
      const { id } = await createCustomer(house, draft, SYSTEM);
      customerIds.set(draft.number, id);
    }
    const due: PaymentToMake[] = [];
    for (const claim of DEMO_CLAIMS) {
      const payment = await addClaim(house, sandbox !== undefined, claim, customerIds.get(claim.customer) as string);
      if (payment) due.push(payment);
    }
    return due;
  });
  for (const { link, testCard } of payments) if (sandbox) await payInSandbox(house, sandbox, link, testCard);
}

interface PaymentToMake {
  link: Link;
  testCard: string;
}

/** The first one becomes the default. A start that was cut short may have connected it already. */
async function connect(house: House, { name, currencies }: (typeof DEMO_ACCOUNTS)[number]): Promise<void> {
  const known = await house.db.read.selectFrom('account').select('id').where('name', '=', name).executeTakeFirst();
  const { id } =
    known ??
    (await connectAccount(house, {
      name,
      kind: 'sandbox',
      currencies,
      publishableKey: '',
      secretKey: '',
      webhookSecret: '',
      statementSuffix: '',
      actor: SYSTEM,
    }));
  await allowKeyedCards(house, { accountId: id, allowed: true, actor: SYSTEM });
}

async function addPerson(house: House, person: { role: Role; email: string; name: string }): Promise<void> {
  const { id } = await createPerson(house, person, SYSTEM);
  const token = await issuePersonToken(house, id, 'invite');
  await setPasswordByToken(house, 'invite', { token, password: house.config.demoPassword }, {});
}

/** Gives the payment that is still to be made through its link, where the claim has one. */
async function addClaim(
  house: House,
  withLinks: boolean,
  claim: DemoClaim,
  customerId: string,
): Promise<PaymentToMake | undefined> {
  const past: House = {
    ...house,
    clock: { now: () => new Date(house.clock.now().getTime() - claim.daysAgo * DAY_MS) },
  };
  const payable = await writeClaim(past, claim, customerId);
  if (!withLinks || !claim.link) return undefined;
  const link = await issueLink(past, { payableIds: [payable.id], expiry: claim.expiry ?? '90d', actor: SYSTEM });
  if (claim.link === 'sent' || claim.link === 'paid') await send(past, link, claim.customer);
  if (claim.link === 'revoked') await revokeLink(past, { linkId: link.id, actor: SYSTEM });
  if (claim.link === 'replaced') await issueLink(house, { payableIds: [payable.id], expiry: '90d', actor: SYSTEM });
  if (claim.link === 'declined') return { link, testCard: 'pm_card_chargeDeclined' };
  if (claim.link === 'paid') return { link, testCard: 'pm_card_visa' };
  return undefined;
}

async function send(house: House, link: Link, customerNumber: string): Promise<void> {
  const customer = DEMO_CUSTOMERS.find((one) => one.number === customerNumber);
  if (!customer) return;
  await sendLink(house, {
    linkId: link.id,
    to: [customer.email],
    cc: [],
    note: '',
    actor: SYSTEM,
    sendId: newId('req'),
  });
}

async function writeClaim(house: House, claim: DemoClaim, customerId: string): Promise<Payable> {
  const today = house.clock.now().toISOString().slice(0, 10);
  const common = { customerId, currency: claim.currency, orderReference: claim.order ?? '', note: '' };
  if (claim.kind === 'deposit') {
    return requestDeposit(house, { ...common, totalMinor: claim.totalMinor, orderTotalMinor: null }, SYSTEM);
  }
  return createInvoice(
    house,
    {
      ...common,
      number: claim.number,
      totalMinor: claim.totalMinor,
      issuedOn: today,
      dueOn: addDays(today, 30),
      lines: claim.lines.map(([description, quantity, amountMinor]) => ({ description, quantity, amountMinor })),
    },
    SYSTEM,
  );
}
