import { type Request, type Response, Router } from 'express';
import { z } from 'zod';
import { actorOf } from '../audit/actor.ts';
import { plainAmount } from '../money/show-money.ts';
import { paths } from '../paths.ts';
import { paymentInTheWay } from '../payables/lease.ts';
import { refusalOf } from '../payables/reason.pages.ts';
import { may } from '../permissions.ts';
import { isId, newId } from '../platform/ids.ts';
import type { FieldErrors } from '../platform/refusal.ts';
import { readForm } from '../platform/web/forms.ts';
import { render } from '../platform/web/render.ts';
import { type CreditInvoiceParts, creditInvoice } from './credit-invoice.ts';
import { creditNoteNumber, isCreditReason } from './credit-note.ts';
import { creditNoteFileName, creditNotePdf } from './credit-note-pdf.ts';
import { creditNotePage, newCreditNotePage } from './credit-notes.pages.ts';
import { readCreditNote } from './credit-notes.store.ts';
import { example, readSum } from './invoice-form.ts';
import { type Invoice, readInvoice } from './invoices.store.ts';

const creditForm = z.strictObject({
  amount: z.string(),
  reasonKind: z.string().default('').refine(isCreditReason, 'Choose a reason.'),
  reason: z.string().default(''),
  submissionId: z.string().refine((id) => isId(id, 'req'), 'Please open this page again.'),
});

/** The office's pages of credit notes. */
export function creditNotesRoutes(parts: CreditInvoiceParts): Router {
  const { db } = parts;
  const router = Router();
  const idOf = (req: Request) => String(req.params.id);

  router.get(paths.newCreditNote(':id'), may('credit-notes.issue'), async (req, res) => {
    show(res, await readInvoice(db, idOf(req)));
  });

  router.post(paths.newCreditNote(':id'), may('credit-notes.issue'), async (req, res) => {
    const invoice = await readInvoice(db, idOf(req));
    const { ok, values, typed, errors } = readForm(creditForm, req);
    const { id, currency } = invoice.payable;
    const amountMinor = readSum(typed.amount ?? '', currency);
    const unread: FieldErrors =
      amountMinor === undefined ? { amount: `Enter a sum such as ${example(currency)}.` } : {};
    if (!ok || amountMinor === undefined) {
      return show(res, invoice, { typed, errors: { ...unread, ...errors }, status: 422 });
    }
    try {
      const { reasonKind, reason, submissionId } = values;
      const order = { invoiceId: id, amountMinor, reasonKind, reason, submissionId, actor: actorOf(req, res) };
      const note = await creditInvoice(parts, order);
      req.session.flash = { tone: 'ok', text: `Issued credit note ${creditNoteNumber(note.number)}.` };
      res.redirect(303, paths.creditNote(note.id));
    } catch (error) {
      const refused = refusalOf(error);
      const inTheWay = paymentInTheWay(refused);
      const said = Object.keys(refused.fields).length > 0 ? refused.fields : { form: refused.message };
      const given = { typed, errors: inTheWay ? {} : said, inTheWay, status: refused.status };
      show(res, await readInvoice(db, id), given);
    }
  });

  router.get(paths.creditNote(':id'), may('invoices.read'), async (req, res) => {
    render(res, creditNotePage(await readCreditNote(db, idOf(req))));
  });

  router.get(paths.creditNotePdf(':id'), may('invoices.read'), async (req, res) => {
    const note = await readCreditNote(db, idOf(req));
    res
      .type('application/pdf')
      .attachment(creditNoteFileName(note))
      .send(await creditNotePdf(note));
  });

  return router;
}

function show(
  res: Response,
  invoice: Invoice,
  given?: Omit<Parameters<typeof newCreditNotePage>[0], 'invoice'> & { status: number },
): void {
  const { dueMinor, currency } = invoice.payable;
  const typed = {
    amount: plainAmount({ amountMinor: dueMinor, currency }),
    ...given?.typed,
    submissionId: isId(given?.typed.submissionId, 'req') ? given.typed.submissionId : newId('req'),
  };
  render(
    res,
    newCreditNotePage({ invoice, typed, errors: given?.errors ?? {}, inTheWay: given?.inTheWay }),
    given?.status,
  );
}
