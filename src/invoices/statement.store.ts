import { type RawBuilder, sql } from 'kysely';
import { readCompany } from '../company/company.store.ts';
import { readCustomer } from '../customers/customers.store.ts';
import { entriesAbout } from '../ledger/subjects.store.ts';
import type { Db } from '../platform/database/database.ts';
import { endOfDayIso } from '../platform/day-range.ts';
import { refuseFields } from '../platform/refusal.ts';
import { dayInZone, startOfDayIso } from '../platform/show-time.ts';
import {
  daysBetween,
  type Movement,
  type MovementKind,
  type OpenItem,
  type StatementContent,
  type StatementSection,
} from './statement.ts';

/** More would be no paper that anybody reads, and would hold others up while it is drawn. */
const MOST_MOVEMENTS = 300;

/** The accounts of the books that say how a customer stands. `cross join` below is for SQLite, as in balances.store.ts. */
const OWED = sql`line.ledger_account in ('receivables', 'customer-deposits')`;

const KINDS: Readonly<Record<string, MovementKind>> = {
  'invoice-issued': 'invoice',
  'invoice-changed': 'invoiceChanged',
  'invoice-voided': 'invoiceVoided',
  'paid-elsewhere': 'paidElsewhere',
  'payment-settled': 'payment',
  'payment-recorded': 'payment',
  'payment-reversed': 'paymentReversed',
  'deposit-applied': 'depositApplied',
  'deposit-unapplied': 'depositUnapplied',
  'refund-settled': 'refund',
  'refund-returned': 'refundReturned',
  'credit-note-issued': 'creditNote',
  'credit-note-withdrawn': 'creditNoteWithdrawn',
  'dispute-decided': 'disputeLost',
  'dispute-restored': 'disputeWon',
};
/** Of kinds that are not named above. */
const KINDS_BY_SUBJECT: Readonly<Record<string, MovementKind>> = { refund: 'refund' };

/**
 * How a customer stands from the first moment of a day until the end of another, as the books have it.
 * Errors: 404; Refusal `fields-invalid` (422) for more movements than a paper can hold.
 */
export async function readStatement(
  db: Db,
  customerId: string,
  { from, to }: { from: string; to: string },
): Promise<StatementContent> {
  const { name, number, address, language } = await readCustomer(db, customerId);
  const { autoApplyDeposits: _, country: __, replyTo: ___, refundTerms: ____, ...company } = await readCompany(db);
  const { timeZone } = company;
  const [since, until] = [startOfDayIso(from, timeZone), endOfDayIso(to, timeZone)];
  const [sums, moved, open] = await Promise.all([
    sumsOf(db, customerId, since, until),
    movementsOf(db, customerId, since, until),
    openItemsOf(db, customerId, until, to),
  ]);
  if (moved.length > MOST_MOVEMENTS) {
    throw refuseFields({ from: `More than ${MOST_MOVEMENTS} movements lie in this range. Choose a shorter one.` });
  }
  const numbers = await numbersOf(
    db,
    moved.map((row) => row.subject_id),
  );
  return {
    customer: { name, number, address, language },
    company,
    from,
    to,
    sections: sums.map((sum) => sectionOf(sum, { moved, open, numbers, timeZone })),
  };
}

interface SumColumns {
  currency: string;
  opening_minor: number;
  held_minor: number;
}

interface MovedColumns {
  subject_id: string;
  subject_kind: string;
  kind: string;
  occurred_at: string;
  currency: string;
  owed_minor: number;
  held_minor: number;
}

interface Numbers {
  numbers: string[];
  receipt: number | undefined;
}

