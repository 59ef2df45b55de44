import { showMoneyWithCode } from '../money/show-money.ts';
import { cardText } from '../words/card-brand.ts';

/** What was done, as it is said after a name; `{it}` is what it was done to. */
const DEEDS: Record<string, string> = {
  'access.code-sent': 'asked for a code to see the cards and receipts of {it}',
  'access.proved': 'typed the right code and saw the cards and receipts of {it}',
  'account.brand-changed': 'changed how {it} presents itself',
  'account.checked': 'checked {it} at the gateway',
  'account.connected': 'connected {it}',
  'account.default-ended': 'ended that {it} is the default for a currency',
  'account.keyed-cards-allowed': 'allowed cards to be typed for {it}',
  'account.keyed-cards-forbidden': 'stopped cards from being typed for {it}',
  'account.keys-replaced': 'replaced the keys of {it}',
  'account.logo-changed': 'changed the logo of {it}',
  'account.logo-removed': 'removed the logo of {it}',
  'account.made-default': 'made {it} the default',
  'account.older-secret-forgotten': 'had the older webhook secret of {it} forgotten',
  'account.reminders-off': 'switched reminders off for {it}',
  'account.reminders-on': 'switched reminders on for {it}',
  'account.reminders-paused': 'paused reminders for {it}',
  'account.switched-off': 'switched {it} off',
  'account.switched-on': 'switched {it} on',
  'audit.checked': 'checked the audit log against its chain',
  'card.declined': 'refused to save a card of {it}',
  'card.foreign-refused': 'was refused a card that does not belong to {it}',
  'card.made-default': 'chose the default card of {it}',
  'card.removed': 'removed a saved card of {it}',
  'card.renewed': 'renewed a saved card of {it}',
  'card.saved': 'saved a card of {it}',
  'card.setup-started': 'began to save a card of {it}',
  'case.closed': 'closed {it}',
  'case.given': 'gave {it} to somebody else',
  'case.taken': 'took {it}',
  'company.changed': 'changed {it}',
  'customer.changed': 'changed {it}',
  'customer.created': 'created {it}',
  'customer.reminders-off': 'switched reminders off for {it}',
  'customer.reminders-on': 'switched reminders on for {it}',
  'customer.reminders-paused': 'paused reminders for {it}',
  'customer.statement-sent': 'sent a statement to {it}',
  'deposit.applied': 'applied {it} to an invoice',
  'deposit.refund-approved': 'approved a refund of {it}',
  'deposit.refund-cancelled': 'ended a refund of {it}: cancelled',
  'deposit.refund-declined': 'declined a refund of {it}',
  'deposit.refund-explained': 'said what a refund of {it} was for',
  'deposit.refund-failed': 'ended a refund of {it}: failed',
  'deposit.refund-found': 'reported a refund of {it}',
  'deposit.refund-ordered': 'ordered a refund of {it}',
  'deposit.refund-withdrawn': 'withdrew a refund of {it}',
  'deposit.requested': 'asked for {it}',
  'deposit.unapplied': 'took {it} back from an invoice',
  'deposit.voided': 'made {it} void',
  'dispute.answer-written': 'wrote the answer to {it}',
  'dispute.decided': 'decided {it}',
  'dispute.decision-taken-back': 'took back what was decided about {it}',
  'dispute.lost': 'decided {it}: lost',
  'dispute.opened': 'opened {it}',
  'dispute.won': 'decided {it}: won',
  'export-batch.begun': 'began {it}',
  'export-batch.closed': 'closed {it}',
  'export.asked': 'asked for {it}',
  'import.finished': 'finished {it}',
  'import.started': 'started {it}',
  'import.uploaded': 'uploaded {it}',
  'invoice.changed': 'changed {it}',
  'invoice.credit-note-withdrawn': 'withdrew a credit note on {it}',
  'invoice.credited': 'issued a credit note on {it}',
  'invoice.deposit-applied': 'applied a deposit to {it}',
  'invoice.deposit-unapplied': 'took a deposit back from {it}',
  'invoice.issued': 'issued {it}',
  'invoice.paid-elsewhere': 'noted what was paid elsewhere on {it}',
  'invoice.refund-approved': 'approved a refund of {it}',
  'invoice.refund-cancelled': 'ended a refund of {it}: cancelled',
  'invoice.refund-declined': 'declined a refund of {it}',
  'invoice.refund-explained': 'said what a refund of {it} was for',
  'invoice.refund-failed': 'ended a refund of {it}: failed',
  'invoice.refund-found': 'reported a refund of {it}',
  'invoice.refund-ordered': 'ordered a refund of {it}',
  'invoice.refund-withdrawn': 'withdrew a refund of {it}',
  'invoice.reminded': 'sent a reminder of {it}',
  'invoice.reminders-off': 'switched reminders off for {it}',
  'invoice.reminders-on': 'switched reminders on for {it}',
  'invoice.reminders-paused': 'paused reminders for {it}',
  'invoice.voided': 'made {it} void',
  'ledger-account.mapped': 'changed the own number and name of {it}',
  'letter.retried': 'sent {it} again',
  'link-batch.finished': 'finished {it}',
  'link-batch.started': 'began {it}',
  'link.closed': 'closed {it}, as nothing is due any more',
  'link.handed-off': 'handed a charge to the customer by {it}',
  'link.issued': 'made {it}',
  'link.mailed-to-holder-of-older': 'asked for {it} in place of an older one',
  'link.new-one-wanted': 'asked for a new link in place of {it}',
  'link.reopened': 'opened {it} again',
  'link.replaced': 'replaced {it} with a newer one',
  'link.revoked': 'revoked {it}',
  'link.sent': 'sent {it}',
  'link.used': 'ended {it} as used',
  'payment.cancel-asked': 'asked to cancel {it}',
  'payment.cancelled': 'ended {it}, unpaid',
  'payment.declined': 'declined {it}',
  'payment.paid': 'took {it}',
  'payment.received-booked': 'booked {it} that the gateway had taken',
  'payment.recorded': 'recorded {it}',
  'payment.refund-approved': 'approved a refund of {it}',
  'payment.refund-cancelled': 'ended a refund of {it}: cancelled',
  'payment.refund-declined': 'declined a refund of {it}',
  'payment.refund-explained': 'said what a refund of {it} was for',
  'payment.refund-failed': 'ended a refund of {it}: failed',
  'payment.refund-found': 'reported a refund of {it}',
  'payment.refund-ordered': 'ordered a refund of {it}',
  'payment.refund-withdrawn': 'withdrew a refund of {it}',
  'payment.reversed': 'reversed {it}',
  'payment.started': 'started {it}',
  'payout.by_hand': 'found {it} made by hand',
  'payout.canceled': 'cancelled {it}',
  'payout.failed': 'reported that {it} failed',
  'payout.in-transit': 'sent {it}',
  'payout.off': 'found that {it} does not add up',
  'payout.paid': 'reported that {it} arrived at the bank',
  'payout.pending': 'made {it}',
  'person.asked-reset': 'was asked for a new password for {it}',
  'person.changed-password': 'changed the own password',
  'person.changed-role': 'changed the role of {it}',
  'person.created': 'added {it}',
  'person.disabled': 'disabled {it}',
  'person.enabled': 'enabled {it}',
  'person.invited': 'invited {it}',
  'person.accepted-invite': 'took up the invitation',
  'person.reset-password': 'chose a new password by a mailed link',
  'person.signed-in': 'signed in',
  'person.signed-out': 'signed out',
  'receipt.flag-resolved': 'settled what {it} was flagged for',
  'receipt.flagged': 'flagged {it}',
  'receipt.issued': 'issued {it}',
  'receipt.note-changed': 'changed the note of {it}',
  'receipt.review-withdrawn': 'took the review of {it} back',
  'receipt.reviewed': 'reviewed {it}',
  'receipt.sent-again': 'sent {it} again',
  'receipt.unflagged': 'took the flag off {it}',
  'reconcile.owner-chosen': 'chose who gets the cases of reconciling',
  'reconcile.started': 'began to compare the books with the gateway',
  'refund.cancelled': 'ended {it}: cancelled',
  'refund.explained': 'said what {it} was for',
  'refund.failed': 'ended {it}: failed',
  'refund.found': 'reported {it}',
  'refund.receipt-issued': 'issued a receipt for {it}',
  'refund.succeeded': 'gave back {it}',
  'refund.withdrawn': 'withdrew {it}',
  'reminders.backlog-confirmed': 'agreed to remind of what was overdue before',
  'reminders.settings-changed': 'changed the settings of reminders',
  'reminders.switched-off': 'switched reminders off',
  'reminders.switched-on': 'switched reminders on',
  'review-batch.finished': 'finished reviewing receipts together',
  'review-batch.started': 'began to review receipts together',
  'saved-view.changed': 'changed {it}',
  'saved-view.deleted': 'deleted {it}',
  'saved-view.made': 'saved {it}',
  'template.saved': 'saved the words of {it}',
  'template.set-aside': 'went back to the original words of {it}',
};

