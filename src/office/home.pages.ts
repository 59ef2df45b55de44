import { timeLeft } from '../disputes/dispute.ts';
import { showMoneyWithCode } from '../money/show-money.ts';
import { paths } from '../paths.ts';
import { can, type Permission, type Role } from '../permissions.ts';
import type { Standing } from '../reconcile/standing.ts';
import { type Attention, COUNT_MOST, type EndingLink, type RecentPayment, type SetUp } from './home.store.ts';

interface Step {
  label: string;
  text: string;
  href: string;
  permission: Permission;
  done: boolean;
}

/** The first steps of a new portal; a step that somebody's role cannot take is shown without its link. */
function stepsOf(setUp: SetUp): Step[] {
  return [
    {
      label: 'Say who you are',
      text: 'Name, address and how customers reach you.',
      href: paths.company(),
      permission: 'company.change',
      done: setUp.company,
    },
    {
      label: 'Connect a payment service',
      text: 'The account that takes the money.',
      href: paths.accounts(),
      permission: 'accounts.manage',
      done: setUp.account,
    },
    {
      label: 'Enter a customer',
      text: 'By hand, or all of them from a file of your ERP.',
      href: paths.newCustomer(),
      permission: 'customers.change',
      done: setUp.customer,
    },
    {
      label: 'Enter an invoice',
      text: 'Or ask for a deposit.',
      href: paths.newInvoice(),
      permission: 'invoices.change',
      done: setUp.payable,
    },
    {
      label: 'Make a payment link',
      text: 'On the page of an invoice or a deposit, and send it.',
      href: paths.invoices(),
      permission: 'links.issue',
      done: setUp.link,
    },
  ];
}

const DEEDS: ReadonlyArray<{ label: string; href: string; permission: Permission }> = [
  { label: 'New invoice', href: paths.newInvoice(), permission: 'invoices.change' },
  { label: 'Ask for a deposit', href: paths.newDeposit(), permission: 'deposits.change' },
  { label: 'New customer', href: paths.newCustomer(), permission: 'customers.change' },
  { label: 'Review receipts', href: paths.receiptQueue(), permission: 'receipts.review' },
];

export interface HomeFacts {
  attention: Attention;
  links: EndingLink[];
  payments: RecentPayment[];
  setUp: SetUp;
  /** How books and gateways stand; only for those who may read it. */
  books: Standing | undefined;
}

/** What needs somebody today, what came in, and what one can start. */
export function homePage(role: Role, { attention, links, payments, setUp, books }: HomeFacts, now: Date) {
  const steps = stepsOf(setUp);
  const next = steps.find((step) => !step.done);
  return {
    view: 'office/home',
    layout: 'office' as const,
    title: 'Home',
    books,
    numbers: [
      { label: 'Open cases', count: attention.openCases, href: paths.cases(), note: 'Need a decision' },
      {
        label: 'Receipts to review',
        count: attention.unreviewedReceipts,
        href: `${paths.receipts()}?state=unreviewed`,
        note: 'Not looked at yet',
      },
      {
        label: 'Letters not delivered',
        count: attention.undeliveredLetters,
        href: paths.mailbox(),
        note: 'In the last 14 days',
      },
      ...(attention.refundsToApprove > 0
        ? [
            {
              label: 'Refunds to approve',
              count: attention.refundsToApprove,
              href: `${paths.refunds()}?state=waiting`,
              note: 'Wait for a second person',
            },
          ]
        : []),
      ...(attention.disputesToAnswer > 0
        ? [
            {
              label: 'Disputes to answer',
              count: attention.disputesToAnswer,
              href: paths.disputes(),
              note: 'The next one has',
              clock: timeLeft({ state: 'needs_response', dueBy: attention.nextDispute }, now),
            },
          ]
        : []),
      { label: 'Links that end soon', count: attention.endingLinks, href: paths.links(), note: 'Within 3 days' },
    ].map((one) => ({
      clock: undefined,
      ...one,
      shown: one.count > COUNT_MOST ? `${COUNT_MOST}+` : String(one.count),
    })),
    deeds: DEEDS.filter((deed) => can(role, deed.permission)),
    steps: next
      ? steps.map((step) => ({ ...step, current: step === next, href: can(role, step.permission) ? step.href : '' }))
      : [],
    links: links.map((link) => ({ ...link, numbers: link.numbers.join(', ') || 'A card to save' })),
    payments: payments.map((payment) => ({ ...payment, amount: showMoneyWithCode(payment) })),
  };
}
