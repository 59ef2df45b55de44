import type { NotNull } from 'kysely';
import { accountProblem } from '../accounts/account.ts';
import { listAccounts } from '../accounts/accounts.store.ts';
import type { Gateways } from '../gateway/gateways.ts';
import type { Link } from '../links/link.ts';
import { linkOf, payableIdsOf } from '../links/links.store.ts';
import { readMailAddress } from '../mail/address.ts';
import { leasesOn } from '../payables/lease.ts';
import { readPayables } from '../payables/payables.store.ts';
import type { Db } from '../platform/database/database.ts';
import type { Claim, Round } from './reminder.ts';
import { linkSentAtColumn } from './reminder-lists.store.ts';
import { readSwitches } from './settings.store.ts';

/** Letters that tell the company something, not the customer. */
const TO_US = 'new-link-wanted';
/** What a case may be about so that it stands against every reminder to its customer. */
const CASES_OF_CUSTOMER = ['payment', 'receipt', 'refund', 'deposit', 'dispute'];

/** The key of the one reminder that a customer gets on a day (yyyy-mm-dd). */
export function reminderKey(customerId: string, day: string): string {
  return `reminder-${customerId}-${day}`;
}

/** The invoices with all that speaks for and against a reminder, in id order; in a dozen reads for any number of them. */
export async function readClaims(
  { db, gateways }: { db: Db; gateways: Pick<Gateways, 'hostedFields'> },
  payableIds: readonly string[],
  { today, now }: Pick<Round, 'today' | 'now'>,
): Promise<Claim[]> {
  if (payableIds.length === 0) return [];
  const [payables, invoices, links, sentAt, steps, leases, accounts, disputed] = await Promise.all([
    readPayables(db, payableIds),
    invoicesWithCustomers(db, payableIds),
    linksFor(db, payableIds, now),
    whenSent(db, payableIds),
    stepsDone(db, payableIds),
    leasesOn(db, payableIds),
    listAccounts(db),
    disputedOf(db, payableIds),
  ]);
  const customerIds = [...new Set(payables.map((payable) => payable.customerId))];
  const accountIds = [...new Set([...links.values()].map(({ link }) => link.accountId))];
  const [switches, cases, failed, reminded] = await Promise.all([
    readSwitches(db, [...accountIds, ...customerIds, ...payableIds]),
    openCases(db, { customerIds, subjectIds: [...payableIds, ...[...links.values()].flatMap((one) => one.allIds)] }),
    failedLetters(db, customerIds),
    remindedOn(db, customerIds, today),
  ]);

  return payables.flatMap((payable) => {
    const invoice = invoices.get(payable.id);
    if (!invoice) return [];
    const { link, allIds = [] } = links.get(payable.id) ?? {};
    const account = accounts.find((one) => one.id === link?.accountId);
    const { dueOn, ...customer } = invoice;
    const concerns = [link?.accountId, payable.customerId, payable.id];
    const letter = failed.get(customer.id);
    return {
      payable,
      dueOn,
      customer,
      link,
      account,
      accountProblem:
        account &&
        (accountProblem(account, payable.currency) ??
          gateways.hostedFields(account).checkAmount({ amountMinor: payable.dueMinor, currency: payable.currency })),
      linkSentAt: sentAt.get(payable.id) ?? undefined,
      doneSteps: steps.get(payable.id) ?? [],
      switches: switches.filter((one) => concerns.includes(one.subjectId)),
      beingPaid: leases.some((lease) => lease.payableId === payable.id),
      caseOpen: cases.some(
        ({ subjectId, subjectKind, customerId }) =>
          subjectId === payable.id ||
          allIds.includes(subjectId) ||
          (customerId === customer.id && CASES_OF_CUSTOMER.includes(subjectKind)),
      ),
      disputed: disputed.has(payable.id),
      failedLetter: letter?.to.includes(readMailAddress(customer.email) ?? customer.email) ? letter.subject : undefined,
      remindedToday: reminded.has(customer.id),
    };
  });
}

async function invoicesWithCustomers(db: Db, payableIds: readonly string[]) {
  const rows = await db.read
    .selectFrom('payable')
    .innerJoin('customer', 'customer.id', 'payable.customer_id')
    .select(['payable.id as payable_id', 'due_on', 'customer.id', 'customer.number', 'name', 'email', 'language'])
    .where('payable.id', 'in', [...payableIds])
    .where('payable.kind', '=', 'invoice')
    .$narrowType<{ due_on: NotNull }>()
    .execute();
  return new Map(rows.map(({ payable_id, due_on, ...customer }) => [payable_id, { dueOn: due_on, ...customer }]));
}

/**
 * For each payable the link that a letter would hold, and all there are: the newest that can be used to pay just it and
 * all that is due on it, else the newest that can be used, else the newest at all.
 */
