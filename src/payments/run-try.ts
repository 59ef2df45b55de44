import { isUniqueViolation } from '../platform/database/unique-violation.ts';
import type { Attempt } from './attempt.ts';
import { cancelPayment } from './cancel-payment.ts';
import { confirmAttempt } from './confirm-attempt.ts';
import type { PaymentParts } from './payment-parts.ts';
import { findAttemptBySubmission } from './payments.store.ts';
import type { Begun } from './write-try.ts';

/**
 * Carries one press through: our rows first (`begin`, one transaction), then the gateway, then the truth. The same
 * submission is the same attempt: `known` finds it, or refuses where it is none of theirs. Gives the attempt as it
 * stands then. Errors: those of `known` and `begin`.
 */
export async function runTry(
  parts: PaymentParts,
  deeds: { submissionId: string; known: () => Promise<Attempt | undefined>; begin: () => Promise<Begun> },
): Promise<Attempt> {
  const begun = await deeds.begin().catch((error) => onceMore(deeds, error));
  if ('inTheWay' in begun) {
    for (const payment of begun.inTheWay) {
      await cancelPayment(parts, {
        paymentId: payment.id,
        actor: { kind: 'system' },
        reason: 'another payment begins',
      });
    }
    return (await deeds.known()) ?? runTry(parts, deeds);
  }
  if (!begun.isNew) return begun.attempt;
  await confirmAttempt(parts, begun.attempt.id);
  return (await findAttemptBySubmission(parts.db, deeds.submissionId)) as Attempt;
}

/** The same submission came another way, or in another process, and was written first. */
async function onceMore({ known }: { known: () => Promise<Attempt | undefined> }, error: unknown): Promise<Begun> {
  const attempt = isUniqueViolation(error) ? await known() : undefined;
  if (!attempt) throw error;
  return { attempt, isNew: false };
}
