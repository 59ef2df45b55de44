import { showMoneyWithCode } from '../money/show-money.ts';
import type { Db } from '../platform/database/database.ts';

/** Something that a deed was done to, by its kind and id. */
export interface SubjectRef {
  kind: string;
  id: string;
}

/** What each of these is called by people: id → "INV-1042", a customer's name, a sum; those not known are missing. */
export async function subjectNames(db: Db, subjects: readonly SubjectRef[]): Promise<Map<string, string>> {
  const idsOf = (...kinds: string[]) => [
    ...new Set(subjects.filter(({ kind }) => kinds.includes(kind)).map(({ id }) => id)),
  ];
  const found = await Promise.all([
    named(idsOf('invoice', 'deposit'), (ids) =>
      db.read.selectFrom('payable').select(['id', 'number as name']).where('id', 'in', ids).execute(),
    ),
    named(idsOf('customer'), (ids) =>
      db.read.selectFrom('customer').select(['id', 'name']).where('id', 'in', ids).execute(),
    ),
    named(idsOf('account'), (ids) =>
      db.read.selectFrom('account').select(['id', 'name']).where('id', 'in', ids).execute(),
    ),
    named(idsOf('person'), (ids) =>
      db.read.selectFrom('person').select(['id', 'name']).where('id', 'in', ids).execute(),
    ),
    named(idsOf('letter'), (ids) =>
      db.read.selectFrom('letter').select(['id', 'subject as name']).where('id', 'in', ids).execute(),
    ),
    named(idsOf('case'), (ids) =>
      db.read.selectFrom('case_file').select(['id', 'summary as name']).where('id', 'in', ids).execute(),
    ),
    named(idsOf('import'), (ids) =>
      db.read.selectFrom('import_file').select(['id', 'name']).where('id', 'in', ids).execute(),
    ),
    named(idsOf('template'), (ids) =>
      db.read.selectFrom('letter_template').select(['id', 'kind as name']).where('id', 'in', ids).execute(),
    ),
    named(idsOf('receipt'), async (ids) => {
      const rows = await db.read.selectFrom('receipt').select(['id', 'number']).where('id', 'in', ids).execute();
      return rows.map(({ id, number }) => ({ id, name: `R-${String(number).padStart(6, '0')}` }));
    }),
    named(idsOf('payment'), async (ids) => {
      const rows = await db.read
        .selectFrom('payment')
        .select(['id', 'amount_minor', 'currency'])
        .where('id', 'in', ids)
        .execute();
      return rows.map((row) => ({
        id: row.id,
        name: showMoneyWithCode({ amountMinor: row.amount_minor, currency: row.currency }),
      }));
    }),
    named(idsOf('link'), (ids) => documentsOfLinks(db, ids)),
  ]);
  return new Map(found.flat().map(({ id, name }) => [id, name]));
}

type Named = { id: string; name: string };

async function named(ids: string[], read: (ids: string[]) => Promise<Named[]>): Promise<Named[]> {
  return ids.length > 0 ? read(ids) : [];
}

async function documentsOfLinks(db: Db, ids: string[]): Promise<Named[]> {
  const rows = await db.read
    .selectFrom('link_payable')
    .innerJoin('payable', 'payable.id', 'link_payable.payable_id')
    .select(['link_id', 'number'])
    .where('link_id', 'in', ids)
    .orderBy('position')
    .execute();
  const names = new Map<string, string>();
  for (const { link_id, number } of rows)
    names.set(link_id, names.has(link_id) ? `${names.get(link_id)}, ${number}` : number);
  return [...names].map(([id, name]) => ({ id, name }));
}

/** At most so many things are looked through for one number. */
const MOST_SUBJECTS = 200;

/**
 * What somebody means who typed a number or an id: the document, customer or receipt of that number, and of documents also
 * their links, payments and receipts. `key` is the text as numbers are compared.
 */
export async function subjectsMeant(db: Db, { text, key }: { text: string; key: string }): Promise<string[]> {
  const receiptNumber = /^r-?0*(\d{1,9})$/.exec(key)?.[1];
  const [payables, customers, receipts] = await Promise.all([
    db.read
      .selectFrom('payable')
      .select('id')
      .where('kind', 'in', ['invoice', 'deposit'])
      .where('number_key', '=', key)
      .execute(),
    db.read.selectFrom('customer').select('id').where('number_key', '=', key).execute(),
    receiptNumber
      ? db.read.selectFrom('receipt').select(['id', 'payment_id']).where('number', '=', Number(receiptNumber)).execute()
      : [],
  ]);
  const documents = payables.map(({ id }) => id);
  const about = documents.length > 0 ? await aboutDocuments(db, documents) : [];
  const others = [...customers.map(({ id }) => id), ...receipts.flatMap(({ id, payment_id }) => [id, payment_id])];
  const typedId = /^[a-z]{3}_[0-9a-z]{26}$/.test(text) ? [text] : [];
  return [...new Set([...typedId, ...documents, ...others, ...about])].slice(0, MOST_SUBJECTS);
}

async function aboutDocuments(db: Db, payableIds: string[]): Promise<string[]> {
  const [links, payments] = await Promise.all([
    db.read
      .selectFrom('link_payable')
      .select('link_id')
      .where('payable_id', 'in', payableIds)
      .orderBy('link_id', 'desc')
      .limit(MOST_SUBJECTS)
      .execute(),
    db.read
      .selectFrom('payment_payable')
      .leftJoin('receipt', 'receipt.payment_id', 'payment_payable.payment_id')
      .select(['payment_payable.payment_id', 'receipt.id as receipt_id'])
      .where('payable_id', 'in', payableIds)
      .orderBy('payment_payable.payment_id', 'desc')
      .limit(MOST_SUBJECTS)
      .execute(),
  ]);
  return [
    ...payments.flatMap(({ payment_id, receipt_id }) => (receipt_id ? [payment_id, receipt_id] : [payment_id])),
    ...links.map(({ link_id }) => link_id),
  ];
}
