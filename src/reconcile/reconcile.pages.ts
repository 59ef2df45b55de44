import { accountLabel } from '../accounts/account.ts';
import { showMoneyWithCode } from '../money/show-money.ts';
import { paths } from '../paths.ts';
import { MINUTE_MS, SECOND_MS } from '../platform/clock.ts';
import type { KeysetPage } from '../platform/keyset.ts';
import type { FieldErrors } from '../platform/refusal.ts';
import { showDateTime } from '../platform/show-time.ts';
import { withQuery } from '../platform/web/query.ts';
import type { Page } from '../platform/web/render.ts';
import type { DeskAccount } from './desk.store.ts';
import type { DifferenceKind, ObjectKind } from './difference.ts';
import { type FiledDifference, SHOWN_MOST } from './differences.store.ts';
import type { Figure } from './figures.store.ts';
import type { Run } from './run.ts';
import type { ListedRun } from './runs.store.ts';
import { differences, type Standing, standingOf, standingOfAll } from './standing.ts';

/** What each figure is called; one that has no name here is not shown. */
const FIGURES: Record<string, string> = {
  captured: 'Captured',
  refunded: 'Refunded',
  disputed: 'Disputed: taken by banks, less what they gave back',
  fees: 'Fees',
  'paid-out': 'Paid out',
  clearing: 'Held by the gateway, as the journal says, of all time',
};

const KINDS: Record<ObjectKind, Record<DifferenceKind, string>> = {
  payment: {
    'not-booked': 'Paid at the gateway, not booked here',
    'not-paid': 'Booked here, not paid at the gateway',
    'amount-differs': 'Payment of another sum or mode',
    'made-outside': 'Charged at the gateway, not here',
    unknown: 'Paid with our mark, unknown here',
    'still-open': 'Over here, can still be paid at the gateway',
  },
  refund: {
    'not-booked': 'Refunded at the gateway, not booked here',
    'not-paid': 'Refund booked here, not made at the gateway',
    'amount-differs': 'Refund of another sum',
    'made-outside': 'Refunded at the gateway, not here',
    unknown: 'Refund with our mark, unknown here',
    'still-open': 'Refund over here, on its way at the gateway',
  },
  dispute: {
    'not-booked': 'Dispute at the gateway, not booked here',
    'not-paid': 'Dispute here, unknown at the gateway',
    'amount-differs': 'Dispute that moved another sum',
    'made-outside': 'Dispute at the gateway, unknown here',
    unknown: 'Dispute at the gateway, unknown here',
    'still-open': 'Dispute over here, open at the gateway',
  },
};

export interface DeskShown {
  desk: DeskAccount[];
  open: FiledDifference[];
  runs: KeysetPage<ListedRun>;
  before: string | undefined;
  progress: { looked: number; expected: number } | undefined;
  owners: Array<{ id: string; name: string }>;
  timeZone: string;
  typed: Record<string, string>;
  errors: FieldErrors;
}

/** Books against gateways: how each account stands, what differs, and the runs that looked. */
export function deskPage({ desk, open, runs, before, progress, owners, timeZone, typed, errors }: DeskShown) {
  const at = (iso: string) => showDateTime(iso, timeZone);
  const names = namesOf(desk);
  const waiting = open.filter((one) => !one.isExplained);
  return {
    view: 'reconcile/desk',
    layout: 'office' as const,
    title: 'Reconcile',
    ...(progress ? { refresh: 2, scripts: ['progress.js'] } : {}),
    progress,
    overall: standingOfAll(
      desk.map((one) => one.facts),
      at,
    ),
    accounts: desk.map((one) => accountShown(one, at)),
    differences: waiting.map((one) => differenceShown(one, names)),
    explained: open.filter((one) => one.isExplained).map((one) => differenceShown(one, names)),
    isCut: open.length === SHOWN_MOST,
    runs: runs.rows.map((run) => runShown(run, names)),
    pager: {
      newer: before ? paths.reconcile() : undefined,
      older: runs.olderThan ? withQuery(paths.reconcile(), { before: runs.olderThan }) : undefined,
    },
    owners: owners.map(({ id, name }) => ({ value: id, label: name })),
    typed,
    errors,
  } satisfies Page & Record<string, unknown>;
}

function namesOf(desk: DeskAccount[]): Map<string, string> {
  return new Map(desk.map(({ account }) => [account.id, accountLabel(account)]));
}

