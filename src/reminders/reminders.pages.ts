import type { RemindersShown } from '../customers/reminders-shown.ts';
import { showMoneyWithCode } from '../money/show-money.ts';
import { paths } from '../paths.ts';
import type { KeysetPage } from '../platform/keyset.ts';
import type { FieldErrors } from '../platform/refusal.ts';
import { showDate, showDateTime } from '../platform/show-time.ts';
import { withQuery } from '../platform/web/query.ts';
import type { Page } from '../platform/web/render.ts';
import { type Claim, judge, nextStepOn, type ReminderSwitch, type Round } from './reminder.ts';
import type { ReminderRow, sumBacklog } from './reminder-lists.store.ts';
import { MOST_STEPS, type ReminderSettings, stepWords } from './reminder-settings.ts';

const OVER = { layout: 'office' as const, title: 'Reminders' };

export type BacklogSums = Awaited<ReturnType<typeof sumBacklog>>;

/** What happens today: who gets a letter, and why others do not. */
export function planPage({
  claims,
  round,
  day,
  after,
  next,
  waiting,
}: {
  claims: Claim[];
  round: Round;
  /** How many letters were written today, and whether all invoices were looked at. */
  day: { letters: number; done: boolean };
  after: string;
  /** The invoice after which the list goes on; undefined at its end. */
  next: string | undefined;
  /** Invoices of the backlog that wait for a confirmation. */
  waiting: number;
}) {
  const { settings } = round;
  return {
    ...OVER,
    view: 'reminders/plan',
    tab: 'plan',
    on: Boolean(settings.since),
    today: round.today,
    hour: hourWords(settings.sendHour),
    letters: day.letters,
    cap: settings.dailyCap,
    outcome: day.done || day.letters >= settings.dailyCap ? 'Gets a letter tomorrow' : 'Gets a letter',
    waiting,
    rows: claims.flatMap((claim) => planRow(claim, round) ?? []),
    pager: {
      newer: after ? paths.reminders() : undefined,
      older: next ? withQuery(paths.reminders(), { after: next }) : undefined,
    },
  } satisfies Page & Record<string, unknown>;
}

/** One invoice with a step to be done; undefined when none is due. */
function planRow(claim: Claim, round: Round) {
  const { step, why } = judge(claim, round);
  if (step === undefined) return undefined;
  return { ...claimShown(claim), step: stepWords(step), why };
}

function claimShown({ payable, customer, dueOn }: Claim) {
  return {
    href: paths.invoice(payable.id),
    number: payable.number,
    customer: { href: paths.customer(customer.id), name: customer.name },
    due: showMoneyWithCode({ amountMinor: payable.dueMinor, currency: payable.currency }),
    dueOn,
  };
}

const LETTER_BADGES = {
  queued: { tone: 'info', text: 'Waiting' },
  accepted: { tone: 'ok', text: 'Accepted' },
  refused: { tone: 'bad', text: 'Refused' },
  failed: { tone: 'bad', text: 'Failed' },
};

/** What was sent, and which steps were skipped. */
export function sentPage({ rows, olderThan }: KeysetPage<ReminderRow>, before: string | undefined) {
  return {
    ...OVER,
    view: 'reminders/sent',
    tab: 'sent',
    rows: rows.map((row) => ({
      href: paths.invoice(row.payableId),
      number: row.number,
      customer: { href: paths.customer(row.customer.id), name: row.customer.name },
      step: stepWords(row.stepDay),
      at: row.createdAt,
      letterHref: row.letter && paths.letter(row.letter.id),
      badge: row.letter ? LETTER_BADGES[row.letter.state] : { tone: 'muted', text: 'Skipped' },
    })),
    pager: {
      newer: before ? paths.remindersSent() : undefined,
      older: olderThan ? withQuery(paths.remindersSent(), { before: olderThan }) : undefined,
    },
  } satisfies Page & Record<string, unknown>;
}

/** What would be reminded of if an administrator agreed. */
export function backlogPage({
  claims,
  sums,
  round,
  before,
  olderThan,
  error,
}: {
  claims: Claim[];
  sums: BacklogSums;
  round: Round;
  before: string | undefined;
  olderThan: string | undefined;
  error?: string | undefined;
}) {
  const { settings } = round;
  const agreed = { ...round, settings: { ...settings, backlogConfirmedAt: round.now.toISOString() } };
  return {
    ...OVER,
    view: 'reminders/backlog',
    tab: 'backlog',
    errors: error ? { form: error } : {},
    since: settings.since,
    confirmedAt: settings.backlogConfirmedAt,
    count: countOf(sums),
    sums: sums.map(({ currency, count, dueMinor }) => ({
      currency,
      count,
      due: showMoneyWithCode({ amountMinor: dueMinor, currency }),
    })),
    rows: claims.map((claim) => ({ ...claimShown(claim), outlook: outlook(claim, agreed) })),
    pager: {
      newer: before ? paths.reminderBacklog() : undefined,
      older: olderThan ? withQuery(paths.reminderBacklog(), { before: olderThan }) : undefined,
    },
  } satisfies Page & Record<string, unknown>;
}

