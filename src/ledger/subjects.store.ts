import { type RawBuilder, sql } from 'kysely';
import { paths } from '../paths.ts';
import type { Db } from '../platform/database/database.ts';
import { notFound } from '../platform/refusal.ts';
import { textKey } from '../platform/text-key.ts';

type Sql = RawBuilder<unknown>;

/** Something that entries are about, by the prefix of its id. */
interface SubjectKind {
  noun: string;
  table: string;
  /** The column by which people call it, and how that is written; none where there is no such number. */
  called?: { column: string; shown?: (value: string) => string };
  /** Its own page; where there is none, that of what it belongs to. */
  page?: (id: string) => string;
  belongsTo?: Sql;
  /** The entries about it, one query of `journal_entry.id` for each way in, so that each is a step of an index. */
  entries: (id: Sql) => Sql[];
}

const PAYABLE = { table: 'payable', called: { column: 'number' }, entries: ofPayable };

/** All kinds that "Show transactions" can be asked about; another one is one more line. */
const SUBJECTS: Readonly<Record<string, SubjectKind>> = {
  inv: { noun: 'invoice', page: paths.invoice, ...PAYABLE },
  dep: { noun: 'deposit', page: paths.deposit, ...PAYABLE },
  pay: { noun: 'payment', table: 'payment', page: paths.payment, entries: ofPayment },
  rcp: {
    ...{ noun: 'receipt', table: 'receipt', page: paths.receipt },
    called: { column: 'number', shown: (number) => `R-${number.padStart(6, '0')}` },
    entries: (id) => ofPayment(sql`(select payment_id from receipt where id = ${id})`),
  },
  ref: {
    ...{ noun: 'refund', table: 'refund', page: paths.refund },
    entries: (id) => [
      about(sql`select ${id} as id`),
      about(sql`select allocation_id as id from credit_note where refund_id = ${id}`),
      about(sql`select id from gateway_movement where refund_id = ${id}`),
    ],
  },
  crn: {
    ...{ noun: 'credit note', table: 'credit_note', page: paths.creditNote },
    called: { column: 'number', shown: (number) => `CN-${number.padStart(6, '0')}` },
    entries: (id) => [
      about(sql`select allocation_id as id from credit_note where id = ${id}`),
      about(sql`select allocation.id from credit_note join allocation on allocation.reverses = credit_note.allocation_id
        where credit_note.id = ${id}`),
    ],
  },
  dis: { noun: 'dispute', table: 'dispute', page: paths.dispute, entries: ofDispute },
  dmv: {
    noun: 'dispute',
    table: 'dispute_movement',
    belongsTo: sql`dispute_id`,
    entries: (id) => [about(sql`select ${id} as id`)],
  },
  pou: {
    ...{ noun: 'payout', table: 'payout', page: paths.payout },
    entries: (id) => [
      about(sql`select ${id} as id`),
      about(sql`select id from gateway_movement where payout_id = ${id}`),
      // Its own way to the bank, and back, is paid out with none.
      about(sql`select own.id from payout join gateway_movement own
        on own.account_id = payout.account_id and own.source_ref = payout.gateway_ref where payout.id = ${id}`),
    ],
  },
  mov: {
    noun: 'movement at the gateway',
    table: 'gateway_movement',
    belongsTo: sql`coalesce(payment_id, dispute_id, refund_id, payout_id)`,
    entries: (id) => [about(sql`select ${id} as id`)],
  },
  all: {
    // A credit note, or a deposit set against an invoice: people know it by the invoice.
    ...{ noun: 'invoice', table: 'allocation', belongsTo: sql`payable_id` },
    entries: (id) => [about(sql`select ${id} as id`)],
  },
  cus: { noun: 'customer', table: 'customer', called: { column: 'name' }, page: paths.customer, entries: ofCustomer },
};

/** The entries about one of these, its changes too; `cross join` keeps SQLite from beginning with all entries. */
function about(subjectIds: Sql): Sql {
  return sql`select journal_entry.id from (${subjectIds}) subject cross join journal_entry
    where journal_entry.about_id = subject.id`;
}

/** With those of the payments that settled part of it, and of its refunds. */
function ofPayable(id: Sql): Sql[] {
  return [
    about(sql`select ${id} as id`),
    about(sql`select payment_id as id from allocation where payable_id = ${id}`),
    about(sql`select id from allocation where payable_id = ${id}`),
    about(sql`select id from allocation where deposit_id = ${id}`),
    about(sql`select refund_id as id from refund_line where payable_id = ${id}`),
    about(sql`select dispute_id as id from dispute_part where payable_id = ${id}`),
    about(sql`select moved.id from dispute_part part join dispute_movement moved on moved.dispute_id = part.dispute_id
      where part.payable_id = ${id}`),
  ];
}