function sectionOf(
  sum: SumColumns,
  found: {
    moved: MovedColumns[];
    open: Array<OpenItem & { currency: string }>;
    numbers: Map<string, Numbers>;
    timeZone: string;
  },
): StatementSection {
  const { currency } = sum;
  let balanceMinor = Number(sum.opening_minor);
  const movements = found.moved
    .filter((row) => row.currency === currency)
    .map((row): Movement => {
      const [owed, held] = [Number(row.owed_minor), Number(row.held_minor)];
      balanceMinor += owed + held;
      return {
        on: dayInZone(row.occurred_at, found.timeZone),
        kind: KINDS[row.kind] ?? KINDS_BY_SUBJECT[row.subject_kind] ?? 'other',
        ...(found.numbers.get(row.subject_id) ?? { numbers: [], receipt: undefined }),
        amountMinor: owed + held,
        movedMinor: owed + held === 0 ? Math.abs(owed) : 0,
        balanceMinor,
      };
    });
  return {
    currency,
    openingMinor: Number(sum.opening_minor),
    movements,
    closingMinor: balanceMinor,
    openItems: found.open.filter((item) => item.currency === currency).map(({ currency: _, ...item }) => item),
    heldMinor: 0 - Number(sum.held_minor),
  };
}

const aboutCustomer = (customerId: string) => entriesAbout(customerId) as RawBuilder<{ id: string }>;

/** In each currency, what was owed before the range and what is held at its end. */
async function sumsOf(db: Db, customerId: string, since: string, until: string): Promise<SumColumns[]> {
  const { rows } = await sql<SumColumns>`
    select line.currency,
           sum(case when line.occurred_at < ${since} then line.amount_minor else 0 end) as opening_minor,
           sum(case when line.ledger_account = 'customer-deposits' then line.amount_minor else 0 end) as held_minor
      from (${aboutCustomer(customerId)}) found cross join journal_line line
     where line.entry_id = found.id and ${OWED} and line.occurred_at < ${until} group by line.currency order by line.currency`.execute(
    db.read,
  );
  return rows;
}

async function movementsOf(db: Db, customerId: string, since: string, until: string): Promise<MovedColumns[]> {
  const { rows } = await sql<MovedColumns>`
    select entry.id, entry.subject_id, entry.subject_kind, entry.kind, entry.occurred_at, line.currency,
           sum(case when line.ledger_account = 'receivables' then line.amount_minor else 0 end) as owed_minor,
           sum(case when line.ledger_account = 'customer-deposits' then line.amount_minor else 0 end) as held_minor
      from (${aboutCustomer(customerId)}) found
     cross join journal_entry entry cross join journal_line line
     where entry.id = found.id and entry.occurred_at >= ${since} and entry.occurred_at < ${until}
       and line.entry_id = entry.id and ${OWED}
     group by entry.id, entry.subject_id, entry.subject_kind, entry.kind, entry.occurred_at, line.currency
     order by entry.occurred_at, entry.id, line.currency limit ${MOST_MOVEMENTS + 1}`.execute(db.read);
  return rows;
}

/** The documents that entries were about, and their receipts, by the subject of the entry. */
async function numbersOf(db: Db, subjectIds: readonly string[]): Promise<Map<string, Numbers>> {
  const found = new Map<string, Numbers>();
  if (subjectIds.length === 0) return found;
  // A change of an invoice is named by its id and a version.
  const subjects = new Map(subjectIds.map((id) => [id, id.split(':')[0] as string]));
  const ids = sql.join([...new Set(subjects.values())]);
  const { rows } = await sql<{ id: string; number: string | null; receipt: number | null }>`
    select payable.id, payable.number, null as receipt from payable where payable.id in (${ids})
    union
    select part.payment_id, payable.number, receipt.number from payment_payable part
      join payable on payable.id = part.payable_id left join receipt on receipt.payment_id = part.payment_id
      where part.payment_id in (${ids})
    union
    select allocation.id, payable.number, null from allocation join payable on payable.id = allocation.payable_id
      where allocation.id in (${ids})
    union
    select allocation.id, payable.number, null from allocation join payable on payable.id = allocation.deposit_id
      where allocation.id in (${ids})
    union
    select line.refund_id, payable.number, null from refund_line line join payable on payable.id = line.payable_id
      where line.refund_id in (${ids})
    union
    select part.dispute_id, payable.number, null from dispute_part part join payable on payable.id = part.payable_id
      where part.dispute_id in (${ids})
    order by 1, 2`.execute(db.read);
  for (const [subjectId, id] of subjects) {
    const own = rows.filter((row) => row.id === id);
    found.set(subjectId, {
      numbers: own.flatMap((row) => row.number ?? []),
      receipt: own.find((row) => row.receipt !== null)?.receipt ?? undefined,
    });
  }
  return found;
}

