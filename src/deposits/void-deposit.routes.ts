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
import { type Deposit, readDeposit } from './deposits.store.ts';
import { voidDeposit } from './void-deposit.ts';

/** The second step of making a request for a deposit void. */
export function voidDepositRoutes(parts: VoidingParts): Router {
  const router = Router();
  const idOf = (req: Request) => String(req.params.id);

  router.get(paths.voidDeposit(':id'), may('deposits.void'), async (req, res) => {
    const deposit = await readDeposit(parts.db, idOf(req));
    const fixed = whyNotVoidable(deposit.payable, deposit.balance);
    if (fixed) throw new Refusal('not-voidable', 409, fixed);
    render(res, reasonPage(asked(deposit, queryText(req, 'reason'))));
  });

  router.post(paths.voidDeposit(':id'), may('deposits.void'), async (req, res) => {
    const deposit = await readDeposit(parts.db, idOf(req));
    const { id, number } = deposit.payable;
    const reason = readForm(reasonForm, req).typed.reason ?? '';
    try {
      await voidDeposit(parts, { id, reason, actor: actorOf(req, res) });
    } catch (error) {
      const refused = refusalOf(error);
      return render(res, reasonPage(asked(deposit, reason), refused), refused.status);
    }
    req.session.flash = { tone: 'ok', text: `Deposit ${number} is void. Nothing is asked for any more.` };
    res.redirect(303, paths.deposit(id));
  });

  return router;
}

function asked({ payable, customer }: Deposit, reason: string): ReasonAsked {
  const { id, number, totalMinor, currency } = payable;
  return {
    title: `Void deposit ${number}`,
    back: { label: `Deposit ${number}`, href: paths.deposit(id) },
    facts: [
      { label: 'Customer', value: customer.name },
      { label: 'Asked for', value: showMoneyWithCode({ amountMinor: totalMinor, currency }) },
    ],
    explanation: ['Nothing will be asked for any more, and its payment links end. This cannot be undone.'],
    action: paths.voidDeposit(id),
    button: 'Void this deposit',
    reason,
  };
}
