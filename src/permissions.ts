import type { RequestHandler } from 'express';
import { Refusal } from './platform/refusal.ts';

export type Role = 'admin' | 'clerk' | 'accountant';

/**
 * Who may do what, in one table. Every route of the office names its permission with `may(…)`, views draw a button
 * only where `can(…)`, and a test walks all routes with all roles.
 */
export const PERMISSIONS = {
  'home.read': ['admin', 'clerk', 'accountant'],
  'people.manage': ['admin'],
  'company.read': ['admin', 'clerk', 'accountant'],
  'company.change': ['admin'],
  'accounts.read': ['admin', 'clerk', 'accountant'],
  'accounts.manage': ['admin'],
  'customers.read': ['admin', 'clerk', 'accountant'],
  'customers.change': ['admin', 'clerk'],
  'cards.change': ['admin', 'clerk'],
  'invoices.read': ['admin', 'clerk', 'accountant'],
  'invoices.change': ['admin', 'clerk'],
  'invoices.void': ['admin', 'clerk'],
  'deposits.read': ['admin', 'clerk', 'accountant'],
  'deposits.change': ['admin', 'clerk'],
  'deposits.void': ['admin', 'clerk'],
  'imports.run': ['admin', 'clerk'],
  'links.read': ['admin', 'clerk', 'accountant'],
  'links.issue': ['admin', 'clerk'],
  'mailbox.read': ['admin', 'clerk', 'accountant'],
  'mailbox.retry': ['admin', 'clerk'],
  'templates.read': ['admin', 'clerk', 'accountant'],
  'templates.change': ['admin'],
  'reminders.read': ['admin', 'clerk', 'accountant'],
  'reminders.change': ['admin', 'clerk'],
  'reminders.settings': ['admin'],
  'payments.read': ['admin', 'clerk', 'accountant'],
  'payments.cancel': ['admin', 'clerk'],
  'charges.make': ['admin', 'clerk'],
  'cards.key': ['admin', 'clerk'],
  'payments.record': ['admin', 'clerk'],
  'payments.reverse': ['admin', 'accountant'],
  'ledger.read': ['admin', 'clerk', 'accountant'],
  'ledger.map': ['admin', 'accountant'],
  'statements.read': ['admin', 'clerk', 'accountant'],
  'statements.send': ['admin', 'clerk', 'accountant'],
  'disputes.read': ['admin', 'clerk', 'accountant'],
  'disputes.answer': ['admin', 'accountant'],
  'payouts.read': ['admin', 'accountant'],
  'refunds.read': ['admin', 'clerk', 'accountant'],
  'refunds.make': ['admin', 'accountant'],
  'refunds.approve': ['admin', 'accountant'],
  'credit-notes.issue': ['admin', 'accountant'],
  'receipts.read': ['admin', 'clerk', 'accountant'],
  'receipts.review': ['admin', 'accountant'],
  'receipts.export': ['admin', 'accountant'],
  'receipts.resend': ['admin', 'clerk', 'accountant'],
  'exports.make': ['admin', 'accountant'],
  'reconcile.read': ['admin', 'accountant'],
  'reconcile.run': ['admin', 'accountant'],
  'cases.read': ['admin', 'clerk', 'accountant'],
  'cases.close': ['admin', 'clerk', 'accountant'],
  'audit.read': ['admin', 'accountant'],
  'reports.read': ['admin', 'clerk', 'accountant'],
  'own-password.change': ['admin', 'clerk', 'accountant'],
} as const satisfies Record<string, readonly Role[]>;

export type Permission = keyof typeof PERMISSIONS;

export function can(role: string | undefined, permission: Permission): boolean {
  return (PERMISSIONS[permission] as readonly string[]).includes(role ?? '');
}

/** The person signed in, as the office's middleware left it on the response. */
export interface SignedIn {
  id: string;
  name: string;
  email: string;
  role: Role;
}

/** Lets only roles through that have the permission. Errors: 403 `not-allowed`. */
export function may(permission: Permission): RequestHandler & { permission: Permission } {
  const guard: RequestHandler = (_req, res, next) => {
    const person = res.locals.person as SignedIn | undefined;
    if (can(person?.role, permission)) return next();
    next(new Refusal('not-allowed', 403, 'Your role does not allow this. Ask an administrator if you need it.'));
  };
  return Object.assign(guard, { permission });
}