export function countOf(sums: BacklogSums): number {
  return sums.reduce((sum, one) => sum + one.count, 0);
}

/** What will become of an invoice, in words. */
function outlook(claim: Claim, round: Round): string {
  const { step, why } = judge(claim, round);
  if (why) return why;
  if (step !== undefined) return `Reminder at the next send hour (${stepWords(step)})`;
  const next = nextStepOn(claim, round);
  return next ? `Next reminder on ${showDate(next, round.zone)}` : 'No reminder: all steps are past.';
}

/** The company's settings, and the accounts with their switches. */
export function settingsPage({
  settings,
  accounts,
  switches,
  typed,
  errors = {},
}: {
  settings: ReminderSettings;
  accounts: Array<{ id: string; name: string }>;
  switches: ReminderSwitch[];
  typed?: Record<string, string>;
  errors?: FieldErrors;
}) {
  return {
    ...OVER,
    view: 'reminders/settings',
    tab: 'settings',
    on: Boolean(settings.since),
    since: settings.since,
    most: MOST_STEPS,
    typed: typed ?? {
      ...(settings.since ? { on: 'yes' } : {}),
      steps: settings.steps.join(', '),
      sendHour: String(settings.sendHour),
      dailyCap: String(settings.dailyCap),
    },
    errors,
    hours: Array.from({ length: 24 }, (_, hour) => ({ value: String(hour), label: hourWords(hour) })),
    accounts: accounts.map(({ id, name }) => {
      const own = switches.find((one) => one.subjectId === id);
      return { name, action: paths.accountReminders(id), typed: typedOf(own), badge: switchBadge(own) };
    }),
  } satisfies Page & Record<string, unknown>;
}

/** The form of one customer, invoice or account by itself, where something typed must be corrected. */
export function switchPage(given: {
  what: { title: string; href: string };
  reminders: RemindersShown;
  typed: Record<string, string>;
  errors: FieldErrors;
}) {
  return { ...OVER, view: 'reminders/switch', ...given } satisfies Page & Record<string, unknown>;
}

/** The section of a page about a customer or an invoice. */
export function remindersShown({
  subjectId,
  own,
  lastAt,
  claims,
  round,
}: {
  subjectId: string;
  own: ReminderSwitch | undefined;
  lastAt: string | undefined;
  claims: Claim[];
  round: Round;
}): RemindersShown {
  return {
    action: paths.reminderSwitch(subjectId),
    badge: switchBadge(own, round),
    typed: typedOf(own),
    facts: [
      { label: 'Last sent', value: lastAt ? showDateTime(lastAt, round.zone) : 'Never' },
      { label: 'Next', value: nextWords(claims, round) },
    ],
  };
}

/** For one invoice what becomes of it; for several the earliest that comes. */
function nextWords(claims: Claim[], round: Round): string {
  const [only] = claims;
  if (!round.settings.since) return 'Reminders are switched off for the whole company.';
  if (!only) return 'Nothing is owed.';
  if (claims.length === 1) return outlook(only, round);
  const free = claims.filter((claim) => judge(claim, round).why === undefined);
  if (free.some((claim) => judge(claim, round).step !== undefined)) return 'Reminder at the next send hour';
  const [next] = free.flatMap((claim) => nextStepOn(claim, round) ?? []).sort();
  if (next) return `Next reminder on ${showDate(next, round.zone)}`;
  return judge(only, round).why ?? 'No reminder: all steps are past.';
}

function switchBadge(own: ReminderSwitch | undefined, round?: Round): RemindersShown['badge'] {
  if (own?.state === 'off' || (round !== undefined && !round.settings.since)) return { tone: 'muted', text: 'Off' };
  if (!own?.pausedUntil || (round && own.pausedUntil <= round.today)) return { tone: 'ok', text: 'On' };
  return { tone: 'warn', text: `Paused until ${showDate(own.pausedUntil, 'UTC')}` };
}

function typedOf(own: ReminderSwitch | undefined): { state: string; until: string } {
  return { state: own?.state ?? 'on', until: own?.pausedUntil ?? '' };
}

function hourWords(hour: number): string {
  return `${String(hour).padStart(2, '0')}:00`;
}