/**
 * What was open on each invoice just before a moment, the oldest due first: claimed by then, less what was settled by
 * then. An invoice that is settled and was not touched since had been settled then, too. `|| ''` keeps SQLite, which has no
 * statistics, from beginning with all receivables or invoices there are.
 */
async function openItemsOf(
  db: Db,
  customerId: string,
  until: string,
  to: string,
): Promise<Array<OpenItem & { currency: string }>> {
  const { rows } = await sql<{
    number: string;
    currency: string;
    issued_on: string;
    due_on: string;
    open_minor: number;
  }>`select * from (
      select payable.id, payable.number, payable.currency, invoice.issued_on, payable.due_on,
        (select coalesce(sum(line.amount_minor), 0) from journal_entry entry cross join journal_line line
          where line.entry_id = entry.id and line.ledger_account || '' = 'receivables' and entry.about_id = payable.id
            and entry.kind <> 'paid-elsewhere' and entry.occurred_at < ${until})
        - (select coalesce(sum(allocation.amount_minor), 0) from allocation
            where allocation.payable_id = payable.id and allocation.created_at < ${until}) as open_minor
      from payable join invoice on invoice.payable_id = payable.id
     where payable.customer_id = ${customerId} and payable.kind || '' = 'invoice' and payable.created_at < ${until}
       and (payable.state in ('open', 'part_paid') or payable.updated_at >= ${until})
    ) item where open_minor <> 0 order by currency, due_on, id`.execute(db.read);
  return rows.map((row) => ({
    currency: row.currency,
    number: row.number,
    issuedOn: row.issued_on,
    dueOn: row.due_on,
    daysOverdue: daysBetween(row.due_on, to),
    openMinor: Number(row.open_minor),
  }));
}

export interface KeptStatement {
  id: string;
  customerId: string;
  createdAt: string;
  content: StatementContent;
}

/** A statement as it was mailed; undefined when there is none of that id. */
export async function findStatement(db: Db, id: string): Promise<KeptStatement | undefined> {
  const row = await db.read.selectFrom('customer_statement').selectAll().where('id', '=', id).executeTakeFirst();
  return (
    row && { id: row.id, customerId: row.customer_id, createdAt: row.created_at, content: JSON.parse(row.content) }
  );
}

export interface MailedStatement {
  id: string;
  from: string;
  to: string;
  createdAt: string;
  sender: string | undefined;
  letterId: string | undefined;
}

/** The newest statements that were mailed to a customer, at most ten. */
export async function mailedStatements(db: Db, customerId: string): Promise<MailedStatement[]> {
  const rows = await db.read
    .selectFrom('customer_statement')
    .leftJoin('person', 'person.id', 'customer_statement.created_by')
    .leftJoin('letter', 'letter.subject_id', 'customer_statement.id')
    .select(['customer_statement.id', 'from_on', 'to_on', 'customer_statement.created_at', 'person.name'])
    .select('letter.id as letter_id')
    .where('customer_statement.customer_id', '=', customerId)
    .orderBy('customer_statement.id', 'desc')
    .limit(10)
    .execute();
  return rows.map((row) => ({
    id: row.id,
    from: row.from_on,
    to: row.to_on,
    createdAt: row.created_at,
    sender: row.name ?? undefined,
    letterId: row.letter_id ?? undefined,
  }));
}
