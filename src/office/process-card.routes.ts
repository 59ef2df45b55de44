import { type Request, type Response, Router } from 'express';
import { z } from 'zod';
import { type Account, accountProblem } from '../accounts/account.ts';
import { listAccounts } from '../accounts/accounts.store.ts';
import { type AccountChoice, chooseAccount } from '../accounts/choose-account.ts';
import { keyedCardsProblem } from '../accounts/keyed-cards.ts';
import { actorOf } from '../audit/actor.ts';
import { phoneConsent } from '../cards/phone-consent.ts';
import { readCompany } from '../company/company.store.ts';
import type { Company } from '../company/company.ts';
import { readAmount } from '../money/read-amount.ts';
import { plainAmount, showMoneyWithCode } from '../money/show-money.ts';
import { paths } from '../paths.ts';
import type { Payable } from '../payables/payable.ts';
import { agreedTerms } from '../payments/agreed-terms.ts';
import { type ChargeRequest, chargeCard } from '../payments/charge-card.ts';
import type { PaymentParts } from '../payments/payment-parts.ts';
import { findAttemptBySubmission } from '../payments/payments.store.ts';
import { can, may, type SignedIn } from '../permissions.ts';
import { nowIso } from '../platform/clock.ts';
import { isEmailAddress } from '../platform/email-address.ts';
import { newId } from '../platform/ids.ts';
import { type FieldErrors, Refusal } from '../platform/refusal.ts';
import { dayInZone } from '../platform/show-time.ts';
import { queryText, readForm } from '../platform/web/forms.ts';
import { allowGateway } from '../platform/web/headers.ts';
import { render } from '../platform/web/render.ts';
import { type CardScreen, confirmChargePage, KEYED, processCardPage } from './process-card.pages.ts';
import { type Claim, type OfferedCard, readClaim, savedCardsOf } from './process-card.store.ts';

const chargeForm = z.strictObject({
  accountId: z.string().max(40),
  card: z.string().max(40),
  amount: z.string().max(30),
  payerEmail: z.string().trim().max(254),
  saveCard: z.string().optional(),
  agreed: z.string().max(400),
});
const attemptForm = chargeForm.extend({
  submissionId: z.string().regex(/^[A-Za-z0-9_-]{16,64}$/),
  confirmationToken: z.string().regex(/^(|[A-Za-z0-9_]{8,255})$/),
});
type Typed = Record<string, string>;

/** The screen on which staff charge a card, from the choice of the card until "Pay". */
export function processCardRoutes(parts: PaymentParts): Router {
  const { db } = parts;
  const router = Router();
  const idOf = (req: Request) => String(req.params.id);

  router.get(paths.processCard(':id'), may('charges.make'), async (req, res) => {
    const names = ['accountId', 'card', 'amount', 'payerEmail', 'saveCard'];
    const typed = Object.fromEntries(names.map((name) => [name, queryText(req, name)]).filter(([, text]) => text));
    const claim = await readClaim(db, idOf(req));
    refuseNothingDue(claim.payable);
    await show(parts, res, claim, { typed });
  });

  router.post(paths.confirmCharge(':id'), may('charges.make'), async (req, res) => {
    const form = readForm(chargeForm, req);
    const claim = await readClaim(db, idOf(req));
    const read = await readWanted(parts, claim, form.typed, res);
    if ('errors' in read)
      return show(parts, res, claim, { typed: form.typed, errors: { ...form.errors, ...read.errors } });
    const { currency } = claim.payable;
    const units = parts.gateways.hostedFields(read.account).unitsOf({ amountMinor: read.amountMinor, currency });
    render(
      res,
      confirmChargePage({ ...claim, ...read, units, submissionId: newId('req'), typed: withoutToken(form.typed) }),
    );
  });

  router.post(paths.chargeAttempts(':id'), may('charges.make'), async (req, res) => {
    const form = readForm(attemptForm, req);
    if (!form.ok) throw new Refusal('bad-request', 400, 'Please open the card screen again. Nothing was charged.');
    // The same press sent again gets the same answer, whatever the balance is by now.
    const twin = await findAttemptBySubmission(db, form.values.submissionId);
    if (twin?.startedBy === actorOf(req, res).id) return res.redirect(303, paths.charge(twin.paymentId));
    const claim = await readClaim(db, idOf(req));
    const typed = withoutToken(form.typed);
    const read = await readWanted(parts, claim, form.typed, res);
    if ('errors' in read) return show(parts, res, claim, { typed, errors: read.errors });
    if (!read.card && form.values.confirmationToken === '') {
      return show(parts, res, claim, { typed, errors: { card: 'Key the card into the fields below.' } });
    }
    try {
      const attempt = await chargeCard(parts, requestOf(req, res, { claim, read, values: form.values }));
      res.redirect(303, paths.charge(attempt.paymentId));
    } catch (error) {
      if (!(error instanceof Refusal) || ![403, 409, 429].includes(error.status)) throw error;
      const inTheWay = typeof error.detail.paymentId === 'string' ? error.detail.paymentId : undefined;
      const now = await readClaim(db, idOf(req));
      await show(parts, res, now, { typed, errors: { form: error.message }, inTheWay, status: error.status });
    }
  });

  return router;
}

/** Errors: Refusal `nothing-due` (409). */
function refuseNothingDue({ kind, number, state, dueMinor }: Payable): void {
  if (dueMinor > 0) return;
  const why = state === 'void' ? 'It is void.' : 'It is paid.';
  throw new Refusal('nothing-due', 409, `Nothing is due on ${kind} ${number}. ${why}`);
}

