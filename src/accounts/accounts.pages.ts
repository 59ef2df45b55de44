import type { AuditLine } from '../audit/audit.store.ts';
import { whoDid } from '../audit/who-did.ts';
import { showMoneyWithCode } from '../money/show-money.ts';
import type { FieldErrors } from '../platform/refusal.ts';
import type { Page } from '../platform/web/render.ts';
import { type Account, accountLabel, WEBHOOK_EVENTS } from './account.ts';
import type { AccountUse } from './account-use.store.ts';
import { ANY_CURRENCY } from './accounts.store.ts';
import { brandLook } from './brand-look.ts';

/** Which account is the default for which currency, as the store reads it. */
type Defaults = Map<string, string>;

const GATEWAY_NAMES: Record<Account['kind'], string> = { stripe: 'Stripe', sandbox: 'Sandbox' };

/** An account as a line or a head of a page shows it. */
function shown(account: Account, defaults: Defaults) {
  return {
    id: account.id,
    name: account.name,
    gateway: GATEWAY_NAMES[account.kind],
    mode: account.livemode ? { tone: 'part', text: 'Live' } : { tone: 'warn', text: 'Test' },
    active: account.active,
    isDefault: defaults.get(ANY_CURRENCY) === account.id,
    defaultFor: defaultFor(account, defaults),
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

/** The currencies that have this account as a default of their own. */
function defaultFor(account: Account, defaults: Defaults): string[] {
  return [...defaults].flatMap(([code, id]) => (id === account.id && code !== ANY_CURRENCY ? [code] : []));
}

/** Whose sandbox can be connected: the portal's own, which needs no keys, one that runs elsewhere, or none. */
export type SandboxOffer = 'own' | 'elsewhere' | 'none';

export function accountsPage(accounts: Account[], defaults: Defaults, sandbox: SandboxOffer) {
  const rank = (account: Account) => (defaults.get(ANY_CURRENCY) === account.id ? 0 : 1);
  const lines = accounts.toSorted((a, b) => rank(a) - rank(b)).map((account) => shown(account, defaults));
  return {
    view: 'accounts/accounts',
    layout: 'office' as const,
    title: 'Payment services',
    active: lines.filter((account) => account.active),
    off: lines.filter((account) => !account.active),
    sandbox,
  } satisfies Page & Record<string, unknown>;
}

export interface AccountForm {
  id: string;
  kind: Account['kind'];
  webhookUrl: string;
  /** The portal's own sandbox takes keys that the portal makes. */
  keysAreMade: boolean;
  typed: Record<string, string>;
  errors: FieldErrors;
}

export function newAccountPage(form: AccountForm) {
  return {
    view: 'accounts/new-account',
    layout: 'office' as const,
    title: form.kind === 'stripe' ? 'Connect a Stripe account' : 'Connect a sandbox account',
    scripts: ['copy-link.js'],
    events: WEBHOOK_EVENTS,
    ...form,
  } satisfies Page & Record<string, unknown>;
}

const DEEDS: Record<string, string> = {
  'account.connected': 'Connected',
  'account.checked': 'Checked at the gateway',
  'account.made-default': 'Made the default',
  'account.default-ended': 'No longer the default',
  'account.switched-on': 'Switched on',
  'account.switched-off': 'Switched off',
  'account.keys-replaced': 'Keys replaced',
  'account.older-secret-forgotten': 'Older signing secret forgotten',
  'account.keyed-cards-allowed': 'Keyed cards allowed',
  'account.keyed-cards-forbidden': 'Keyed cards forbidden',
  'account.brand-changed': 'Brand changed',
  'account.logo-changed': 'Logo changed',
  'account.logo-removed': 'Logo removed',
};

/** The deed with the currencies that it was about. */
function deedOf({ action, detail }: AuditLine): string {
  const currencies = Array.isArray(detail.currencies) ? detail.currencies.join(', ') : detail.currency;
  return `${DEEDS[action] ?? action}${currencies ? ` for ${currencies}` : ''}`;
}

export interface AccountShown {
  defaults: Defaults;
  webhookUrl: string;
  /** How many signing secrets are valid now; the older one is kept while the gateway changes over. */
  secretCount: number;
  history: AuditLine[];
  typed: Record<string, string>;
  errors: FieldErrors;
}

export function accountPage(account: Account, more: AccountShown) {
  return {
    view: 'accounts/account',
    layout: 'office' as const,
    title: account.name,
    scripts: ['copy-link.js'],
    account: {
      ...shown(account, more.defaults),
      kind: account.kind,
      publishableKey: account.publishableKey,
      ref: account.gatewayRef,
      codes: account.currencies,
      takesKeyedCards: account.takesKeyedCards,
      secretKeyReplacedAt: account.secretKeyReplacedAt,
      webhookSecretReplacedAt: account.webhookSecretReplacedAt,
      brand: account.brand,
      logo: brandLook(account).logo,
    },
    webhookUrl: more.webhookUrl,
    secretCount: more.secretCount,
    events: WEBHOOK_EVENTS,
    typed: more.typed,
    errors: more.errors,
    history: more.history
      .map((line) => ({ at: line.at, who: whoDid(line), what: deedOf(line) }))
      .reverse()
      .slice(0, 20),
  } satisfies Page & Record<string, unknown>;
}

/** What happens when an account is switched off, before it does. */
export function switchOffPage(
  account: Account,
  more: {
    accounts: Account[];
    defaults: Defaults;
    use: AccountUse;
    typed: Record<string, string>;
    errors: FieldErrors;
  },
) {
  const { defaults, use } = more;
  const overall = more.accounts.find((one) => one.id === defaults.get(ANY_CURRENCY));
  return {
    view: 'accounts/switch-off',
    layout: 'office' as const,
    title: `Switch off ${account.name}`,
    account: shown(account, defaults),
    /** Who takes over the currencies that have this account as their default; undefined: whoever is chosen now. */
    fallback: overall && overall.id !== account.id ? accountLabel(overall) : undefined,
    others: more.accounts
      .filter((one) => one.active && one.id !== account.id)
      .map((one) => ({
        value: one.id,
        label: `${accountLabel(one)}${one.currencies.length > 0 ? `, only ${one.currencies.join(', ')}` : ''}`,
      })),
    links: use.links.map((link) => ({
      id: link.id,
      name: link.documents.join(', ') || 'Keeping a card',
      customer: link.customerName,
      due: link.kind === 'save_card' ? '' : showMoneyWithCode({ amountMinor: link.dueMinor, currency: link.currency }),
      expiresAt: link.expiresAt,
    })),
    linkCount: use.linkCount,
    payments: use.payments.map((payment) => ({
      id: payment.id,
      name: payment.documents.join(', ') || 'Payment',
      customer: payment.customerName,
      amount: showMoneyWithCode(payment),
      createdAt: payment.createdAt,
    })),
    paymentCount: use.paymentCount,
    typed: more.typed,
    errors: more.errors,
  } satisfies Page & Record<string, unknown>;
}

/** The brand of an account as a form, with its picture beside. */
export function brandPage(account: Account, form: { typed: Record<string, string>; errors: FieldErrors }) {
  return {
    view: 'accounts/brand',
    layout: 'office' as const,
    title: `Brand of ${account.name}`,
    account: { id: account.id, name: account.name, logo: brandLook(account).logo },
    ...form,
  } satisfies Page & Record<string, unknown>;
}
