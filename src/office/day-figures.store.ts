import { type SelectQueryBuilder, sql } from 'kysely';
import type { Db } from '../platform/database/database.ts';
import type { Tables } from '../platform/database/tables.ts';
import { type DayFigure, type Days, dayOf, FigureSums } from './day-figures.ts';
import { spanOf } from './time-to-pay.ts';

const ROWS_PER_READ = 500;
/** The letters that bring a customer a link. */
const LINK_LETTERS = ['link', 'link-replaced', 'reminder'];

/** Where a read goes on: after the row of that time and id. */
interface Key {
  at: string;
  id: string;
}

/**
 * What days came to, read from receipts, declined tries and links themselves, in chunks that let others through. At most so
 * many rows of each: `complete` says whether that was all, `rows` how many there were.
 */
export async function sumUpDays(
  db: Db,
  days: Days,
  mostRows = Number.POSITIVE_INFINITY,
): Promise<{ figures: DayFigure[]; complete: boolean; rows: number }> {
  const sums = new FigureSums();
  const bounds = { since: days.starts[0] as string, until: days.starts.at(-1) as string };
  const receipts = await inChunks(
    (after) => receiptRows(db, bounds, after),
    mostRows,
    (row) => {
      const of = { day: dayOf(days, row.at), account_id: row.account_id ?? '', currency: row.currency };
      sums.add({ kind: 'collected', ...of, figure_key: '' }, row.amount_minor);
      if (row.sent_at !== null && row.sent_at <= row.at)
        sums.add({ kind: 'time-to-pay', ...of, figure_key: spanOf(row.sent_at, row.at) });
    },
  );
  const declines = await inChunks(
    (after) => declineRows(db, bounds, after),
    mostRows,
    (row) => {
      const of = { day: dayOf(days, row.at as string), account_id: row.account_id ?? '', currency: row.currency };
      sums.add({ kind: 'declined', ...of, figure_key: row.decline_category ?? 'card-declined' });
    },
  );
  const links = await inChunks(
    (after) => linkRows(db, bounds, after),
    mostRows,
    (row) => {
      const of = { day: dayOf(days, row.at), account_id: row.account_id, currency: row.currency, figure_key: '' };
      if (!Number(row.sent)) return;
      sums.add({ kind: 'links-sent', ...of });
      // Who paid has opened it, even where the page could not tell.
      if (row.opened_at !== null || Number(row.paid)) sums.add({ kind: 'links-opened', ...of });
      if (Number(row.paid)) sums.add({ kind: 'links-paid', ...of });
    },
  );
  const read = [receipts, declines, links];
  return {
    figures: sums.all(),
    complete: read.every((one) => one.complete),
    rows: read.reduce((sum, one) => sum + one.rows, 0),
  };
}

async function inChunks<Row extends { at: string | null; id: string }>(
  read: (after: Key) => Promise<Row[]>,
  mostRows: number,
  take: (row: Row) => void,
): Promise<{ complete: boolean; rows: number }> {
  let after: Key = { at: '', id: '' };
  let seen = 0;
  while (seen < mostRows) {
    const rows = await read(after);
    for (const row of rows) take(row);
    seen += rows.length;
    const last = rows.at(-1);
    if (!last || rows.length < ROWS_PER_READ) return { complete: true, rows: seen };
    after = { at: last.at ?? '', id: last.id };
    await new Promise((resume) => setImmediate(resume));
  }
  return { complete: false, rows: seen };
}

interface Bounds {
  since: string;
  until: string;
}

/** One chunk in the order of an index over that time and the id. */
function within<T extends keyof Tables & string, Row>(
  query: SelectQueryBuilder<Tables, T, Row>,
  [time, id]: [string, string],
  { since, until }: Bounds,
  after: Key,
) {
  const [at, own] = [sql.ref(time), sql.ref(id)];
  return query
    .where(sql<boolean>`${at} >= ${since} and ${at} < ${until} and (${at}, ${own}) > (${after.at}, ${after.id})`)
    .orderBy(at)
    .orderBy(own)
    .limit(ROWS_PER_READ)
    .execute();
}

