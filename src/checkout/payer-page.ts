import { accountProblem } from '../accounts/account.ts';
import { dueOn, linkState } from '../links/link.ts';
import { isInFlight } from '../payments/payment.ts';
import type { PaymentParts } from '../payments/payment-parts.ts';
import { readReceiptPage } from '../receipts/receipts.pages.ts';
import {
  endedPage,
  overPage,
  type PayerPage,
  pausedPage,
  payPage,
  type Setting,
  settledPage,
  sumAsked,
  waitingPage,
} from './checkout.pages.ts';
import { livePaymentOn, openDocuments, readDocuments, receiptIdOfLink } from './checkout.store.ts';
import { saveCardPage } from './save-card-page.ts';

/**
 * Which page a payer sees in which state, in the order of truth: paid, in flight, ended, else the form.
 * Reads only: mail scanners open every link.
 */
export async function payerPage(parts: PaymentParts, setting: Setting): Promise<PayerPage> {
  const { db } = parts;
  const { found } = setting;
  const { link, payables, account } = found;
  if (link.kind === 'save_card') return saveCardPage(parts, setting);
  const state = linkState(link, payables, setting.now);

  if (state === 'used' || state === 'closed') {
    const receiptId = await receiptIdOfLink(db, link.id);
    if (receiptId) return { page: await readReceiptPage(parts, receiptId), status: 200 };
    return dueOn(payables) > 0 ? { page: overPage(setting), status: 410 } : { page: settledPage(setting), status: 200 };
  }
  // A replaced link whose newer one was paid: there is nothing left to ask for.
  if (state === 'replaced' && dueOn(payables) === 0) return { page: settledPage(setting), status: 200 };
  const live = await livePaymentOn(db, link.id);
  const documents = openDocuments(await readDocuments(db, found));
  const fields = parts.gateways.hostedFields(account);
  if (live && isInFlight(live.state)) {
    return { page: waitingPage(setting, live, documents, fields), status: 200, origins: fields.origins };
  }
  if (state !== 'usable') return { page: endedPage(setting, state), status: 410 };

  const problem = accountProblem(account, link.currency) ?? fields.checkAmount(sumAsked(found, fields));
  if (problem) return { page: pausedPage(setting), status: 200 };
  return { page: payPage(setting, documents, fields), status: 200, origins: fields.origins };
}
