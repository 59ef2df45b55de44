import { type Request, type Response, Router } from 'express';
import { z } from 'zod';
import { listAccounts } from '../accounts/accounts.store.ts';
import { actorOf } from '../audit/actor.ts';
import { auditOf } from '../audit/audit.store.ts';
import { readCompany } from '../company/company.store.ts';
import { plainAmount, showMoneyWithCode } from '../money/show-money.ts';
import { paths } from '../paths.ts';
import { reasonForm } from '../payables/reason.pages.ts';
import type { PaymentParts } from '../payments/payment-parts.ts';
import { may, type SignedIn } from '../permissions.ts';
import { isId } from '../platform/ids.ts';
import { type FieldErrors, notFound, Refusal } from '../platform/refusal.ts';
import { queryText, readForm } from '../platform/web/forms.ts';
import { render } from '../platform/web/render.ts';
import { readDay } from '../receipts/receipt-filter.ts';
import { approveRefund } from './approve-refund.ts';
import { endWaitingRefund } from './end-waiting-refund.ts';
import { explainRefund } from './explain-refund.ts';
import { isUnexplained, REFUND_STATES, type Refund, type RefundState, refundNumber } from './refund.ts';
import { readRefundInFull } from './refund-detail.store.ts';
import { currenciesOfRefunds, listRefunds, type RefundFilter } from './refund-list.store.ts';
import { refundReceiptPdf } from './refund-receipt-pdf.ts';
import { findRefundReceipt } from './refund-receipts.store.ts';
import { type DocumentRoom, paymentRoomOf } from './refund-rooms.store.ts';
import { toldOf } from './refund-told.ts';
import { readRefund } from './refunds.store.ts';
import { refundPage, refundsPage, UNEXPLAINED } from './refunds-desk.pages.ts';
import { sumField } from './reserve-payment-refund.ts';
import { readShares, sharesFields } from './shares-form.ts';

const nothing = z.strictObject({});

/** The office's list of money given back, and the page of one refund with what may be done about it. */
export function refundsDeskRoutes(parts: PaymentParts): Router {
  const { db } = parts;
  const router = Router();
  const idOf = (req: Request) => String(req.params.id);

  router.get(paths.refunds(), may('refunds.read'), async (req, res) => {
    const { timeZone } = await readCompany(db);
    const { filter, typed, errors } = filterOf(req);
    const [page, accounts, currencies] = await Promise.all([
      listRefunds(db, filter, timeZone),
      listAccounts(db),
      currenciesOfRefunds(db),
    ]);
    render(res, refundsPage({ page, filter, accounts, currencies, typed, errors }));
  });

  router.get(paths.refund(':id'), may('refunds.read'), async (req, res) => {
    await showRefund(parts, res, idOf(req));
  });

  router.get(paths.refundReceiptPdf(':id'), may('refunds.read'), async (req, res) => {
    const receipt = await findRefundReceipt(db, { refundId: idOf(req) });
    if (!receipt) throw notFound('refund receipt');
    res
      .type('application/pdf')
      .attachment(`refund-${refundNumber(receipt.number)}.pdf`)
      .send(await refundReceiptPdf(receipt));
  });

  router.post(paths.approveRefund(':id'), may('refunds.approve'), async (req, res) => {
    readForm(nothing, req);
    await doing(parts, { req, res }, async () => {
      req.session.flash = toldOf([await approveRefund(parts, { refundId: idOf(req), actor: actorOf(req, res) })]);
    });
  });

  router.post(paths.declineRefund(':id'), may('refunds.approve'), async (req, res) => {
    const reason = readForm(reasonForm, req).typed.reason ?? '';
    await doing(parts, { req, res, typed: { reason } }, async () => {
      const actor = actorOf(req, res);
      await endWaitingRefund(parts, { refundId: idOf(req), as: 'declined', reason, actor });
      req.session.flash = { tone: 'ok', text: 'The refund is declined. Nothing was sent.' };
    });
  });

  router.post(paths.withdrawRefund(':id'), may('refunds.make'), async (req, res) => {
    const reason = readForm(reasonForm, req).typed.reason ?? '';
    await doing(parts, { req, res, typed: { reason } }, async () => {
      const actor = actorOf(req, res);
      await endWaitingRefund(parts, { refundId: idOf(req), as: 'withdrawn', reason, actor });
      req.session.flash = { tone: 'ok', text: 'The refund is withdrawn. Nothing was sent.' };
    });
  });

  router.post(paths.explainRefund(':id'), may('refunds.make'), async (req, res) => {
    const refund = await readRefund(db, idOf(req));
    const room = await paymentRoomOf(db, refund.paymentId ?? '', refund.id, { hasGone: true });
    const form = readForm(z.strictObject(sharesFields(room)), req);
    const { typed } = form;
    const { shares, outcome, errors: unread } = readShares(room, typed);
    const errors = { ...unread, ...form.errors };
    if (!form.ok || Object.keys(errors).length > 0) {
      return showRefund(parts, res, refund.id, { typed, errors, status: 422 });
    }
    const { reasonKind, reason } = form.values;
    await doing(parts, { req, res, typed }, async () => {
      const actor = actorOf(req, res);
      const order = { refundId: refund.id, shares, outcome, reasonKind, reason, actor };
      req.session.flash = { tone: 'ok', text: explainedText(await explainRefund(parts, order)) };
    });
  });

  return router;
}

