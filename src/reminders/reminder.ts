import type { Account } from '../accounts/account.ts';
import { type Link, linkState } from '../links/link.ts';
import { readMailAddress } from '../mail/address.ts';
import type { Payable } from '../payables/payable.ts';
import { addDays, dayInZone, showDate } from '../platform/show-time.ts';
import type { ReminderSettings } from './reminder-settings.ts';

/** Reminders put off for an account, a customer or an invoice; where nothing is said they are on. */
export interface ReminderSwitch {
  subjectId: string;
  state: 'off' | 'paused';
  /** The day (yyyy-mm-dd) from which they go on. */
  pausedUntil: string | undefined;
}

/** An invoice that is owed, with all that speaks for and against reminding of it. */
export interface Claim {
  payable: Payable;
  /** yyyy-mm-dd */
  dueOn: string;
  customer: { id: string; number: string; name: string; email: string; language: string };
  /** The link that a letter would hold: a usable one, else its newest. */
  link: Link | undefined;
  account: Account | undefined;
  /** Why the link's account cannot take the sum, as a sentence. */
  accountProblem: string | undefined;
  /** When staff last mailed a link for it (a letter that waits or was accepted). */
  linkSentAt: string | undefined;
  /** Steps that were sent or skipped. */
  doneSteps: number[];
  switches: ReminderSwitch[];
  beingPaid: boolean;
  caseOpen: boolean;
  /** A payment of it is disputed, or was lost and nobody has said what becomes of it. */
  disputed: boolean;
  /** The subject of the customer's newest letter, where it did not reach the address on file. */
  failedLetter: string | undefined;
  remindedToday: boolean;
}

/** The day on which reminders are looked at. */
export interface Round {
  settings: ReminderSettings;
  /** yyyy-mm-dd in the company's zone. */
  today: string;
  zone: string;
  now: Date;
}

export type Tone = 'before' | 'today' | 'overdue';

export interface Verdict {
  /** The step that is due and not done; undefined when none is. */
  step: number | undefined;
  /** Older steps that were missed: they are not made up for. */
  skipped: number[];
  /** Why it is not reminded of now, as a sentence; undefined when it may be. */
  why: string | undefined;
}

/**
 * What is to be done about an invoice on that day. Only the latest step counts, and only one later than any that was
 * done and than the day on which its link went out: who has just had the link is not reminded of it.
 */
export function judge(claim: Claim, round: Round): Verdict {
  const { steps } = round.settings;
  const after = lastDone(claim);
  const sentOn = claim.linkSentAt && dayInZone(claim.linkSentAt, round.zone);
  const due = steps.filter((step) => {
    const day = addDays(claim.dueOn, step);
    return step > after && day <= round.today && day > (sentOn ?? '');
  });
  return { step: due.at(-1), skipped: due.slice(0, -1), why: heldBack(claim, round) };
}

/** The day of the next step that is still to come (yyyy-mm-dd); undefined when there is none. */
export function nextStepOn(claim: Pick<Claim, 'dueOn' | 'doneSteps'>, { settings, today }: Round): string | undefined {
  return settings.steps
    .filter((step) => step > lastDone(claim))
    .map((step) => addDays(claim.dueOn, step))
    .find((day) => day > today);
}

export function toneOf(dueOn: string, today: string): Tone {
  if (dueOn === today) return 'today';
  return dueOn > today ? 'before' : 'overdue';
}

/** True for what was overdue, or had its link, before reminders were switched on: it waits for a person's word. */
export function isBacklog({ dueOn, linkSentAt }: Pick<Claim, 'dueOn' | 'linkSentAt'>, since: string, zone: string) {
  return dueOn < dayInZone(since, zone) || (linkSentAt ?? '') < since;
}

/** What stands against reminding of it, the plainest reason first. */
function heldBack(claim: Claim, round: Round): string | undefined {
  const { settings } = round;
  if (claim.payable.dueMinor <= 0) return claim.payable.state === 'void' ? 'It is void.' : 'Nothing is due.';
  if (!settings.since) return 'Reminders are switched off for the whole company.';
  const put = switchedOff(claim, round);
  if (put) return put;
  if (!claim.linkSentAt) return 'No payment link was mailed for it yet.';
  if (!settings.backlogConfirmedAt && isBacklog(claim, settings.since, round.zone)) {
    return 'It was overdue, or its link was sent, before reminders were switched on: an administrator must confirm the backlog first.';
  }
  if (claim.beingPaid) return 'A card payment is under way.';
  if (claim.disputed) return 'A payment of it is disputed.';
  if (claim.caseOpen) return 'A case is open about it, its link or a payment of this customer.';
  return noLetter(claim) ?? linkProblem(claim, round.now);
}

function switchedOff({ switches }: Claim, { today, zone }: Round): string | undefined {
  for (const { subjectId, state, pausedUntil = '' } of switches) {
    const whose = WHOSE[subjectId.slice(0, 3)] ?? 'this';
    if (state === 'off') return `Reminders are switched off for ${whose}.`;
    if (pausedUntil > today) return `Reminders are paused for ${whose} until ${showDate(pausedUntil, zone)}.`;
  }
  return undefined;
}

const WHOSE: Record<string, string> = { acc: 'its payment service account', cus: 'this customer', inv: 'this invoice' };

function noLetter({ customer, failedLetter, remindedToday }: Claim): string | undefined {
  if (!readMailAddress(customer.email)) return 'The customer has no e-mail address that we can write to.';
  if (failedLetter) {
    return `The last letter to this customer ("${failedLetter}") could not be delivered. Correct the address, or send that letter again from the mailbox.`;
  }
  return remindedToday ? 'The customer has had a reminder today; this one goes with the next.' : undefined;
}

/** An expired link is no hindrance: a new one is made. */
function linkProblem({ link, payable, accountProblem }: Claim, now: Date): string | undefined {
  const state = link && linkState(link, [payable], now);
  if (state === 'usable' || state === 'expired') return accountProblem;
  return state === 'revoked'
    ? 'Its payment link was revoked. Send a new one if it should be paid.'
    : 'Its payment link has ended. Send a new one if it should be paid.';
}

function lastDone({ doneSteps }: Pick<Claim, 'doneSteps'>): number {
  return Math.max(Number.NEGATIVE_INFINITY, ...doneSteps);
}