interface Given {
  typed: Typed;
  errors?: FieldErrors;
  inTheWay?: string | undefined;
  status?: number;
}

/** Draws the screen for the account chosen, else the default, with the fields of that account's gateway and no other. */
async function show(parts: PaymentParts, res: Response, claim: Claim, given: Given): Promise<void> {
  const { db, clock, gateways } = parts;
  const { payable, customer } = claim;
  const { currency, dueMinor } = payable;
  const sum = readAmount(given.typed.amount ?? '', currency) ?? { amountMinor: dueMinor, currency };
  const [accounts, cards, company] = await Promise.all([
    chooseAccount(parts, sum),
    savedCardsOf(db, customer.id),
    readCompany(db),
  ]);
  const account = chosen(accounts, given.typed.accountId);
  const keyedProblem = account ? whyNotKeyed(account, res) : undefined;
  const fields = account && !keyedProblem ? gateways.hostedFields(account) : undefined;
  if (fields) allowGateway(res, fields.origins);
  const screen: CardScreen = {
    ...claim,
    accounts,
    account,
    cards,
    fields,
    keyedProblem,
    consent: account && phoneConsent(company, account, customer).wording,
    agreed: agreedTerms([payable]),
    today: dayInZone(nowIso(clock), company.timeZone),
    typed: given.typed,
    errors: given.errors ?? {},
    inTheWay: given.inTheWay,
  };
  render(res, processCardPage(screen), given.status ?? (given.errors ? 422 : 200));
}

function chosen(accounts: AccountChoice[], wantedId: string | undefined): Account | undefined {
  const fit = accounts.filter(({ problem }) => !problem).map(({ account }) => account);
  return fit.find((account) => account.id === wantedId) ?? fit[0];
}

function whyNotKeyed(account: Account, res: Response): string | undefined {
  const { role } = res.locals.person as SignedIn;
  if (!can(role, 'cards.key')) return 'Your role does not allow keying cards. Send the customer a link instead.';
  return keyedCardsProblem(account);
}

/** What staff asked for on the screen. */
interface Wanted {
  company: Company;
  account: Account;
  card: OfferedCard | undefined;
  amountMinor: number;
  saveCard: boolean;
  payerEmail: string;
  agreed: string;
}

/** What was asked for, or a sentence for each field at fault. The sum is held against the balance as it is now. */
async function readWanted(
  parts: PaymentParts,
  { payable, customer }: Claim,
  typed: Typed,
  res: Response,
): Promise<Wanted | { errors: FieldErrors }> {
  const { db, gateways } = parts;
  const errors: FieldErrors = {};
  const { currency, dueMinor, number } = payable;
  const show = (amountMinor: number) => showMoneyWithCode({ amountMinor, currency });
  const [accounts, company] = await Promise.all([listAccounts(db), readCompany(db)]);
  const account = accounts.find((one) => one.id === typed.accountId);
  const problem = account ? accountProblem(account, currency) : 'Choose the payment service account.';
  if (problem) errors.accountId = problem;

  const amountMinor = readAmount(typed.amount ?? '', currency)?.amountMinor;
  if (dueMinor === 0) errors.amount = `Nothing is due on ${number} any more.`;
  else if (amountMinor === undefined)
    errors.amount = `Enter a sum such as ${plainAmount({ amountMinor: dueMinor, currency })}.`;
  else if (amountMinor === 0) errors.amount = 'The sum must be more than zero.';
  else if (amountMinor > dueMinor) errors.amount = `Only ${show(dueMinor)} is due on ${number}.`;
  else {
    const refused = account && gateways.hostedFields(account).checkAmount({ amountMinor, currency });
    if (refused) errors.amount = refused;
  }

  const isKeyed = typed.card === KEYED;
  const card = isKeyed ? undefined : (await savedCardsOf(db, customer.id)).find((one) => one.id === typed.card);
  const keyedProblem = isKeyed && account ? whyNotKeyed(account, res) : undefined;
  if (keyedProblem) errors.card = keyedProblem;
  else if (!isKeyed && !card) errors.card = 'Choose the card to charge.';
  else if (card && card.accountId !== account?.id) {
    errors.card = `This card is saved in “${card.accountName}”. Choose that account, or another card.`;
  }
  const payerEmail = (typed.payerEmail ?? '').trim();
  if (payerEmail && !isEmailAddress(payerEmail)) errors.payerEmail = 'Enter one e-mail address, or leave it empty.';

  if (Object.keys(errors).length > 0 || !account || amountMinor === undefined) return { errors };
  const saveCard = isKeyed && Boolean(typed.saveCard);
  return { company, account, card, amountMinor, saveCard, payerEmail, agreed: typed.agreed ?? '' };
}

function requestOf(
  req: Request,
  res: Response,
  { claim, read, values }: { claim: Claim; read: Wanted; values: z.output<typeof attemptForm> },
): ChargeRequest {
  const { confirmationToken, submissionId } = values;
  const consent = phoneConsent(read.company, read.account, claim.customer);
  return {
    payableId: claim.payable.id,
    accountId: read.account.id,
    card: read.card ? { savedCardId: read.card.id } : { confirmationToken, saveCard: read.saveCard, consent },
    amountMinor: read.amountMinor,
    agreed: read.agreed,
    submissionId,
    personId: actorOf(req, res).id,
    payerEmail: read.payerEmail,
    ip: req.ip ?? '',
    userAgent: req.get('user-agent') ?? '',
  };
}

/** What was typed on the screen; a token of the gateway is good once and never shown again. */
function withoutToken({ confirmationToken: _token, submissionId: _id, agreed: _agreed, ...typed }: Typed): Typed {
  return typed;
}