function receiptRows(db: Db, bounds: Bounds, after: Key) {
  const query = db.read
    .selectFrom('receipt')
    .innerJoin('payment', 'payment.id', 'receipt.payment_id')
    .select(['receipt.id', 'receipt.issued_at as at', 'receipt.account_id', 'receipt.currency', 'receipt.amount_minor'])
    .select((read) =>
      read
        .selectFrom('letter')
        .select(({ fn }) => fn.min<string | null>('letter.created_at').as('first'))
        .whereRef('letter.link_id', '=', 'payment.link_id')
        .where('letter.kind', 'in', LINK_LETTERS)
        .as('sent_at'),
    );
  return within(query, ['receipt.issued_at', 'receipt.id'], bounds, after);
}

function declineRows(db: Db, bounds: Bounds, after: Key) {
  const query = db.read
    .selectFrom('attempt')
    .innerJoin('payment', 'payment.id', 'attempt.payment_id')
    .select(['attempt.id', 'attempt.ended_at as at', 'attempt.decline_category'])
    .select(['payment.account_id', 'payment.currency'])
    // As it stands in the index, which a parameter could not be compared with.
    .where('attempt.state', '=', sql.lit('declined'));
  return within(query, ['attempt.ended_at', 'attempt.id'], bounds, after);
}

function linkRows(db: Db, bounds: Bounds, after: Key) {
  const query = db.read
    .selectFrom('link')
    .leftJoin('link_visit', 'link_visit.link_id', 'link.id')
    .select(['link.id', 'link.created_at as at', 'link.account_id', 'link.currency', 'link_visit.opened_at'])
    .select(({ exists, selectFrom }) => [
      exists(
        selectFrom('letter')
          .select('letter.id')
          .whereRef('letter.link_id', '=', 'link.id')
          .where('letter.kind', 'in', LINK_LETTERS),
      ).as('sent'),
      exists(
        selectFrom('payment')
          .select('payment.id')
          .whereRef('payment.link_id', '=', 'link.id')
          .where('payment.state', 'in', ['paid', 'reversed']),
      ).as('paid'),
    ])
    .where('link.kind', '=', 'pay');
  return within(query, ['link.created_at', 'link.id'], bounds, after);
}

/** Which of these days are summed up in that zone's calendar, with when: day → ISO UTC. */
export async function rolledDays(
  db: Db,
  { from, to, zone }: { from: string; to: string; zone: string },
): Promise<Map<string, string>> {
  const rows = await db.read
    .selectFrom('day_rolled')
    .select(['day', 'rolled_at'])
    .where('day', '>=', from)
    .where('day', '<=', to)
    .where('zone', '=', zone)
    .execute();
  return new Map(rows.map((row) => [row.day, row.rolled_at]));
}

/** The figures of days that are summed up; those of other kinds than `collected` come without their day, added up. */
export async function rolledFigures(
  db: Db,
  { from, to, zone }: { from: string; to: string; zone: string },
): Promise<DayFigure[]> {
  // Looked for by themselves: there are none but for a while after the company has changed its zone.
  const ofOtherZones = await db.read
    .selectFrom('day_rolled')
    .select('day')
    .where('day', '>=', from)
    .where('day', '<=', to)
    .where('zone', '!=', zone)
    .execute();
  let query = db.read.selectFrom('day_figure').where('day', '>=', from).where('day', '<=', to);
  if (ofOtherZones.length > 0) {
    query = query.where(
      'day',
      'not in',
      ofOtherZones.map((one) => one.day),
    );
  }
  const [collected, others] = await Promise.all([
    query.selectAll().where('kind', '=', 'collected').execute(),
    query
      .select(['kind', 'account_id', 'currency', 'figure_key'])
      .select(({ fn }) => fn.sum<number>('events').as('events'))
      .where('kind', 'in', ['declined', 'time-to-pay', 'links-sent', 'links-opened', 'links-paid'])
      .groupBy(['kind', 'account_id', 'currency', 'figure_key'])
      .execute(),
  ]);
  return [...collected, ...others.map((row) => ({ ...row, day: '', events: Number(row.events), amount_minor: 0 }))];
}

/** The moment of the first thing there is to sum up; undefined in a new portal. */
export async function firstMoment(db: Db): Promise<string | undefined> {
  const firsts = await Promise.all([
    db.read
      .selectFrom('receipt')
      .select(({ fn }) => fn.min<string | null>('issued_at').as('at'))
      .executeTakeFirst(),
    db.read
      .selectFrom('link')
      .select(({ fn }) => fn.min<string | null>('created_at').as('at'))
      .executeTakeFirst(),
  ]);
  return firsts
    .flatMap((first) => first?.at ?? [])
    .sort()
    .at(0);
}
