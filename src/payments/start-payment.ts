import { gatewayOf } from '../accounts/accounts.store.ts';
import { chargeableCard } from '../cards/chargeable-card.ts';
import { refuseTooManyDeclines } from '../cards/decline-limits.ts';
import { type LinkState, linkState, PAY_GRACE_MS } from '../links/link.ts';
import { sumToPay } from '../links/link-terms.ts';
import { findLinkInFull } from '../links/links.store.ts';
import { showMoney } from '../money/show-money.ts';
import type { Payable } from '../payables/payable.ts';
import { lockPayables } from '../payables/payables.store.ts';
import { Refusal } from '../platform/refusal.ts';
import { unknownLink } from '../tokens/link-token.ts';
import { agreedTerms } from './agreed-terms.ts';
import type { Attempt } from './attempt.ts';
import { partsToPay } from './parts-to-pay.ts';
import type { PaymentParts } from './payment-parts.ts';
import { findAttemptBySubmission } from './payments.store.ts';
import { runTry } from './run-try.ts';
import { type Begun, type CardToCharge, writeTry } from './write-try.ts';

/** What the page sends when the payer presses "Pay". */
export interface PayRequest {
  linkId: string;
  /** Made by the page for one press; sending it again gives the same attempt. */
  submissionId: string;
  /** The gateway's one-time name for the card that was typed into its fields. */
  confirmationToken: string;
  saveCard: boolean;
  /** A saved card instead of a typed one; whoever asks has proved that it is theirs to use. */
  savedCardId?: string | undefined;
  /** The sum that the payer chose, where the link lets them: whole minor units. */
  amountMinor?: number | undefined;
  /** What the payer was shown; see agreedTerms. */
  agreed: string;
  payerEmail: string;
  /** The consent wording beside the box, and its language; kept only when the box was ticked. */
  consent: { wording: string; language: string };
  ip: string;
  userAgent: string;
}

/**
 * Pays what a link is for. Our rows first, then the gateway, then the truth: gives the attempt as it stands then.
 * Errors (Refusal): `unknown-link` 404, `link-ended` 410, `balance-changed` 409, `amount-not-offered` 409,
 * `already-paid` 409, `in-flight` 409, `too-many-declines` 429, `account-off` 409, `amount-refused` 409.
 */
export async function startPayment(parts: PaymentParts, request: PayRequest): Promise<Attempt> {
  const known = () => knownSubmission(parts, request);
  const twin = await known();
  if (twin) return twin;
  await refuseTooManyDeclines(parts, request);
  return runTry(parts, { submissionId: request.submissionId, known, begin: () => begin(parts, request) });
}

async function knownSubmission({ db }: PaymentParts, request: PayRequest): Promise<Attempt | undefined> {
  const attempt = await findAttemptBySubmission(db, request.submissionId);
  // A submission is bound to its link: another link's is none of this payer's business.
  if (attempt && attempt.linkId !== request.linkId) throw unknownLink();
  return attempt;
}

/** One transaction: may this be paid, by whom, how much; take the leases; write payment and attempt. */
async function begin(parts: PaymentParts, request: PayRequest): Promise<Begun> {
  const { db, clock } = parts;
  const found = await findLinkInFull(db, request.linkId);
  if (!found) throw unknownLink();
  const gateway = await gatewayOf(parts, found.account.id);
  // Before anything is begun, so that a refused card stands in the log although nothing else happens.
  await cardOf(parts, request, { customerId: found.link.customerId, accountId: found.account.id });

  return db.tx(async () => {
    const locked = await lockPayables(db, found.link.payableIds);
    // Whoever held the lock before us may have been the same press of the same button.
    const twin = await knownSubmission(parts, request);
    if (twin) return { attempt: twin, isNew: false };

    const { link, account } = (await findLinkInFull(db, request.linkId)) ?? found;
    const graced = new Date(clock.now().getTime() - PAY_GRACE_MS);
    refuseEnded(linkState(link, locked, graced), locked);
    if (agreedTerms(locked) !== request.agreed) throw balanceChanged();

    const { currency, customerId } = link;
    const payables = link.payableIds.flatMap((id) => locked.find((payable) => payable.id === id) ?? []);
    const sumMinor = sumToPay(link, payables, request.amountMinor, {
      show: (amountMinor) => showMoney({ amountMinor, currency }, found.customer.language),
      restProblem: (amountMinor) => gateway.checkAmount({ amountMinor, currency }),
    });
    return writeTry(parts, {
      ...request,
      account,
      gateway,
      customerId,
      currency,
      wanted: partsToPay(payables, sumMinor),
      card: await cardOf(parts, request, { customerId, accountId: account.id }),
      presence: 'payer',
      through: { linkId: link.id },
    });
  });
}

async function cardOf(
  parts: PaymentParts,
  { savedCardId, ip, ...typed }: PayRequest,
  of: { customerId: string; accountId: string },
): Promise<CardToCharge> {
  if (savedCardId === undefined) return typed;
  const actor = { kind: 'customer', id: of.customerId, ip } as const;
  const card = await chargeableCard(parts, { ...of, cardId: savedCardId, actor });
  return { savedCardId: card.id };
}

function refuseEnded(state: LinkState, payables: Payable[]): void {
  if (state === 'usable') return;
  if ((state === 'used' || state === 'closed') && payables.every((payable) => payable.dueMinor === 0)) {
    throw new Refusal(
      'already-paid',
      409,
      'Nothing is due any more: this has been paid already. You were not charged.',
    );
  }
  throw new Refusal('link-ended', 410, 'This link can no longer be used. You were not charged.');
}

function balanceChanged(): Refusal {
  return new Refusal(
    'balance-changed',
    409,
    'The amount due has changed since you opened this page. You were not charged; please look at the new amount.',
  );
}