/** Groups of deeds as the filter names them, by what stands before the dot; others are called by that. */
const GROUPS: Record<string, string> = {
  access: 'Customers’ own pages',
  account: 'Payment services',
  audit: 'Audit log',
  card: 'Saved cards',
  case: 'Cases',
  company: 'Company',
  customer: 'Customers',
  deposit: 'Deposits',
  dispute: 'Disputes',
  export: 'Exports',
  'export-batch': 'Export batches',
  import: 'Imports',
  invoice: 'Invoices',
  'ledger-account': 'Chart of accounts',
  letter: 'Letters sent again',
  link: 'Payment links',
  'link-batch': 'Links sent together',
  payment: 'Payments',
  payout: 'Payouts',
  person: 'People and sign-ins',
  receipt: 'Receipts',
  reconcile: 'Reconciling',
  refund: 'Refunds',
  reminders: 'Reminders',
  'review-batch': 'Receipts reviewed together',
  'saved-view': 'Saved views',
  template: 'Words of letters',
};

/** The sentence of an action around what it was done to; one without words of its own reads `export.locked` as "locked {it}". */
export function deedWords(action: string): { before: string; after: string; namesIt: boolean } {
  const [group = '', verb = ''] = action.split('.');
  const words = DEEDS[action] ?? `${plain(verb) || plain(group)} {it}`;
  const [before = '', after] = words.split('{it}');
  return { before, after: after ?? '', namesIt: after !== undefined };
}

