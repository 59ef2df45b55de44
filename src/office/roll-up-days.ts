import { readCompany } from '../company/company.store.ts';
import { type Clock, nowIso } from '../platform/clock.ts';
import type { Db } from '../platform/database/database.ts';
import { addDays, dayInZone } from '../platform/show-time.ts';
import { firstMoment, rolledDays, sumUpDays } from './day-figures.store.ts';
import { type DayFigure, daysBetween, FIGURE_KINDS, isOver, isStale } from './day-figures.ts';

/** A run ends after so long; the next one goes on. */
const LONGEST_RUN_MS = 2000;
const ROWS_PER_INSERT = 200;

/**
 * Sums up days that are over, the newest first, and anew those whose links may have been opened or paid since. Reads beside
 * payers, in chunks; what it writes of a day is a few rows in one transaction. Gives how many days it did.
 */
export async function rollUpDays(parts: { db: Db; clock: Clock }): Promise<number> {
  const { db } = parts;
  const { timeZone: zone } = await readCompany(db);
  const endAtMs = Date.now() + LONGEST_RUN_MS;
  let done = 0;
  for (const { day, seenAt } of await daysToRollUp(parts, zone)) {
    const { figures } = await sumUpDays(db, daysBetween(day, day, zone));
    if (await writeDay(parts, { day, zone, seenAt }, figures)) done += 1;
    if (Date.now() > endAtMs) break;
  }
  return done;
}

/** The days without figures, newest first, then those whose figures are older than they should be. */
async function daysToRollUp({ db, clock }: { db: Db; clock: Clock }, zone: string) {
  const first = await firstMoment(db);
  if (!first) return [];
  const [from, to] = [dayInZone(first, zone), dayInZone(nowIso(clock), zone)];
  const rolled = await rolledDays(db, { from, to, zone });
  const missing: Array<{ day: string; seenAt: string | undefined }> = [];
  const stale: typeof missing = [];
  for (let day = to; day >= from; day = addDays(day, -1)) {
    const seenAt = rolled.get(day);
    if (!seenAt && isOver(day, zone, clock.now())) missing.push({ day, seenAt });
    if (seenAt && isStale(day, seenAt, clock.now())) stale.push({ day, seenAt });
  }
  return [...missing, ...stale];
}

/** Writes a day's figures in place of what was there; false when another process did so meanwhile. */
async function writeDay(
  { db, clock }: { db: Db; clock: Clock },
  { day, zone, seenAt }: { day: string; zone: string; seenAt: string | undefined },
  figures: DayFigure[],
): Promise<boolean> {
  const mark = { zone, rolled_at: nowIso(clock) };
  return db.tx(async () => {
    const taken = await db.q
      .insertInto('day_rolled')
      .values({ day, ...mark })
      .onConflict((clash) =>
        clash
          .column('day')
          .doUpdateSet(mark)
          // Days of another zone's calendar are replaced whenever they were made.
          .where(({ or, eb }) =>
            or([eb('day_rolled.zone', '!=', zone), eb('day_rolled.rolled_at', '=', seenAt ?? '')]),
          ),
      )
      .returning('day')
      .executeTakeFirst();
    if (!taken) return false;
    await db.q.deleteFrom('day_figure').where('kind', 'in', FIGURE_KINDS).where('day', '=', day).execute();
    for (let i = 0; i < figures.length; i += ROWS_PER_INSERT)
      await db.q
        .insertInto('day_figure')
        .values(figures.slice(i, i + ROWS_PER_INSERT))
        .execute();
    return true;
  });
}
