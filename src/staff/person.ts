import { readMailAddress } from '../mail/address.ts';
import type { Role } from '../permissions.ts';
import { textKey } from '../platform/text-key.ts';

/** Somebody who works here. */
export interface Person {
  id: string;
  email: string;
  name: string;
  role: Role;
  /** Has accepted the invitation. */
  hasPassword: boolean;
  disabledAt: string | undefined;
  createdAt: string;
  lastSignInAt: string | undefined;
  sessionEpoch: number;
}

/** Roles as they are offered: what each is for, in words. */
export const ROLES: ReadonlyArray<{ value: Role; label: string; hint: string }> = [
  { value: 'clerk', label: 'Clerk', hint: 'Customers, invoices, deposits, payment links, imports.' },
  { value: 'accountant', label: 'Accountant', hint: 'Reviews and exports receipts; reads everything else.' },
  { value: 'admin', label: 'Admin', hint: 'Everything, and also people, accounts and company settings.' },
];

/** What an account is found by: addresses that differ in case, or in how their domain is written, are one. */
export function emailKey(email: string): string {
  return textKey(readMailAddress(email.trim()) ?? email);
}

export type PersonState = 'active' | 'invited' | 'disabled';

export function stateOf(person: Person): PersonState {
  if (person.disabledAt) return 'disabled';
  return person.hasPassword ? 'active' : 'invited';
}