function explainedText(refund: Refund): string {
  const sum = showMoneyWithCode(refund);
  return refund.state === 'succeeded'
    ? `${sum} is booked to what it was for. A customer who left an address gets a letter.`
    : `${sum} is booked to what it was for when it has arrived; the customer is told then.`;
}

/** Does what was asked for and goes back to the refund; what is refused is said there, and nothing typed is lost. */
async function doing(
  parts: PaymentParts,
  { req, res, typed = {} }: { req: Request; res: Response; typed?: Record<string, string> },
  deed: () => Promise<void>,
): Promise<void> {
  const id = String(req.params.id);
  try {
    await deed();
  } catch (error) {
    if (!(error instanceof Refusal) || ![403, 409, 422].includes(error.status)) throw error;
    const errors = Object.keys(error.fields).length > 0 ? error.fields : { form: error.message };
    return showRefund(parts, res, id, { typed, errors, status: error.status });
  }
  res.redirect(303, paths.refund(id));
}

async function showRefund(
  { db }: PaymentParts,
  res: Response,
  id: string,
  given?: { typed: Record<string, string>; errors: FieldErrors; status: number },
): Promise<void> {
  const [found, history] = await Promise.all([readRefundInFull(db, id), auditOf(db, id)]);
  const { refund } = found;
  const room = isUnexplained(refund)
    ? await paymentRoomOf(db, refund.paymentId ?? '', id, { hasGone: true })
    : undefined;
  // One document alone is what it was of; of several nobody can know.
  const typed = given?.typed ?? (room?.documents.length === 1 ? allOf(room.documents[0], refund) : {});
  const personId = (res.locals.person as SignedIn).id;
  render(res, refundPage({ found, history, personId, room, typed, errors: given?.errors ?? {} }), given?.status);
}

function allOf(document: DocumentRoom | undefined, { amountMinor, currency }: Refund): Record<string, string> {
  return document ? { [sumField(document.payable.id)]: plainAmount({ amountMinor, currency }) } : {};
}

function filterOf(req: Request): { filter: RefundFilter; typed: Record<string, string>; errors: FieldErrors } {
  const typed = Object.fromEntries(
    ['state', 'account', 'currency', 'day'].map((name) => [name, queryText(req, name)] as const),
  );
  const before = queryText(req, 'before');
  const { state = '', account, currency, day: typedDay = '' } = typed;
  const day = readDay(typedDay);
  return {
    typed,
    errors: typedDay && !day ? { day: 'Enter a day such as 2026-11-30.' } : {},
    filter: {
      state: Object.hasOwn(REFUND_STATES, state) ? (state as RefundState) : undefined,
      unexplained: state === UNEXPLAINED,
      accountId: account || undefined,
      currency: currency || undefined,
      day,
      before: isId(before, 'ref') ? before : undefined,
    },
  };
}
