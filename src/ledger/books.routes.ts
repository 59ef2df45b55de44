import { type Request, type Response, Router } from 'express';
import { paths } from '../paths.ts';
import { may } from '../permissions.ts';
import { type Clock, nowIso } from '../platform/clock.ts';
import type { Db } from '../platform/database/database.ts';
import { endOfDayIso, readDay, readDayRange } from '../platform/day-range.ts';
import { type FieldErrors, notFound } from '../platform/refusal.ts';
import { dayInZone, startOfDayIso } from '../platform/show-time.ts';
import { queryText } from '../platform/web/forms.ts';
import { render, type Surroundings } from '../platform/web/render.ts';
import { accountLines } from './account-lines.store.ts';
import { type BalanceKey, balanceKeys, balancesBefore } from './balances.store.ts';
import { chartPage, journalPage, keyText, ledgerAccountPage, trialBalancePage } from './books.pages.ts';
import { isLedgerAccount } from './chart-of-accounts.ts';
import { readTitles } from './entries.store.ts';
import { JOURNAL_FIELDS, readJournalFilter } from './journal-filter.ts';
import { entryKinds, listEntries, movedIn } from './journal-list.store.ts';
import { readMappings, serviceAccounts } from './ledger-mapping.store.ts';
import { readPlace } from './place.ts';

/** The books to read: trial balance, journal, chart of accounts, and the movements of one account. */
export function booksRoutes({ db, clock }: { db: Db; clock: Clock }): Router {
  const router = Router();

  router.get(paths.books(), may('ledger.read'), async (req, res) => {
    const zone = zoneOf(res);
    const today = dayInZone(nowIso(clock), zone);
    const typed = queryText(req, 'on') || today;
    const on = readDay(typed);
    const known = on !== undefined && on <= today;
    const shown = known ? on : today;
    const errors: FieldErrors = known ? {} : { on: 'Choose a day that has begun.' };
    const [balances, titleOf] = await Promise.all([balancesBefore(db, endOfDayIso(shown, zone)), readTitles(db)]);
    render(res, trialBalancePage({ on: shown, balances, titleOf, typed: { on: typed }, errors }), known ? 200 : 422);
  });

  router.get(paths.journal(), may('ledger.read'), async (req, res) => {
    const typed = Object.fromEntries(JOURNAL_FIELDS.map((name) => [name, queryText(req, name)]));
    const { filter, errors } = readJournalFilter(typed);
    const before = readPlace(queryText(req, 'before'));
    const zone = zoneOf(res);
    const [page, moved, titleOf, choices] = await Promise.all([
      listEntries(db, filter, { zone, before }),
      movedIn(db, filter, zone),
      readTitles(db),
      readChoices(db),
    ]);
    const shown = { page, filter, before, moved, titleOf, choices, typed, errors };
    render(res, journalPage(shown), Object.keys(errors).length > 0 ? 422 : 200);
  });

  router.get(paths.ledgerAccounts(), may('ledger.read'), async (_req, res) => {
    const [mappings, accounts] = await Promise.all([readMappings(db), serviceAccounts(db)]);
    render(res, chartPage(mappings, accounts));
  });

  router.get(paths.ledgerAccount(':name'), may('ledger.read'), async (req, res) => {
    const zone = zoneOf(res);
    const { key, keys } = await readKey(db, req);
    const { range, typed, errors } = readRange(req, dayInZone(nowIso(clock), zone));
    const after = readPlace(queryText(req, 'after'));
    const moments = { since: startOfDayIso(range.from, zone), until: endOfDayIso(range.to, zone), after };
    const [found, titleOf] = await Promise.all([accountLines(db, key, moments), readTitles(db)]);
    const choices = keys.map((one) => ({
      ...one,
      label: [titleOf(one).service, one.currency].filter(Boolean).join(', '),
    }));
    const page = ledgerAccountPage({ key, title: titleOf(key), range, found, after, choices, typed, errors });
    render(res, page, Object.keys(errors).length > 0 ? 422 : 200);
  });

  return router;
}

function zoneOf(res: Response): string {
  return (res.locals.surroundings as Surroundings).timeZone ?? 'UTC';
}

/** What the lists of choices above the journal offer. */
async function readChoices(db: Db) {
  const [accounts, keys, kinds, mappings] = await Promise.all([
    serviceAccounts(db),
    balanceKeys(db),
    entryKinds(db),
    readMappings(db),
  ]);
  return { accounts, currencies: [...new Set(keys.map((key) => key.currency))].sort(), kinds, mappings };
}

/** The balance that an address names, the first of the account where it names none. Errors: 404. */
async function readKey(db: Db, req: Request): Promise<{ key: BalanceKey; keys: BalanceKey[] }> {
  const ledgerAccount = String(req.params.name);
  if (!isLedgerAccount(ledgerAccount)) throw notFound('account of the books');
  const keys = await balanceKeys(db, { ledgerAccount });
  const asked = queryText(req, 'balance');
  const key = asked ? keys.find((one) => keyText(one) === asked) : keys[0];
  if (key) return { key, keys };
  if (asked && keys.length > 0) throw notFound('balance');
  // Nothing was booked yet: an empty account in a currency that is as good as any.
  return { key: { ledgerAccount, accountId: undefined, currency: 'EUR' }, keys };
}

/** The days that were asked for, this month up to today without any. */
function readRange(req: Request, today: string) {
  const typed = {
    from: queryText(req, 'from') || `${today.slice(0, 8)}01`,
    to: queryText(req, 'to') || today,
  };
  const { range, errors } = readDayRange(typed);
  const [from, to] = [range.from ?? `${today.slice(0, 8)}01`, range.to ?? today];
  return { range: from > to ? { from: to, to } : { from, to }, typed, errors };
}
