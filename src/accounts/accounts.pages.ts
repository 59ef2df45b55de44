import type { AuditLine } from '../audit/audit.store.ts';
import { whoDid } from '../audit/who-did.ts';
import type { FieldErrors } from '../platform/refusal.ts';
import type { Page } from '../platform/web/render.ts';
import { type Account, WEBHOOK_EVENTS } from './account.ts';

/** An account as a line or a head of a page shows it. */
function shown(account: Account, defaultId: string | undefined) {
  return {
    id: account.id,
    name: account.name,
    gateway: account.kind === 'stripe' ? 'Stripe' : 'Sandbox',
    mode: account.livemode ? { tone: 'part', text: 'Live' } : { tone: 'warn', text: 'Test' },
    active: account.active,
    isDefault: account.id === defaultId,
    currencies: account.currencies.length > 0 ? account.currencies.join(', ') : 'Any',
    statementSuffix: account.statementSuffix,
    checkedAt: account.checkedAt,
    problems: account.problems,
    state: !account.active
      ? { tone: 'muted', text: 'Switched off' }
      : account.problems.length > 0
        ? { tone: 'bad', text: 'Needs attention' }
        : { tone: 'ok', text: 'Active' },
  };
}

export function accountsPage(accounts: Account[], defaultId: string | undefined) {
  // The default stands first, what is switched off last.
  const rank = (account: Account) => (account.id === defaultId ? 0 : account.active ? 1 : 2);
  return {
    view: 'accounts/accounts',
    layout: 'office' as const,
    title: 'Payment services',
    accounts: accounts.toSorted((a, b) => rank(a) - rank(b)).map((account) => shown(account, defaultId)),
  } satisfies Page & Record<string, unknown>;
}

export interface AccountForm {
  id: string;
  webhookUrl: string;
  sandboxOffered: boolean;
  typed: Record<string, string>;
  errors: FieldErrors;
}

export function newAccountPage(form: AccountForm) {
  return {
    view: 'accounts/new-account',
    layout: 'office' as const,
    title: 'Connect a payment service',
    scripts: ['copy-link.js'],
    events: WEBHOOK_EVENTS,
    ...form,
  } satisfies Page & Record<string, unknown>;
}

const DEEDS: Record<string, string> = {
  'account.connected': 'Connected',
  'account.checked': 'Checked at the gateway',
  'account.made-default': 'Made the default',
  'account.switched-on': 'Switched on',
  'account.switched-off': 'Switched off',
  'account.keys-replaced': 'Keys replaced',
};

export function accountPage(
  account: Account,
  more: {
    defaultId: string | undefined;
    webhookUrl: string;
    history: AuditLine[];
    errors: FieldErrors;
  },
) {
  return {
    view: 'accounts/account',
    layout: 'office' as const,
    title: account.name,
    scripts: ['copy-link.js'],
    account: { ...shown(account, more.defaultId), publishableKey: account.publishableKey, ref: account.gatewayRef },
    webhookUrl: more.webhookUrl,
    events: WEBHOOK_EVENTS,
    errors: more.errors,
    history: more.history
      .map((line) => ({ at: line.at, who: whoDid(line), what: DEEDS[line.action] ?? line.action }))
      .reverse()
      .slice(0, 20),
  } satisfies Page & Record<string, unknown>;
}
