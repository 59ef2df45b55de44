import { recordAudit } from '../audit/record.ts';
import { keepCard } from '../cards/keep-card.ts';
import { openCase } from '../cases/open-case.ts';
import { holdExcess } from '../deposits/hold-excess.ts';
import type { GatewayPayment } from '../gateway/gateway.ts';
import type { JournalLine } from '../ledger/journal.ts';
import { postJournal } from '../ledger/post-journal.ts';
import { endSettledLinks } from '../links/end-settled-links.ts';
import { allocate } from '../payables/allocate.ts';
import { lockPayables } from '../payables/payables.store.ts';
import { nowIso } from '../platform/clock.ts';
import { issueReceipt } from '../receipts/issue-receipt.ts';
import type { ReceiptLine } from '../receipts/receipt.ts';
import type { Payment } from './payment.ts';
import type { PaymentParts } from './payment-parts.ts';
import { moveAttempt, movePayment, partsOf, readAttempt, readPayment } from './payments.store.ts';

/**
 * Books money that the gateway has taken, in one transaction: state, allocations, journal, receipt with its letter, saved
 * card with its consent, links, audit, lease. Whoever moves the state first books; all others find it done.
 */
export async function bookPayment(parts: PaymentParts, paymentId: string, truth: GatewayPayment): Promise<void> {
  const { db, clock } = parts;
  await db.tx(async () => {
    // Payables first, as everybody who starts or changes does: in another order two would wait for each other.
    const payables = await lockPayables(
      db,
      (await partsOf(db, paymentId)).map((portion) => portion.payableId),
    );
    // Only now is it certain that nobody re-agrees the sum beside us; the next look tells a difference as a case.
    const [payment, portions] = [await readPayment(db, paymentId), await partsOf(db, paymentId)];
    if (truth.receivedMinor !== payment.amountMinor) return;
    const paidAt = nowIso(clock);
    const moved = await movePayment(db, payment.id, 'paid', {
      paid_at: paidAt,
      in_flight_since: null,
      next_look_at: null,
      charge_ref: truth.chargeRef ?? null,
      authorization_code: truth.authorizationCode ?? null,
      card_brand: truth.card?.brand ?? null,
      card_last4: truth.card?.last4 ?? null,
    });
    if (!moved) return;

    const lines: ReceiptLine[] = [];
    const credits: JournalLine[] = [];
    let unplacedMinor = payment.amountMinor;
    for (const payable of payables) {
      const portion = portions.find((one) => one.payableId === payable.id);
      const amountMinor = Math.min(portion?.amountMinor ?? 0, payable.dueMinor, unplacedMinor);
      if (amountMinor === 0) continue;
      const after = await allocate(parts, payable, { paymentId: payment.id, amountMinor });
      unplacedMinor -= amountMinor;
      lines.push({
        payableId: payable.id,
        kind: payable.kind,
        number: payable.number,
        totalMinor: payable.totalMinor,
        paidBeforeMinor: payable.paidMinor,
        paidNowMinor: amountMinor,
        stillDueMinor: after.dueMinor,
      });
      credits.push({
        ledgerAccount: payable.kind === 'invoice' ? 'receivables' : 'customer-deposits',
        currency: payment.currency,
        amountMinor: -amountMinor,
      });
    }
    if (unplacedMinor > 0) credits.push(await placeExcess(parts, payment, unplacedMinor));

    await postJournal(parts, {
      kind: 'payment-settled',
      subjectKind: 'payment',
      subjectId: payment.id,
      memo: `Card payment ${truth.ref}`,
      lines: [
        {
          ledgerAccount: 'gateway-clearing',
          accountId: payment.accountId,
          currency: payment.currency,
          amountMinor: payment.amountMinor,
        },
        ...credits,
      ],
    });
    const attempt = payment.attemptId ? await readAttempt(db, payment.attemptId) : undefined;
    const receipt = await issueReceipt(parts, {
      paymentId: payment.id,
      method: payment.method,
      channel: payment.channel,
      customerId: payment.customerId,
      accountId: payment.accountId,
      currency: payment.currency,
      amountMinor: payment.amountMinor,
      paidAt,
      payerEmail: attempt?.payerEmail ?? '',
      card: truth.card && { brand: truth.card.brand, last4: truth.card.last4 },
      authorizationCode: truth.authorizationCode,
      gatewayRef: truth.ref,
      lines,
      excessMinor: unplacedMinor,
    });
    if (attempt) {
      await moveAttempt(db, attempt.id, 'succeeded', {
        ended_at: paidAt,
        charge_ref: truth.chargeRef ?? null,
        card_brand: truth.card?.brand ?? null,
        card_last4: truth.card?.last4 ?? null,
      });
      if (attempt.saveCard && truth.card?.reusable) {
        await keepCard(parts, {
          customerId: payment.customerId,
          accountId: payment.accountId,
          card: truth.card,
          consent: {
            wording: attempt.consentWording,
            language: attempt.consentLanguage,
            ip: attempt.ip,
            agreedAt: attempt.createdAt,
            recordedBy: attempt.startedBy,
            attemptId: attempt.id,
          },
        });
      }
    }
    await endSettledLinks(parts, {
      payableIds: payables.map((payable) => payable.id),
      paymentId: payment.id,
      usedLinkId: payment.linkId,
      actor: { kind: 'gateway' },
    });
    await db.q.deleteFrom('lease').where('payment_id', '=', payment.id).execute();
    await recordAudit(parts, {
      actor: { kind: 'gateway' },
      action: 'payment.paid',
      subjectKind: 'payment',
      subjectId: payment.id,
      detail: {
        gatewayRef: truth.ref,
        amountMinor: payment.amountMinor,
        currency: payment.currency,
        receipt: receipt.number,
      },
    });
  });
}

/** Money beyond what is due becomes a held deposit of the customer, and somebody is told. */
async function placeExcess(parts: PaymentParts, payment: Payment, excessMinor: number): Promise<JournalLine> {
  const deposit = await holdExcess(parts, {
    customerId: payment.customerId,
    currency: payment.currency,
    amountMinor: excessMinor,
    paymentId: payment.id,
  });
  await openCase(parts, {
    kind: 'excess-payment',
    dedupeKey: `excess-${payment.id}`,
    subjectKind: 'payment',
    subjectId: payment.id,
    customerId: payment.customerId,
    summary: `More was paid than was due. The rest is held as deposit ${deposit.number}: apply it or refund it.`,
    detail: { excessMinor, currency: payment.currency, depositId: deposit.id },
  });
  return { ledgerAccount: 'customer-deposits', currency: payment.currency, amountMinor: -excessMinor };
}
