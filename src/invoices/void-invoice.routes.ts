import { type Request, Router } from 'express';
import { actorOf } from '../audit/actor.ts';
import { showMoneyWithCode } from '../money/show-money.ts';
import { paths } from '../paths.ts';
import { type ReasonAsked, reasonForm, reasonPage, refusalOf } from '../payables/reason.pages.ts';
import { type VoidingParts, whyNotVoidable } from '../payables/void-payable.ts';
import { may } from '../permissions.ts';
import { Refusal } from '../platform/refusal.ts';
import { queryText, readForm } from '../platform/web/forms.ts';
import { render } from '../platform/web/render.ts';
import { type Invoice, readInvoice } from './invoices.store.ts';
import { voidInvoice } from './void-invoice.ts';

/** The second step of making an invoice void. */
export function voidInvoiceRoutes(parts: VoidingParts): Router {
  const router = Router();
  const idOf = (req: Request) => String(req.params.id);

  router.get(paths.voidInvoice(':id'), may('invoices.void'), async (req, res) => {
    const invoice = await readInvoice(parts.db, idOf(req));
    const fixed = whyNotVoidable(invoice.payable);
    if (fixed) throw new Refusal('not-voidable', 409, fixed);
    render(res, reasonPage(asked(invoice, queryText(req, 'reason'))));
  });

  router.post(paths.voidInvoice(':id'), may('invoices.void'), async (req, res) => {
    const invoice = await readInvoice(parts.db, idOf(req));
    const { id, number } = invoice.payable;
    const reason = readForm(reasonForm, req).typed.reason ?? '';
    try {
      await voidInvoice(parts, { id, reason, actor: actorOf(req, res) });
    } catch (error) {
      const refused = refusalOf(error);
      return render(res, reasonPage(asked(invoice, reason), refused), refused.status);
    }
    req.session.flash = { tone: 'ok', text: `Invoice ${number} is void. Nothing is due on it any more.` };
    res.redirect(303, paths.invoice(id));
  });

  return router;
}

function asked({ payable, customer }: Invoice, reason: string): ReasonAsked {
  const { id, number, totalMinor, currency } = payable;
  return {
    title: `Void invoice ${number}`,
    back: { label: `Invoice ${number}`, href: paths.invoice(id) },
    facts: [
      { label: 'Customer', value: customer.name },
      { label: 'Total', value: showMoneyWithCode({ amountMinor: totalMinor, currency }) },
    ],
    explanation: [
      'Nothing will be due on it any more, its payment links end, and the books take the claim back. This cannot be undone.',
    ],
    action: paths.voidInvoice(id),
    button: 'Void this invoice',
    reason,
  };
}
