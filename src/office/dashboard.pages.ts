import { accountLabel } from '../accounts/account.ts';
import type { DeclineCategory } from '../gateway/gateway.ts';
import { INVOICE_AGES } from '../invoices/invoice-age.ts';
import { exponentOf } from '../money/currency.ts';
import { showMoney, showMoneyWithCode } from '../money/show-money.ts';
import { paths } from '../paths.ts';
import { DECLINE_LABELS } from '../payments/decline-labels.ts';
import { showDate, showDateTime } from '../platform/show-time.ts';
import { withQuery } from '../platform/web/query.ts';
import type { Page } from '../platform/web/render.ts';
import { heightOf, niceTicks, shareText } from './chart-scale.ts';
import type { AgedSum } from './dashboard.store.ts';
import { BY_HAND, type Column, columnsOf, type DashboardChoice, RANGES } from './dashboard-choice.ts';
import { byColumn, groupedBy, narrowFigures, type Sum, total } from './dashboard-sums.ts';
import type { DayFigure } from './day-figures.ts';
import type { Kept } from './kept-reads.ts';
import { aboutTime, groupSpans, medianMinutes } from './time-to-pay.ts';

/** How wide a column and the room around it are drawn; the chart is stretched to where it stands. */
const COLUMN_WIDTH = 10;
const GAP = 1.5;

export interface DashboardShown {
  choice: DashboardChoice;
  currency: string;
  /** Those there are to choose from. */
  currencies: string[];
  accounts: Array<{ id: string; name: string; livemode: boolean }>;
  figures: DayFigure[];
  /** False while days of the range are still being added up. */
  complete: boolean;
  /** When the days that are not over were read (ISO UTC); undefined: just now. */
  asOf: string | undefined;
  owed: Kept<AgedSum[]>;
  zone: string;
}

/** Bars beside words and numbers, in a table; `part` is the length in percent. */
export interface Bar {
  label: string;
  href?: string | undefined;
  part: number;
  tone?: string;
  values: string[];
}

/** How money comes in, of one currency: charts that are tables, or stand beside one. */
export function dashboardPage(shown: DashboardShown) {
  const { choice, currency, figures, accounts } = shown;
  const { range, account } = choice;
  const own = narrowFigures(figures, { currency, account });
  const of = (kind: DayFigure['kind']) => own.filter((figure) => figure.kind === kind);
  const query = { range: range === '30' ? undefined : range, currency, account };
  const collected = total(of('collected'));
  const links = { sent: total(of('links-sent')), opened: total(of('links-opened')), paid: total(of('links-paid')) };
  const spans = of('time-to-pay').map(({ figure_key, events }) => ({ key: figure_key, events }));
  const median = medianMinutes(spans);
  const owed = agesShown(shown.owed, { currency, zone: shown.zone });
  return {
    view: 'office/dashboard',
    layout: 'office' as const,
    title: 'Dashboard',
    currency,
    complete: shown.complete,
    asOf: shown.asOf && showDateTime(shown.asOf, shown.zone),
    days: { from: choice.from, to: choice.to },
    typed: { currency, account: account ?? '' },
    range,
    ranges: Object.entries(RANGES).map(([value, label]) => ({
      label,
      href: withQuery(paths.dashboard(), { ...query, range: value }),
      current: value === range,
    })),
    currencies: [...new Set([...shown.currencies, currency])].sort().map((code) => ({ value: code, label: code })),
    accounts: [
      ...accounts.map((one) => ({ value: one.id, label: accountLabel(one) })),
      { value: BY_HAND, label: 'Recorded by hand' },
    ],
    numbers: {
      collected: showMoney({ ...collected, currency }),
      payments: counted(collected.events, 'payment'),
      receipts: account === BY_HAND ? undefined : receiptsOf(choice, currency, account),
      owed: owed.total,
      late: owed.late,
      paidShare: shareText(links.paid.events, links.sent.events) || '–',
      median: median === undefined ? '–' : aboutTime(median),
    },
    elsewhere: otherCurrencies(figures, currency, account).map((one) => ({
      text: showMoneyWithCode(one),
      href: withQuery(paths.dashboard(), { ...query, currency: one.currency }),
    })),
    columns: columnsShown(of('collected'), choice, currency),
    byAccount: account ? [] : accountBars(of('collected'), { accounts, currency, query }),
    ages: owed,
    funnel: funnelBars(links),
    declines: countBars(
      groupedBy(of('declined'), (figure) => figure.figure_key).map(({ key, events }) => ({
        label: DECLINE_LABELS[key as DeclineCategory]?.label ?? key,
        events,
      })),
    ),
    times: countBars(groupSpans(spans)),
  } satisfies Page & Record<string, unknown>;
}

