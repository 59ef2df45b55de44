import { paths } from '../paths.ts';
import { can, type Permission, type Role } from '../permissions.ts';

/** Menu items that say how much waits behind them. */
export type NavCount = 'cases' | 'receipts' | 'refunds';

interface MenuItem {
  label: string;
  href: string;
  permission: Permission;
  count?: NavCount;
}

/** The menu in groups, as people look for things; the first group needs no name. */
const GROUPS: ReadonlyArray<{ label: string; items: readonly MenuItem[] }> = [
  {
    label: '',
    items: [
      { label: 'Home', href: paths.home(), permission: 'home.read' },
      { label: 'Dashboard', href: paths.dashboard(), permission: 'reports.read' },
      { label: 'Cases', href: paths.cases(), permission: 'cases.read', count: 'cases' },
      { label: 'Mailbox', href: paths.mailbox(), permission: 'mailbox.read' },
    ],
  },
  {
    label: 'Ask and collect',
    items: [
      { label: 'Customers', href: paths.customers(), permission: 'customers.read' },
      { label: 'Invoices', href: paths.invoices(), permission: 'invoices.read' },
      { label: 'Deposits', href: paths.deposits(), permission: 'deposits.read' },
      { label: 'Payment links', href: paths.links(), permission: 'links.read' },
      { label: 'Reminders', href: paths.reminders(), permission: 'reminders.read' },
    ],
  },
  {
    label: 'Money',
    items: [
      { label: 'Payments', href: paths.payments(), permission: 'payments.read' },
      { label: 'Receipts', href: paths.receipts(), permission: 'receipts.read', count: 'receipts' },
      { label: 'Refunds', href: paths.refunds(), permission: 'refunds.read', count: 'refunds' },
      { label: 'Disputes', href: paths.disputes(), permission: 'disputes.read' },
      { label: 'Payouts', href: paths.payouts(), permission: 'payouts.read' },
    ],
  },
  {
    label: 'Books',
    items: [
      { label: 'Books', href: paths.books(), permission: 'ledger.read' },
      { label: 'Reconcile', href: paths.reconcile(), permission: 'reconcile.read' },
      { label: 'Exports', href: paths.exports(), permission: 'exports.make' },
      { label: 'Audit log', href: paths.audit(), permission: 'audit.read' },
    ],
  },
  {
    label: 'Set-up',
    items: [
      { label: 'Imports', href: paths.imports(), permission: 'imports.run' },
      { label: 'Letters', href: paths.templates(), permission: 'templates.read' },
      { label: 'Payment services', href: paths.accounts(), permission: 'accounts.read' },
      { label: 'People', href: paths.people(), permission: 'people.manage' },
      { label: 'Company', href: paths.company(), permission: 'company.read' },
    ],
  },
];

export interface NavItem {
  label: string;
  href: string;
  current: boolean;
  count?: number;
}

export interface NavGroup {
  label: string;
  items: NavItem[];
}

/** The menu as this role sees it, on this page; groups of which it may open nothing are left out. */
export function navFor(role: Role, path: string, counts: Partial<Record<NavCount, number>>): NavGroup[] {
  return GROUPS.map(({ label, items }) => ({
    label,
    items: items.filter((item) => can(role, item.permission)).map((item) => shown(item, path, counts)),
  })).filter((group) => group.items.length > 0);
}

function shown({ label, href, count }: MenuItem, path: string, counts: Partial<Record<NavCount, number>>): NavItem {
  const waiting = count && counts[count];
  return {
    label,
    href,
    current: href === '/' ? path === '/' : path === href || path.startsWith(`${href}/`),
    ...(waiting ? { count: waiting } : {}),
  };
}
