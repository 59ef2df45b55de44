import { paths } from '../paths.ts';
import { can, type Permission, type Role } from '../permissions.ts';

/** Menu items that say how much waits behind them. */
export type NavCount = 'cases' | 'receipts' | 'refunds';

const ITEMS: ReadonlyArray<{ label: string; href: string; permission: Permission; count?: NavCount }> = [
  { label: 'Home', href: paths.home(), permission: 'home.read' },
  { label: 'Dashboard', href: paths.dashboard(), permission: 'reports.read' },
  { label: 'Invoices', href: paths.invoices(), permission: 'invoices.read' },
  { label: 'Deposits', href: paths.deposits(), permission: 'deposits.read' },
  { label: 'Payment links', href: paths.links(), permission: 'links.read' },
  { label: 'Customers', href: paths.customers(), permission: 'customers.read' },
  { label: 'Payments', href: paths.payments(), permission: 'payments.read' },
  { label: 'Receipts', href: paths.receipts(), permission: 'receipts.read', count: 'receipts' },
  { label: 'Refunds', href: paths.refunds(), permission: 'refunds.read', count: 'refunds' },
  { label: 'Disputes', href: paths.disputes(), permission: 'disputes.read' },
  { label: 'Payouts', href: paths.payouts(), permission: 'payouts.read' },
  { label: 'Books', href: paths.books(), permission: 'ledger.read' },
  { label: 'Exports', href: paths.exports(), permission: 'exports.make' },
  { label: 'Reconcile', href: paths.reconcile(), permission: 'reconcile.read' },
  { label: 'Cases', href: paths.cases(), permission: 'cases.read', count: 'cases' },
  { label: 'Mailbox', href: paths.mailbox(), permission: 'mailbox.read' },
  { label: 'Reminders', href: paths.reminders(), permission: 'reminders.read' },
  { label: 'Imports', href: paths.imports(), permission: 'imports.run' },
  { label: 'Payment services', href: paths.accounts(), permission: 'accounts.read' },
  { label: 'Letters', href: paths.templates(), permission: 'templates.read' },
  { label: 'People', href: paths.people(), permission: 'people.manage' },
  { label: 'Audit log', href: paths.audit(), permission: 'audit.read' },
  { label: 'Company', href: paths.company(), permission: 'company.read' },
];

export interface NavItem {
  label: string;
  href: string;
  current: boolean;
  count?: number;
}

/** The menu as this role sees it, on this page. */
export function navFor(role: Role, path: string, counts: Partial<Record<NavCount, number>>): NavItem[] {
  return ITEMS.filter((item) => can(role, item.permission)).map((item) => {
    const count = item.count && counts[item.count];
    return {
      label: item.label,
      href: item.href,
      current: item.href === '/' ? path === '/' : path === item.href || path.startsWith(`${item.href}/`),
      ...(count ? { count } : {}),
    };
  });
}
