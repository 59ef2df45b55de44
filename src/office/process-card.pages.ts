import { type Account, accountLabel } from '../accounts/account.ts';
import type { AccountChoice } from '../accounts/choose-account.ts';
import { expiryState, showExpiry } from '../gateway/card-expiry.ts';
import type { HostedFields } from '../gateway/gateway.ts';
import { plainAmount, showMoneyWithCode } from '../money/show-money.ts';
import { paths } from '../paths.ts';
import type { FieldErrors } from '../platform/refusal.ts';
import { withQuery } from '../platform/web/query.ts';
import type { Page } from '../platform/web/render.ts';
import { cardText } from '../words/card-brand.ts';
import type { Claim, OfferedCard } from './process-card.store.ts';

/** The choice of keying a card instead of a saved one. */
export const KEYED = 'key';

export interface CardScreen extends Claim {
  accounts: AccountChoice[];
  /** The account chosen; undefined where none can take the sum. */
  account: Account | undefined;
  cards: OfferedCard[];
  /** The fields of the chosen account's gateway; undefined where no card may be keyed. */
  fields: HostedFields | undefined;
  /** Why no card may be keyed here, as a sentence. */
  keyedProblem: string | undefined;
  consent: string | undefined;
  agreed: string;
  /** The company's day, yyyy-mm-dd. */
  today: string;
  typed: Record<string, string>;
  errors: FieldErrors;
  /** The payment that is in the way, which can be cancelled. */
  inTheWay: string | undefined;
}

/** The screen on which staff charge a card for an invoice or a deposit. */
export function processCardPage(screen: CardScreen) {
  const { payable, customer, account } = screen;
  const cards = screen.cards.map((card) => cardShown(card, screen));
  return {
    view: 'office/process-card',
    layout: 'office' as const,
    title: `Charge a card for ${payable.number}`,
    scripts: ['process-card.js'],
    ...claimShown(screen),
    customer,
    currency: payable.currency,
    accounts: screen.accounts.map(({ account: one, isDefault, problem }) => ({
      value: one.id,
      label: `${accountLabel(one)}${isDefault ? ', default' : ''}${problem ? `: ${problem}` : ''}`,
      disabled: problem !== undefined,
    })),
    account: account && { id: account.id, name: account.name, testMode: !account.livemode },
    cards,
    keyed: KEYED,
    canKey: screen.fields !== undefined,
    keyedProblem: screen.keyedProblem,
    fields: screen.fields,
    gatewayScript: screen.fields?.scriptUrl,
    units: screen.fields?.unitsOf({ amountMinor: payable.dueMinor, currency: payable.currency }),
    consent: screen.consent,
    agreed: screen.agreed,
    typed: {
      amount: plainAmount({ amountMinor: payable.dueMinor, currency: payable.currency }),
      payerEmail: customer.email,
      card: cards.find((card) => !card.problem)?.value ?? (screen.fields ? KEYED : ''),
      accountId: account?.id ?? '',
      ...screen.typed,
    },
    errors: screen.errors,
    inTheWay: screen.inTheWay,
  } satisfies Page & Record<string, unknown>;
}

function cardShown(card: OfferedCard, { account, customer, payable, today, typed }: CardScreen) {
  const isExpired = expiryState(card, today) === 'expired';
  const elsewhere = card.accountId !== account?.id;
  const problem = isExpired
    ? 'It has expired.'
    : elsewhere
      ? `It is saved in the account “${card.accountName}” and can only be charged there.`
      : undefined;
  return {
    value: card.id,
    label: cardText(card.brand, card.last4),
    hint: `${isExpired ? 'Expired' : 'Expires'} ${showExpiry(card)}`,
    problem,
    /** Loads the screen with the card's own account, keeping what was typed. */
    useThere:
      elsewhere && !isExpired
        ? withQuery(paths.processCard(payable.id), { ...typed, accountId: card.accountId, card: card.id })
        : undefined,
    /** A link by which the customer saves a card with the chosen account too. */
    askHere: elsewhere && account ? withQuery(paths.newCardLink(customer.id), { account: account.id }) : undefined,
  };
}

function claimShown({ payable }: Claim) {
  return {
    claim: {
      id: payable.id,
      number: payable.number,
      kind: payable.kind === 'invoice' ? 'Invoice' : 'Deposit',
      href: payable.kind === 'invoice' ? paths.invoice(payable.id) : paths.deposit(payable.id),
      due: showMoneyWithCode({ amountMinor: payable.dueMinor, currency: payable.currency }),
    },
  };
}

/** What will happen when "Pay" is pressed, said before it is. */
export interface ConfirmedCharge extends Claim {
  account: Account;
  card: OfferedCard | undefined;
  amountMinor: number;
  /** The same as the gateway's fields count it. */
  units: number;
  saveCard: boolean;
  payerEmail: string;
  submissionId: string;
  agreed: string;
  typed: Record<string, string>;
}

export function confirmChargePage(charge: ConfirmedCharge) {
  const { payable, customer, account, card } = charge;
  const show = (amountMinor: number) => showMoneyWithCode({ amountMinor, currency: payable.currency });
  const mailTo = charge.payerEmail || customer.email;
  return {
    view: 'office/confirm-charge',
    layout: 'office' as const,
    title: `Charge a card for ${payable.number}`,
    units: charge.units,
    question: `Charge ${show(charge.amountMinor)}?`,
    ...claimShown(charge),
    button: `Pay ${show(charge.amountMinor)}`,
    facts: [
      { label: 'Amount', value: show(charge.amountMinor) },
      {
        label: 'From',
        value: `${card ? cardText(card.brand, card.last4) : 'The card that was keyed'}, ${customer.name}`,
      },
      { label: 'For', value: `${payable.kind === 'invoice' ? 'Invoice' : 'Deposit'} ${payable.number}` },
      { label: 'Left to pay after that', value: show(payable.dueMinor - charge.amountMinor) },
      { label: 'Payment service', value: `${account.name}${account.livemode ? '' : ' (test: no real money moves)'}` },
      { label: 'Receipt', value: mailTo ? `by e-mail to ${mailTo}` : 'not sent: there is no address' },
      ...(card ? [] : [{ label: 'The card is saved', value: charge.saveCard ? 'yes, agreed by phone' : 'no' }]),
    ],
    hidden: {
      accountId: account.id,
      card: card?.id ?? KEYED,
      amount: plainAmount({ amountMinor: charge.amountMinor, currency: payable.currency }),
      payerEmail: charge.payerEmail,
      ...(charge.saveCard ? { saveCard: 'yes' } : {}),
      agreed: charge.agreed,
      submissionId: charge.submissionId,
      confirmationToken: '',
    },
    back: withQuery(paths.processCard(payable.id), charge.typed),
  } satisfies Page & Record<string, unknown>;
}