/** `link-batch` → "Links sent together". */
export function groupLabel(group: string): string {
  return GROUPS[group] ?? capital(plain(group));
}

/**
 * What the detail of a line adds to its sentence, in a person's words: sums, reasons, whom it was sent to, what was changed
 * into what. Ids and the rest are left to those who ask for all of it.
 */
export function detailNotes(detail: Record<string, unknown>): string[] {
  const notes: string[] = [];
  const { currency, total, role, reason, note, resolution, to, cc, brand, last4, category, invoice, deposit } = detail;
  if (isText(currency)) {
    for (const [name, minor] of Object.entries(detail))
      if (name.endsWith('Minor') && Number.isSafeInteger(minor))
        notes.push(showMoneyWithCode({ amountMinor: minor as number, currency }));
    if (isText(total)) notes.push(`${total} ${currency}`);
  }
  if (isText(role)) notes.push(`as ${role}`);
  if (isText(invoice)) notes.push(`invoice ${invoice}`);
  if (isText(deposit)) notes.push(`deposit ${deposit}`);
  if (isText(last4)) notes.push(cardText(isText(brand) ? brand : '', last4));
  if (isText(category)) notes.push(plain(category));
  for (const addresses of [to, cc])
    if (Array.isArray(addresses) && addresses.length > 0) notes.push(`to ${addresses.join(', ')}`);
  notes.push(...changesOf(detail));
  // What a gateway says by a code of its own is nobody's words.
  for (const text of [reason, note, resolution])
    if (isText(text)) notes.push(/^[a-z]+(_[a-z]+)+$/.test(text) ? plain(text) : `“${text}”`);
  return notes;
}

/** `{ dueOn: { from, to } }` → "due on: … → …"; `{ from, to }` itself → "… → …". */
function changesOf(detail: Record<string, unknown>): string[] {
  const pairs: Array<[string, unknown]> = [['', detail], ...Object.entries(detail)];
  return pairs.flatMap(([name, value]) => {
    const { from, to } = (value ?? {}) as { from?: unknown; to?: unknown };
    if (!isPlainValue(from) || !isPlainValue(to) || isId(from) || isId(to)) return [];
    return [`${name ? `${plain(name)}: ` : ''}${from || 'nothing'} → ${to || 'nothing'}`];
  });
}

/** Everything a line holds beside its sentence, for whoever asks: name and value. */
export function detailFacts(detail: Record<string, unknown>): Array<{ label: string; value: string }> {
  return Object.entries(detail).map(([name, value]) => ({
    label: capital(plain(name)),
    value: typeof value === 'object' ? JSON.stringify(value) : String(value),
  }));
}

/** "dueOn", "due-on" → "due on". */
function plain(word: string): string {
  return word
    .replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)
    .replace(/[-_]/g, ' ')
    .trim();
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}

function isPlainValue(value: unknown): value is string | number {
  return typeof value === 'string' || typeof value === 'number';
}

function isId(value: string | number): boolean {
  return /^[a-z]{3}_[0-9a-z]{26}$/.test(String(value));
}