function accountShown(
  { account, facts, done, figures, failure, byCurrency }: DeskAccount,
  at: (iso: string) => string,
) {
  const currencies = [...new Set([...figures.map((one) => one.currency), ...byCurrency.keys()])].filter(Boolean).sort();
  const nothing = { open: 0, openSince: '', explained: 0 };
  return {
    label: accountLabel(account),
    href: paths.account(account.id),
    standing: standingOf(facts, at),
    why: failure?.failure,
    since: done?.since,
    foreign: done?.foreign ?? 0,
    underWay: done?.underWay ?? 0,
    currencies: currencies.map((currency) => ({
      currency,
      standing: standingOf({ ...facts, ...nothing, ...byCurrency.get(currency) }, at),
      figures: Object.keys(FIGURES).flatMap((name) =>
        figures.filter((one) => one.figure === name && one.currency === currency).map(figureShown),
      ),
    })),
  };
}

function figureShown({ figure, currency, hereMinor, thereMinor }: Figure) {
  const show = (amountMinor: number) => showMoneyWithCode({ amountMinor, currency });
  const isKnownThere = thereMinor !== undefined;
  return {
    label: FIGURES[figure],
    here: show(hereMinor),
    there: isKnownThere ? show(thereMinor) : '',
    differs: isKnownThere && thereMinor !== hereMinor ? show(thereMinor - hereMinor) : '',
    isEqual: isKnownThere && thereMinor === hereMinor,
  };
}

const STATES = {
  open: { tone: 'warn', text: 'Open' },
  repaired: { tone: 'ok', text: 'Repaired' },
  gone: { tone: 'muted', text: 'Gone' },
};

function differenceShown(found: FiledDifference, names: Map<string, string>) {
  const { objectKind, kind, ourId, gatewayRef, currency, hereMinor, thereMinor, caseId } = found;
  const show = (amountMinor: number | undefined) =>
    amountMinor === undefined ? 'Nothing' : showMoneyWithCode({ amountMinor, currency });
  return {
    label: KINDS[objectKind][kind],
    account: names.get(found.accountId) ?? '',
    href: caseId ? paths.caseFile(caseId) : objectKind === 'payment' && ourId ? paths.payment(ourId) : undefined,
    gatewayRef: gatewayRef ?? ourId ?? '',
    here: show(hereMinor),
    there: show(thereMinor),
    since: found.foundAt,
    owner: found.owner ?? (found.state === 'open' ? 'Nobody yet' : '–'),
    badge: found.isExplained && found.state === 'open' ? { tone: 'muted', text: 'Explained' } : STATES[found.state],
  };
}

const RUN_BADGES = {
  running: { tone: 'info', text: 'Under way' },
  done: { tone: 'ok', text: 'Done' },
  failed: { tone: 'bad', text: 'Not finished' },
};

function runShown(run: ListedRun, names: Map<string, string>) {
  return {
    href: paths.reconcileRun(run.id),
    account: names.get(run.accountId) ?? '',
    startedAt: run.startedAt,
    starter: run.starter ?? 'The portal',
    looked: run.looked,
    took: tookOf(run),
    found: run.found,
    repaired: run.repaired,
    badge: RUN_BADGES[run.state],
  };
}

/** "4 s", "2 min 5 s"; empty while it is under way. */
function tookOf({ startedAt, finishedAt }: Run): string {
  if (!finishedAt) return '';
  const ms = Math.max(0, Date.parse(finishedAt) - Date.parse(startedAt));
  const [minutes, seconds] = [Math.floor(ms / MINUTE_MS), Math.ceil((ms % MINUTE_MS) / SECOND_MS)];
  return minutes > 0 ? `${minutes} min ${seconds} s` : `${seconds} s`;
}

/** One run: what it looked at, what it found, and what it repaired. */
export function runPage(
  run: Run,
  { found, account }: { found: FiledDifference[]; account: { id: string; label: string } },
) {
  const names = new Map([[run.accountId, account.label]]);
  const repaired = found.filter((one) => one.state === 'repaired').length;
  return {
    view: 'reconcile/run',
    layout: 'office' as const,
    title: `Look at ${account.label}`,
    ...(run.state === 'running' ? { refresh: 2, scripts: ['progress.js'] } : {}),
    badge: RUN_BADGES[run.state],
    accountHref: paths.account(account.id),
    accountLabel: account.label,
    run: { ...run, took: tookOf(run) },
    outcome: found.length === 0 ? 'Nothing new differed.' : `${differences(found.length)} found, ${repaired} repaired.`,
    differences: found.map((one) => differenceShown(one, names)),
    isCut: found.length === SHOWN_MOST,
  } satisfies Page & Record<string, unknown>;
}

/** How books and gateways stand, in a line for the home page; undefined before there is an account. */
export function homeLine(desk: DeskAccount[], timeZone: string): Standing | undefined {
  return standingOfAll(
    desk.map((one) => one.facts),
    (iso) => showDateTime(iso, timeZone),
  );
}
