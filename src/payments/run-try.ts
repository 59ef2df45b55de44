import { SYSTEM } from '../audit/record.ts';
import { isUniqueViolation } from '../platform/database/unique-violation.ts';
import { Refusal } from '../platform/refusal.ts';
import type { Attempt } from './attempt.ts';
import { cancelPayment } from './cancel-payment.ts';
import { confirmAttempt } from './confirm-attempt.ts';
import { isFinal } from './payment.ts';
import type { PaymentParts } from './payment-parts.ts';
import { findAttemptBySubmission } from './payments.store.ts';
import type { Begun } from './write-try.ts';

/** Others may begin another payment between two rounds, but not for ever. */
const MOST_ROUNDS = 4;

/**
 * Carries one press through: our rows first (`begin`, one transaction), then the gateway, then the truth. The same
 * submission is the same attempt: `known` finds it, or refuses where it is none of theirs. Gives the attempt as it
 * stands then. Errors: those of `known` and `begin`; Refusal `in-flight` (409).
 */
export async function runTry(
  parts: PaymentParts,
  deeds: { submissionId: string; known: () => Promise<Attempt | undefined>; begin: () => Promise<Begun> },
  roundsLeft = MOST_ROUNDS,
): Promise<Attempt> {
  const begun = await deeds.begin().catch((error) => onceMore(deeds, error));
  if ('inTheWay' in begun) {
    for (const payment of begun.inTheWay) await giveUp(parts, payment.id);
    if (roundsLeft === 0) throw underWay();
    return (await deeds.known()) ?? runTry(parts, deeds, roundsLeft - 1);
  }
  if (!begun.isNew) return begun.attempt;
  await confirmAttempt(parts, begun.attempt.id);
  return (await findAttemptBySubmission(parts.db, deeds.submissionId)) as Attempt;
}

/** Errors: Refusal `in-flight` (409) where it does not end, so that nobody asks the gateway again and again. */
async function giveUp(parts: PaymentParts, paymentId: string): Promise<void> {
  const wish = { paymentId, actor: SYSTEM, reason: 'another payment begins' };
  if (!isFinal(await cancelPayment(parts, wish))) throw underWay();
}

function underWay(): Refusal {
  const sentence =
    'Another payment for this has not ended yet. You were not charged a second time. Please try again in a few minutes, or ask us.';
  return new Refusal('in-flight', 409, sentence);
}

/** The same submission came another way, or in another process, and was written first. */
async function onceMore({ known }: { known: () => Promise<Attempt | undefined> }, error: unknown): Promise<Begun> {
  const attempt = isUniqueViolation(error) ? await known() : undefined;
  if (!attempt) throw error;
  return { attempt, isNew: false };
}