async function linksFor(
  db: Db,
  payableIds: readonly string[],
  now: Date,
): Promise<Map<string, { link: Link; allIds: string[] }>> {
  const rows = await db.read
    .selectFrom('link')
    .innerJoin('link_payable', 'link_payable.link_id', 'link.id')
    .selectAll('link')
    .select('link_payable.payable_id')
    .select(({ selectFrom }) =>
      selectFrom('link_payable as beside')
        .select(({ fn }) => fn.countAll<number | string>().as('documents'))
        .whereRef('beside.link_id', '=', 'link.id')
        .as('documents'),
    )
    .where('link_payable.payable_id', 'in', [...payableIds])
    .where('link.kind', '=', 'pay')
    // What was handed over belongs to one payment of the office.
    .where('link.terms', '!=', 'hand_off')
    .orderBy('link.id')
    .execute();
  const rank = (row: (typeof rows)[number]) => {
    if (row.ended_as || Date.parse(row.expires_at) <= now.getTime()) return 0;
    return row.terms === 'full' && Number(row.documents) === 1 ? 2 : 1;
  };
  const chosen = new Map<string, (typeof rows)[number]>();
  for (const row of rows) {
    const before = chosen.get(row.payable_id);
    if (!before || rank(row) >= rank(before)) chosen.set(row.payable_id, row);
  }
  const covered = await payableIdsOf(
    db,
    [...chosen.values()].map((row) => row.id),
  );
  return new Map(
    [...chosen].map(([payableId, row]) => [
      payableId,
      {
        link: linkOf(row, covered.get(row.id) ?? []),
        allIds: rows.filter((one) => one.payable_id === payableId).map((one) => one.id),
      },
    ]),
  );
}

async function whenSent(db: Db, payableIds: readonly string[]): Promise<Map<string, string | null>> {
  const rows = await db.read
    .selectFrom('payable')
    .select(['id', linkSentAtColumn.as('sent_at')])
    .where('id', 'in', [...payableIds])
    .execute();
  return new Map(rows.map((row) => [row.id, row.sent_at]));
}

async function stepsDone(db: Db, payableIds: readonly string[]): Promise<Map<string, number[]>> {
  const rows = await db.read
    .selectFrom('reminder')
    .select(['payable_id', 'step_day'])
    .where('payable_id', 'in', [...payableIds])
    .execute();
  const found = new Map<string, number[]>();
  for (const row of rows) found.set(row.payable_id, [...(found.get(row.payable_id) ?? []), row.step_day]);
  return found;
}

/** Those of which a payment is disputed and not won, as long as nobody has decided what becomes of it. */
async function disputedOf(db: Db, payableIds: readonly string[]): Promise<Set<string>> {
  const rows = await db.read
    .selectFrom('dispute_part')
    .innerJoin('dispute', 'dispute.id', 'dispute_part.dispute_id')
    .select('dispute_part.payable_id')
    .where('dispute_part.payable_id', 'in', [...payableIds])
    .where('dispute.decision', 'is', null)
    .where(({ or, eb }) => or([eb('dispute.closed_at', 'is', null), eb('dispute.state', '=', 'lost')]))
    .execute();
  return new Set(rows.map((row) => row.payable_id));
}

async function openCases(
  db: Db,
  { customerIds, subjectIds }: { customerIds: string[]; subjectIds: string[] },
): Promise<Array<{ subjectId: string; subjectKind: string; customerId: string | null }>> {
  const rows = await db.read
    .selectFrom('case_file')
    .select(['subject_id', 'subject_kind', 'customer_id'])
    .where('closed_at', 'is', null)
    .where((where) => where.or([where('subject_id', 'in', subjectIds), where('customer_id', 'in', customerIds)]))
    .execute();
  return [
    ...rows.map((row) => ({ subjectId: row.subject_id, subjectKind: row.subject_kind, customerId: row.customer_id })),
    ...(await unexplainedRefunds(db, customerIds)),
  ];
}

/** Money went back at the gateway and nobody has said of what: that stands against reminders though its case be closed. */
async function unexplainedRefunds(db: Db, customerIds: string[]) {
  const rows = await db.read
    .selectFrom('refund')
    .select(['id', 'customer_id'])
    .where('origin', '=', 'gateway')
    .where('decided_at', 'is', null)
    .where('customer_id', 'in', customerIds)
    .where('state', 'not in', ['failed', 'cancelled'])
    .execute();
  return rows.map((row) => ({ subjectId: row.id, subjectKind: 'refund', customerId: row.customer_id }));
}

/** The newest letter of each customer, where it was refused or given up. */
async function failedLetters(db: Db, customerIds: string[]): Promise<Map<string, { subject: string; to: string[] }>> {
  const rows = await db.read
    .selectFrom('letter')
    .select(['customer_id', 'subject', 'to_addresses', 'state'])
    .where('id', 'in', (from) =>
      from
        .selectFrom('letter')
        .select((eb) => eb.fn.max('id').as('newest'))
        .where('customer_id', 'in', customerIds)
        .where('kind', '!=', TO_US)
        .groupBy('customer_id'),
    )
    .execute();
  return new Map(
    rows
      .filter((row) => row.state === 'refused' || row.state === 'failed')
      .map((row) => [row.customer_id ?? '', { subject: row.subject, to: JSON.parse(row.to_addresses) as string[] }]),
  );
}

async function remindedOn(db: Db, customerIds: string[], day: string): Promise<Set<string | null>> {
  const rows = await db.read
    .selectFrom('letter')
    .select('customer_id')
    .where(
      'letter_key',
      'in',
      customerIds.map((id) => reminderKey(id, day)),
    )
    .execute();
  return new Set(rows.map((row) => row.customer_id));
}
