import type { Account } from '../accounts/account.ts';
import type { GatewayAccess } from '../accounts/accounts.store.ts';
import { inBrandOf, senderInBrand } from '../accounts/brand.ts';
import { recordAudits, SYSTEM } from '../audit/record.ts';
import type { Company } from '../company/company.ts';
import { senderOf } from '../company/company.ts';
import { issueLink } from '../links/issue-link.ts';
import { defaultExpiry } from '../links/link-expiry.ts';
import { linkUrl } from '../links/link-url.ts';
import type { LetterParts } from '../links/send-link.ts';
import { queueLetter } from '../mail/queue-letter.ts';
import { findTemplate } from '../mail/templates.store.ts';
import { lockPayables, readPayables } from '../payables/payables.store.ts';
import { nowIso } from '../platform/clock.ts';
import { newId } from '../platform/ids.ts';
import { addDays } from '../platform/show-time.ts';
import { readClaims, reminderKey } from './claims.store.ts';
import { type Claim, judge, type Round, type Verdict } from './reminder.ts';
import { letterTone, type RemindedClaim, reminderLetter } from './reminder-letter.ts';
import { owedBy } from './reminder-lists.store.ts';

/** What reminding needs: links are made anew where they expired, and letters hold their addresses. */
export type ReminderParts = GatewayAccess & LetterParts;

/** So many invoices stand in one letter at most; the others are in the next day's. */
const MOST_LISTED = 50;

type Judged = { claim: Claim; verdict: Verdict };

/**
 * Writes to a customer about all that is due and may be reminded of, once a day: the letter, the steps it stands for
 * and the day's count are one transaction, so that neither a restart nor a second process writes twice.
 * Gives `full` when the day's letters are used up. Errors: those of the database, and refusals of a new link.
 */
export async function remindCustomer(
  parts: ReminderParts,
  customerId: string,
  round: Round & { company: Company },
): Promise<'sent' | 'nothing' | 'full'> {
  const { db } = parts;
  const [firstStep = 0] = round.settings.steps;
  const ids = await owedBy(db, customerId, addDays(round.today, -Math.min(firstStep, 0)));
  return db.tx(async () => {
    await lockPayables(db, ids);
    // What was true before the lock may be so no more: somebody paid, paused, or reminded.
    const listed = worthALetter(await readClaims(parts, ids, round), round);
    if (!listed) return 'nothing';
    if (!(await takeLetterOf(parts, round))) return 'full';
    const letterId = await writeLetter(parts, await withUsableLinks(parts, listed, round), round);
    await markSteps(parts, listed, letterId);
    return 'sent';
  });
}

/** What a letter lists, by due date: what has a step due, and beside it what is overdue; undefined when no step is. */
function worthALetter(claims: Claim[], round: Round): Judged[] | undefined {
  const judged = claims
    .map((claim) => ({ claim, verdict: judge(claim, round) }))
    .filter(({ verdict }) => verdict.why === undefined);
  const due = judged.filter(({ verdict }) => verdict.step !== undefined);
  if (due.length === 0) return undefined;
  const beside = judged.filter(({ claim, verdict }) => verdict.step === undefined && claim.dueOn < round.today);
  return [...due, ...beside].slice(0, MOST_LISTED).sort((a, b) => (a.claim.dueOn < b.claim.dueOn ? -1 : 1));
}

/** Counts one letter of the day; false when there have been enough. */
async function takeLetterOf({ db }: ReminderParts, { today, settings }: Round): Promise<boolean> {
  const taken = await db.q
    .updateTable('reminder_day')
    .set((eb) => ({ letters: eb('letters', '+', 1) }))
    .where('day', '=', today)
    .where('letters', '<', settings.dailyCap)
    .executeTakeFirst();
  return taken.numUpdatedRows === 1n;
}