/** Columns over days, and the same in a table, newest first. */
function columnsShown(collected: DayFigure[], choice: DashboardChoice, currency: string) {
  const columns = byColumn(collected, columnsOf(choice));
  const ticks = niceTicks(Math.max(...columns.map((column) => column.amountMinor)));
  const highest = ticks.at(-1) ?? 0;
  const money = (sum: Sum) => showMoney({ amountMinor: sum.amountMinor, currency });
  const href = (column: Column) =>
    choice.account === BY_HAND ? undefined : receiptsOf(column, currency, choice.account);
  return {
    unit: choice.range === 'year' ? 'week' : 'day',
    isEmpty: highest === 0,
    width: columns.length * COLUMN_WIDTH,
    ticks: ticks.map((amountMinor) => shortMoney({ amountMinor, currency })).reverse(),
    lines: ticks.map((tick) => 100 - (highest > 0 ? (tick / highest) * 100 : 0)),
    bars: columns.flatMap((column, i) => {
      const height = heightOf(column.amountMinor, highest);
      if (height === 0) return [];
      const title = `${spanText(column)}: ${money(column)} in ${counted(column.events, 'payment')}`;
      const x = i * COLUMN_WIDTH + GAP;
      return [{ x, width: COLUMN_WIDTH - 2 * GAP, y: 100 - height, height, title, href: href(column) }];
    }),
    labels: [columns[0], columns[Math.floor((columns.length - 1) / 2)], columns.at(-1)].flatMap((column) =>
      column ? showDay(column.from) : [],
    ),
    rows: columns
      .filter((column) => column.events > 0)
      .map((column) => ({
        label: spanText(column),
        href: href(column),
        payments: column.events.toLocaleString('en'),
        amount: money(column),
      }))
      .reverse(),
    total: money(total(collected)),
    payments: total(collected).events.toLocaleString('en'),
  };
}

function accountBars(
  collected: DayFigure[],
  {
    accounts,
    currency,
    query,
  }: {
    accounts: DashboardShown['accounts'];
    currency: string;
    query: Record<string, string | undefined>;
  },
): Bar[] {
  const whole = total(collected).amountMinor;
  return groupedBy(collected, (figure) => figure.account_id || BY_HAND).map(({ key, amountMinor, events }) => {
    const account = accounts.find((one) => one.id === key);
    return {
      label: key === BY_HAND ? 'Recorded by hand' : account ? accountLabel(account) : key,
      href: withQuery(paths.dashboard(), { ...query, account: key }),
      part: heightOf(amountMinor, whole),
      values: [events.toLocaleString('en'), showMoney({ amountMinor, currency }), shareText(amountMinor, whole)],
    };
  });
}

function agesShown({ value: ages, asOf }: Kept<AgedSum[]>, { currency, zone }: { currency: string; zone: string }) {
  const highest = Math.max(...ages.map((one) => one.dueMinor));
  const sum = (some: AgedSum[]) => some.reduce((all, one) => all + one.dueMinor, 0);
  const late = ages.filter((one) => one.age !== 'current');
  const money = (amountMinor: number) => showMoney({ amountMinor, currency });
  return {
    isEmpty: ages.every((one) => one.invoices === 0),
    asOf: asOf && showDateTime(asOf, zone),
    total: money(sum(ages)),
    late: sum(late) > 0 ? `${money(sum(late))} of it is late` : 'Nothing is late',
    invoices: ages.reduce((all, one) => all + one.invoices, 0).toLocaleString('en'),
    bars: ages.map(
      ({ age, dueMinor, invoices }): Bar => ({
        label: INVOICE_AGES[age].label,
        href: invoices > 0 ? withQuery(paths.invoices(), { currency, age }) : undefined,
        part: heightOf(dueMinor, highest),
        tone: age === 'current' ? '' : age === 'over-90' ? 'bad' : 'warn',
        values: [invoices.toLocaleString('en'), money(dueMinor)],
      }),
    ),
  };
}

function funnelBars({ sent, opened, paid }: { sent: Sum; opened: Sum; paid: Sum }): Bar[] {
  if (sent.events === 0) return [];
  const step = (label: string, { events }: Sum): Bar => ({
    label,
    part: heightOf(events, sent.events),
    values: [events.toLocaleString('en'), shareText(events, sent.events)],
  });
  return [step('Sent', sent), step('Opened by a person', opened), step('Paid', paid)];
}

/** Bars of counts, each with its part of all; none where nothing was counted. */
function countBars(groups: ReadonlyArray<{ label: string; events: number }>): Bar[] {
  const whole = groups.reduce((sum, group) => sum + group.events, 0);
  if (whole === 0) return [];
  const highest = Math.max(...groups.map((group) => group.events));
  return groups.map(({ label, events }) => ({
    label,
    part: heightOf(events, highest),
    values: [events.toLocaleString('en'), shareText(events, whole)],
  }));
}

/** What came in meanwhile in other currencies, which are never added to this one. */
function otherCurrencies(figures: readonly DayFigure[], currency: string, account: string | undefined) {
  const collected = figures.filter((figure) => figure.kind === 'collected' && figure.currency !== currency);
  return [...new Set(collected.map((figure) => figure.currency))]
    .sort()
    .map((code) => ({ ...total(narrowFigures(collected, { currency: code, account })), currency: code }))
    .filter((sum) => sum.events > 0);
}

/** The list of receipts that adds up to the same sum. */
function receiptsOf({ from, to }: Column, currency: string, account: string | undefined): string {
  return withQuery(paths.receipts(), { from, to, currency, account });
}

function spanText({ from, to }: Column): string {
  return from === to ? showDate(from, 'UTC') : `${showDay(from)} to ${showDate(to, 'UTC')}`;
}

/** Without the year: "26 Nov". */
function showDay(day: string): string {
  return showDate(day, 'UTC').replace(/ \d{4}$/, '');
}

/** A mark of an axis: "€2.5K". */
function shortMoney({ amountMinor, currency }: { amountMinor: number; currency: string }): string {
  const format = new Intl.NumberFormat('en', {
    style: 'currency',
    currency,
    currencyDisplay: 'narrowSymbol',
    notation: 'compact',
    maximumFractionDigits: 2,
    minimumFractionDigits: 0,
  });
  return format.format(amountMinor / 10 ** exponentOf(currency));
}

function counted(count: number, noun: string): string {
  return `${count.toLocaleString('en')} ${noun}${count === 1 ? '' : 's'}`;
}