function ofDispute(id: Sql): Sql[] {
  return [
    about(sql`select ${id} as id`),
    about(sql`select id from dispute_movement where dispute_id = ${id}`),
    about(sql`select allocation_id as id from credit_note where dispute_id = ${id}`),
    about(sql`select id from gateway_movement where dispute_id = ${id}`),
  ];
}

function ofPayment(id: Sql): Sql[] {
  return [
    about(sql`select ${id} as id`),
    about(sql`select id from allocation where payment_id = ${id}`),
    about(sql`select id from refund where payment_id = ${id}`),
    about(sql`select id from dispute where payment_id = ${id}`),
    about(sql`select moved.id from dispute join dispute_movement moved on moved.dispute_id = dispute.id
      where dispute.payment_id = ${id}`),
    about(sql`select id from gateway_movement where payment_id = ${id}`),
  ];
}

function ofCustomer(id: Sql): Sql[] {
  return [
    about(sql`select id from payable where customer_id = ${id}`),
    about(sql`select allocation.id from payable cross join allocation
      where payable.customer_id = ${id} and allocation.payable_id = payable.id`),
    about(sql`select id from payment where customer_id = ${id}`),
    about(sql`select id from refund where customer_id = ${id}`),
    about(sql`select id from dispute where customer_id = ${id}`),
    about(sql`select moved.id from dispute cross join dispute_movement moved
      where dispute.customer_id = ${id} and moved.dispute_id = dispute.id`),
  ];
}

/** What of the books a page is about. */
export interface TransactionSubject {
  noun: string;
  /** Its number or name; empty where it has none. */
  name: string;
  /** Where it, or what it belongs to, has its page. */
  page: string | undefined;
}

/** Errors: 404 when there is nothing of that id. */
export async function readTransactionSubject(db: Db, id: string): Promise<TransactionSubject> {
  const kind = kindOf(id);
  if (!kind) throw notFound('document');
  const called = kind.called ? sql.ref(kind.called.column) : sql`''`;
  const { rows } = await sql<{ name: string | number; belongs_to: string | null }>`
    select ${called} as name, ${kind.belongsTo ?? sql`null`} as belongs_to from ${sql.table(kind.table)} where id = ${id}`.execute(
    db.read,
  );
  const [row] = rows;
  if (!row) throw notFound('document');
  const name = String(row.name);
  return {
    noun: kind.noun,
    name: kind.called?.shown?.(name) ?? name,
    page: kind.page?.(id) ?? (row.belongs_to ? pageOf(row.belongs_to) : undefined),
  };
}

/** A query of the ids of all entries about something; undefined for an id of no kind that is known here. */
export function entriesAbout(subjectId: string): RawBuilder<{ id: string }> | undefined {
  const ways = kindOf(subjectId)?.entries(sql`${subjectId}`);
  return ways && sql<{ id: string }>`${sql.join(ways, sql` union `)}`;
}

/** How the subject of an entry is called on a screen, and where it leads. */
export function subjectShown(subjectId: string): { noun: string; href: string | undefined } {
  const [id = ''] = subjectId.split(':');
  const kind = kindOf(id);
  return { noun: kind?.noun ?? 'entry', href: kind ? (kind.page?.(id) ?? paths.transactions(id)) : undefined };
}

/** Everything that has this number, which people read on a document: an invoice, a deposit, a receipt. */
export async function subjectsNumbered(db: Db, typed: string): Promise<string[]> {
  const key = textKey(typed);
  if (!key.isWellFormed() || key.includes('\0')) return [];
  const payables = await db.read
    .selectFrom('payable')
    .select('id')
    .where('kind', 'in', ['invoice', 'deposit'])
    .where('number_key', '=', key)
    .execute();
  const receipt = /^r-0*(\d{1,9})$/.exec(key)?.[1];
  const receipts = receipt
    ? await db.read.selectFrom('receipt').select('id').where('number', '=', Number(receipt)).execute()
    : [];
  return [...payables, ...receipts].map((row) => row.id);
}

function kindOf(id: string): SubjectKind | undefined {
  const prefix = /^([a-z]{3})_[0-9a-z]{26}$/.exec(id)?.[1];
  return prefix && Object.hasOwn(SUBJECTS, prefix) ? SUBJECTS[prefix] : undefined;
}

function pageOf(id: string): string | undefined {
  return kindOf(id)?.page?.(id);
}
