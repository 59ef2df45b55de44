import { SYSTEM } from '../audit/record.ts';
import { openCase } from '../cases/open-case.ts';
import { settleCase } from '../cases/settle-case.ts';
import { readCompany } from '../company/company.store.ts';
import { showMoneyWithCode } from '../money/show-money.ts';
import type { Clock } from '../platform/clock.ts';
import type { Db } from '../platform/database/database.ts';
import { showDateTime } from '../platform/show-time.ts';
import { DISPUTE_STATE_WORDS, DISPUTE_STATES, type Dispute, isInquiry, PRESSING_MS, timeLeft } from './dispute.ts';
import { reasonAdvice } from './dispute-reason.ts';

type Parts = { db: Db; clock: Clock };

/** One for each time that the bank waits for us: a question that becomes a dispute is a case anew. */
const askedKey = ({ id, state }: Dispute) => `dispute-${id}-${state}`;
const dueKeyOf = ({ id, state }: Dispute) => `dispute-due-${id}-${state}`;
/** One for each time that it is lost: an appeal may fail. */
export const lostKey = ({ id, closedAt }: Dispute) => `dispute-lost-${id}-${closedAt}`;
const unknownKey = ({ id }: Dispute) => `dispute-unknown-${id}`;

/** Opens what a person has to see to in this state, and closes what the state has settled; in the deed's transaction. */
export async function matchCases(parts: Parts, dispute: Dispute, before: Dispute | undefined): Promise<void> {
  if (before && before.state !== dispute.state) await closePassed(parts, before, dispute);
  if (!dispute.paymentId) await tellOfUnknown(parts, dispute);
  else if (before && !before.paymentId) await close(parts, unknownKey(before), 'The charge is a payment of ours.');
  if (!DISPUTE_STATES[dispute.state].over) await tellThatOpen(parts, dispute);
  if (isPressing(dispute, parts.clock)) await tellThatDue(parts, dispute);
  if (dispute.state === 'lost' && !dispute.decision) await tellOfLoss(parts, dispute);
}

export function isPressing(dispute: Dispute, clock: Clock): boolean {
  const { state, dueBy = '' } = dispute;
  if (!DISPUTE_STATES[state].wantsAnswer || !dueBy || dispute.answer) return false;
  return Date.parse(dueBy) - clock.now().getTime() < PRESSING_MS;
}

async function closePassed(parts: Parts, before: Dispute, dispute: Dispute): Promise<void> {
  const resolution = `The dispute is now: ${DISPUTE_STATE_WORDS[dispute.state].label}.`;
  await close(parts, dueKeyOf(before), resolution);
  if (before.state === 'lost') await close(parts, lostKey(before), resolution);
  if (!DISPUTE_STATES[dispute.state].over) return;
  for (const state of Object.keys(DISPUTE_STATES) as Dispute['state'][]) {
    await close(parts, askedKey({ ...before, state }), resolution);
  }
}

async function close(parts: Parts, dedupeKey: string, resolution: string): Promise<void> {
  await settleCase(parts, { dedupeKey, resolution, actor: SYSTEM });
}

async function tellThatOpen(parts: Parts, dispute: Dispute): Promise<void> {
  if (!DISPUTE_STATES[dispute.state].wantsAnswer) return;
  const sum = showMoneyWithCode(dispute);
  const { timeZone } = await readCompany(parts.db);
  const until = dispute.dueBy ? `by ${showDateTime(dispute.dueBy, timeZone)}` : 'in time';
  const what = isInquiry(dispute.state)
    ? `The bank of the card asks about a payment of ${sum}`
    : `The bank of the card disputes a payment of ${sum}`;
  await openCase(parts, {
    ...aboutDispute(dispute),
    kind: 'dispute',
    dedupeKey: askedKey(dispute),
    summary: `${what} (${reasonAdvice(dispute.reason).label.toLowerCase()}). ${isInquiry(dispute.state) ? `Answer ${until}, or it becomes a dispute.` : `Answer ${until}, or the money is gone.`}`,
  });
}

async function tellThatDue(parts: Parts, dispute: Dispute): Promise<void> {
  const left = timeLeft(dispute, parts.clock.now());
  await openCase(parts, {
    ...aboutDispute(dispute),
    kind: 'dispute-due',
    dedupeKey: dueKeyOf(dispute),
    summary: `A dispute of ${showMoneyWithCode(dispute)} has not been answered, and less than three days are left. ${
      left?.text === 'Time is up'
        ? 'Its time is up: ask the payment service whether it still takes an answer.'
        : 'Send the evidence now.'
    }`,
  });
}

async function tellOfLoss(parts: Parts, dispute: Dispute): Promise<void> {
  await openCase(parts, {
    ...aboutDispute(dispute),
    kind: 'dispute-lost',
    dedupeKey: lostKey(dispute),
    summary: `A dispute of ${showMoneyWithCode(dispute)} was lost. Say on its page whether the customer owes the sum again or it is written off; until then no reminder goes out.`,
  });
}

/** The gateway uses a word that we do not know, or says what cannot follow from what it said before. */
export async function tellOfOddState(parts: Parts, dispute: Dispute, rawStatus: string): Promise<void> {
  await openCase(parts, {
    ...aboutDispute(dispute),
    kind: 'gateway-mismatch',
    dedupeKey: `dispute-odd-${dispute.id}-${rawStatus}`,
    summary: `The gateway says that a dispute is "${rawStatus}", which does not follow from what it said before (${DISPUTE_STATE_WORDS[dispute.state].label.toLowerCase()}). Its money is booked; look at the gateway and see to the rest by hand.`,
  });
}

async function tellOfUnknown(parts: Parts, dispute: Dispute): Promise<void> {
  await openCase(parts, {
    ...aboutDispute(dispute),
    kind: 'unknown-dispute',
    dedupeKey: unknownKey(dispute),
    summary: `The gateway tells of a dispute of ${showMoneyWithCode(dispute)} of the charge ${dispute.chargeRef}, which is no payment of ours. Find out whose it is; answer it at the gateway.`,
  });
}

function aboutDispute(dispute: Dispute) {
  return {
    subjectKind: 'dispute',
    subjectId: dispute.id,
    customerId: dispute.customerId,
    detail: {
      gatewayRef: dispute.gatewayRef,
      reason: dispute.reason,
      answerBy: dispute.dueBy,
      disputedMinor: dispute.amountMinor,
      currency: dispute.currency,
    },
  };
}