/** Gives each a link that can be used: its own, or a new one in the same account where that expired. */
async function withUsableLinks(parts: ReminderParts, listed: Judged[], round: Round): Promise<Claim[]> {
  const claims: Claim[] = [];
  for (const { claim } of listed) {
    const link = claim.link as NonNullable<Claim['link']>;
    const expired = Date.parse(link.expiresAt) <= round.now.getTime();
    const usable = expired
      ? await issueLink(parts, {
          payableIds: [claim.payable.id],
          expiry: defaultExpiry(claim.dueOn),
          accountId: link.accountId,
          actor: SYSTEM,
        })
      : link;
    claims.push({ ...claim, link: usable });
  }
  return claims;
}

async function writeLetter(
  parts: ReminderParts,
  claims: Claim[],
  { company, today }: Round & { company: Company },
): Promise<string> {
  const { customer } = claims[0] as Claim;
  const account = oneAccountOf(claims);
  const ours = account ? inBrandOf(company, account.brand) : company;
  const tone = letterTone(claims, today);
  const { subject, body } = reminderLetter({
    customer,
    company: ours,
    today,
    claims: await remindedClaims(parts, claims),
    testMode: claims.some((claim) => claim.account?.livemode === false),
    template: await findTemplate(parts.db, {
      kind: `reminder-${tone}`,
      accountId: account?.id,
      language: customer.language,
    }),
  });
  const letterId = await queueLetter(parts, {
    key: reminderKey(customer.id, today),
    kind: 'reminder',
    to: [customer.email],
    language: customer.language,
    sender: senderInBrand(senderOf(company), account?.brand),
    subject,
    body,
    customerId: customer.id,
    linkId: claims.length === 1 ? claims[0]?.link?.id : undefined,
  });
  // Rolls back what this transaction did: the other letter of the day stands for it.
  if (!letterId) throw new Error(`customer ${customer.id} was reminded twice at once`);
  return letterId;
}

/** The words and the brand of an account are used where the whole letter is about it. */
function oneAccountOf(claims: Claim[]): Account | undefined {
  const [first] = claims;
  return claims.every((claim) => claim.link?.accountId === first?.link?.accountId) ? first?.account : undefined;
}

/** With what the page of each link asks for now. */
async function remindedClaims(parts: ReminderParts, claims: Claim[]): Promise<RemindedClaim[]> {
  const payableIdsOf = ({ link }: Claim) => link?.payableIds ?? [];
  const covered = await readPayables(parts.db, [...new Set(claims.flatMap(payableIdsOf))]);
  return claims.map((claim) => {
    const link = claim.link as NonNullable<Claim['link']>;
    const fields = parts.gateways.hostedFields(claim.account as Account);
    return {
      payable: claim.payable,
      dueOn: claim.dueOn,
      link,
      url: linkUrl(parts, link),
      payables: link.payableIds.flatMap((id) => covered.find((one) => one.id === id && one.dueMinor > 0) ?? []),
      restProblem: (amountMinor) => fields.checkAmount({ amountMinor, currency: link.currency }),
    };
  });
}

/** The primary key refuses a step that was done before. Missed ones are written down as skipped, and never sent. */
async function markSteps(parts: ReminderParts, listed: Judged[], letterId: string): Promise<void> {
  const { db, clock } = parts;
  const due = listed.filter(({ verdict }) => verdict.step !== undefined);
  const row = ({ claim }: Judged, step: number, state: 'sent' | 'skipped') => ({
    payable_id: claim.payable.id,
    step_day: step,
    id: newId('rem'),
    customer_id: claim.customer.id,
    state,
    letter_id: state === 'sent' ? letterId : null,
    created_at: nowIso(clock),
  });
  await db.q
    .insertInto('reminder')
    .values(
      due.flatMap((one) => [
        ...one.verdict.skipped.map((step) => row(one, step, 'skipped')),
        row(one, one.verdict.step as number, 'sent'),
      ]),
    )
    .execute();
  await recordAudits(
    parts,
    due.map(({ claim, verdict }) => ({
      actor: SYSTEM,
      action: 'invoice.reminded',
      subjectKind: 'invoice',
      subjectId: claim.payable.id,
      detail: { letterId, step: verdict.step, skipped: verdict.skipped },
    })),
  );
}
