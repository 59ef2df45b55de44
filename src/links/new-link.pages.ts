import { accountLabel, accountProblem } from '../accounts/account.ts';
import type { AccountChoice } from '../accounts/choose-account.ts';
import { showMoneyWithCode } from '../money/show-money.ts';
import { paths } from '../paths.ts';
import type { Payable } from '../payables/payable.ts';
import type { FieldErrors } from '../platform/refusal.ts';
import type { Page } from '../platform/web/render.ts';
import { dueOn, mixtureOf } from './link.ts';
import type { ExpiryChoice } from './link-expiry.ts';
import { termsText } from './link-terms.ts';
import type { UsableLink } from './usable-links.store.ts';

/** How each length of life is called; its end is shown beside it. */
export const EXPIRY_LABELS: Record<ExpiryChoice, string> = {
  'after-due': '30 days after the due date',
  '24h': '24 hours',
  '7d': '7 days',
  '14d': '14 days',
  '30d': '30 days',
  '90d': '90 days',
};

const TERMS = [
  { value: 'full', label: 'All that is due', hint: 'The sum follows the balance: what is paid elsewhere drops out.' },
  { value: 'part', label: 'A fixed part', hint: 'The link is used up when that part is paid.' },
  { value: 'deposit_or_full', label: 'A deposit, or all that is due', hint: 'The customer sees both and chooses.' },
  { value: 'choose', label: 'What the customer chooses', hint: 'All of it or any part, as often as they like.' },
];

export interface NewLinkForm {
  /** The document on whose page it was begun. */
  main: Payable | undefined;
  /** What is asked for as it stands. */
  ticked: Payable[];
  /** What can be ticked. */
  listed: Payable[];
  customer: { id: string; name: string; email: string };
  choices: Array<{ choice: ExpiryChoice; endsAt: string }>;
  /** The default first; those that cannot take what is due say why. */
  accounts: AccountChoice[];
  usable: UsableLink[];
  /** Documents, not ticked, that usable links ask for. */
  askedForElsewhere: string[];
  typed: Record<string, string>;
  errors: FieldErrors;
}

export function newLinkPage(form: NewLinkForm) {
  const { main, ticked, listed, customer } = form;
  const of = [...ticked, ...listed];
  const currency = of[0]?.currency ?? '';
  const isMixed = mixtureOf(ticked) !== undefined;
  return {
    view: 'links/new-link',
    layout: 'office' as const,
    title: main ? `New payment link for ${main.number}` : 'New payment link',
    action: main ? paths.newLink(main.id) : paths.newLinkForSelected(),
    back: main
      ? { label: nameOf(main), href: hrefOf(main) }
      : { label: customer.name, href: paths.customer(customer.id) },
    main: main && { kind: main.kind, number: main.number },
    currency,
    // Sums of a mixture cannot be added up, and nothing can be made of it.
    due: isMixed ? undefined : showMoneyWithCode({ amountMinor: dueOn(ticked), currency }),
    customer,
    documents: listed.map((payable) => ({
      id: payable.id,
      label: `${nameOf(payable)}: ${dueText(payable)}`,
      hint: hintOf(payable, form),
      ticked: ticked.includes(payable),
    })),
    listed: listed.map((payable) => payable.id).join(','),
    terms: TERMS,
    choices: form.choices.map(({ choice, endsAt }) => ({ value: choice, label: EXPIRY_LABELS[choice], endsAt })),
    accounts: form.accounts.map(({ account, isDefault, problem }) => ({
      value: account.id,
      label: `${accountLabel(account)}${isDefault ? ', default' : ''}`,
      hint: problem,
      // An account that cannot take all of it may still take a part.
      disabled: accountProblem(account, currency) !== undefined,
    })),
    accountId: form.typed.accountId || accountIdFor(form.accounts, currency),
    usable: (isMixed ? [] : form.usable).map(({ link, payables, isCovered }) => ({
      href: paths.link(link.id),
      createdAt: link.createdAt,
      asks: termsText(link),
      numbers: payables.map((payable) => payable.number).join(', '),
      isCovered,
    })),
    typed: form.typed,
    errors: form.errors,
  } satisfies Page & Record<string, unknown>;
}

/** The first that can take all of it, else the first that is on. */
function accountIdFor(choices: AccountChoice[], currency: string): string | undefined {
  const fit = choices.find(({ problem }) => problem === undefined);
  return (fit ?? choices.find(({ account }) => accountProblem(account, currency) === undefined))?.account.id;
}

function nameOf({ kind, number }: Payable): string {
  return `${kind === 'invoice' ? 'Invoice' : 'Deposit'} ${number}`;
}

function hrefOf({ kind, id }: Payable): string {
  return kind === 'invoice' ? paths.invoice(id) : paths.deposit(id);
}

function dueText({ dueMinor, currency, state }: Payable): string {
  if (dueMinor > 0) return `${showMoneyWithCode({ amountMinor: dueMinor, currency })} due`;
  return state === 'void' ? 'void' : 'paid already';
}

function hintOf(payable: Payable, { customer, ticked, askedForElsewhere }: NewLinkForm): string | undefined {
  if (payable.customerId !== customer.id) return 'Of another customer';
  if (ticked.includes(payable) || !askedForElsewhere.includes(payable.id)) return undefined;
  return 'A usable link asks for it, which is replaced when the new one is for all that is due on it.';
}
