import type { Generated } from 'kysely';

/** One interface per table of db/migrations; times are ISO 8601 UTC text, flags are 0 or 1, sums are whole minor units, `content`-like columns hold JSON text. */

export interface CompanyTable {
  id: 'company';
  trading_name: string;
  address: string;
  country: string;
  tax_id: string;
  website: string;
  support_email: string;
  support_phone: string;
  reply_to: string;
  time_zone: string;
  refund_terms: string;
  auto_apply_deposits: Generated<0 | 1>;
  /** One line for each currency: `EUR 500.00`. */
  refund_limits: Generated<string>;
  updated_at: string;
}

export interface PersonTable {
  id: string;
  email: string;
  email_key: string;
  name: string;
  role: 'admin' | 'clerk' | 'accountant';
  password_hash: string | null;
  created_at: string;
  last_sign_in_at: string | null;
  disabled_at: string | null;
  /** Sessions begun under an older number are over. */
  session_epoch: Generated<number>;
}

export interface SessionTable {
  id: string;
  person_id: string | null;
  content: string;
  expires_at: string;
}

export interface PersonTokenTable {
  token_hash: string;
  person_id: string;
  kind: 'invite' | 'reset';
  created_at: string;
  expires_at: string;
  used_at: string | null;
}

export interface ThrottleTable {
  throttle_key: string;
  hits: number;
  resets_at: string;
}

export interface SequenceNumberTable {
  name: string;
  last_number: number;
}

export interface AccountTable {
  id: string;
  name: string;
  kind: 'stripe' | 'sandbox';
  publishable_key: string;
  secret_key_sealed: string;
  webhook_secrets_sealed: string;
  gateway_account_ref: string | null;
  currencies: string;
  statement_suffix: string;
  livemode: 0 | 1;
  active: 0 | 1;
  checked_at: string | null;
  check_problems: string;
  created_at: string;
  takes_keyed_cards: Generated<0 | 1>;
  secret_key_replaced_at: string | null;
  webhook_secret_replaced_at: string | null;
  /** How the account presents itself to customers; empty texts leave it to the company's own. */
  brand_name: Generated<string>;
  brand_colour: Generated<string>;
  support_email: Generated<string>;
  support_phone: Generated<string>;
}

export interface AccountDefaultTable {
  currency: string;
  account_id: string;
}

export interface AccountLogoTable {
  account_id: string;
  content_type: 'image/png' | 'image/jpeg' | 'image/webp';
  /** The file in base64. */
  content: string;
  hash: string;
}

export interface AuditTable {
  seq: Generated<number>;
  at: string;
  actor_kind: 'person' | 'customer' | 'gateway' | 'system';
  actor_id: string | null;
  action: string;
  subject_kind: string;
  subject_id: string;
  detail: string;
  ip: string | null;
  request_id: string | null;
}

export interface CustomerTable {
  id: string;
  number: string;
  number_key: string;
  name: string;
  email: string;
  language: string;
  address: string;
  created_at: string;
  updated_at: string;
}

export interface GatewayCustomerTable {
  customer_id: string;
  account_id: string;
  ref: string;
}

export interface PayableTable {
  id: string;
  kind: 'invoice' | 'deposit';
  number: string;
  number_key: string;
  customer_id: string;
  currency: string;
  total_minor: number;
  state:
    | 'open'
    | 'part_paid'
    | 'paid'
    | 'credited'
    | 'requested'
    | 'held'
    | 'part_applied'
    | 'applied'
    | 'part_refunded'
    | 'refunded'
    | 'void';
  version: number;
  created_at: string;
  updated_at: string;
  voided_at: string | null;
}

export interface InvoiceTable {
  payable_id: string;
  issued_on: string;
  due_on: string;
  order_reference: string;
  note: string;
}

export interface InvoiceLineTable {
  payable_id: string;
  position: number;
  description: string;
  quantity: string;
  amount_minor: number;
}

export interface DepositTable {
  payable_id: string;
  order_reference: string;
  order_total_minor: number | null;
  note: string;
  /** The order reference as texts are compared (see text-key.ts); empty where there is none. */
  order_key: Generated<string>;
  /** Of the order's total, where the sum was asked for as a part of it: 3000 is 30 %. */
  percent_basis_points: number | null;
  submission_id: string | null;
}

export interface SearchWordTable {
  kind: string;
  word: string;
  subject_id: string;
}

export interface ImportFileTable {
  id: string;
  kind: 'customers' | 'invoices';
  name: string;
  content: string;
  mapping: string;
  state: 'uploaded' | 'running' | 'done' | 'failed';
  total_lines: number;
  done_lines: number;
  created_count: number;
  updated_count: number;
  unchanged_count: number;
  refused_count: number;
  failure: string | null;
  created_by: string | null;
  created_at: string;
  claimed_until: string | null;
  started_at: string | null;
  finished_at: string | null;
}

export interface ImportRefusalTable {
  import_id: string;
  line: number;
  number: string;
  reason: string;
}

export interface LinkTable {
  id: string;
  kind: 'pay' | 'save_card';
  customer_id: string;
  account_id: string;
  currency: string;
  terms: 'full' | 'part' | 'choose' | 'deposit_or_full' | 'hand_off';
  part_minor: number | null;
  least_minor: number | null;
  payment_id: string | null;
  created_at: string;
  created_by: string | null;
  expires_at: string;
  ended_as: 'used' | 'closed' | 'revoked' | 'replaced' | null;
  ended_at: string | null;
  ended_by: string | null;
  replaced_by: string | null;
}

export interface LinkPayableTable {
  link_id: string;
  payable_id: string;
  position: number;
}

export interface LinkVisitTable {
  link_id: string;
  fetches: number;
  first_fetched_at: string | null;
  last_fetched_at: string | null;
  person_opens: number;
  opened_at: string | null;
  last_opened_at: string | null;
}

export interface LinkBatchTable {
  id: string;
  send_id: string;
  per: 'document' | 'customer';
  expiry: string;
  note: string;
  state: 'running' | 'done';
  item_count: number;
  created_by: string | null;
  created_at: string;
  finished_at: string | null;
}

export interface LinkBatchItemTable {
  batch_id: string;
  position: number;
  customer_id: string;
  payable_ids: string;
  state: 'waiting' | 'sent' | 'failed';
  link_id: string | null;
  is_new_link: 0 | 1 | null;
  reason: string | null;
  done_at: string | null;
}

export interface LetterTable {
  id: string;
  letter_key: string;
  kind: string;
  message_id: string;
  to_addresses: string;
  cc_addresses: string;
  reply_to: string | null;
  subject: string;
  html: string;
  body_text: string;
  customer_id: string | null;
  link_id: string | null;
  subject_id: string | null;
  state: 'queued' | 'accepted' | 'refused' | 'failed';
  tries: number;
  next_try_at: string;
  claimed_until: string | null;
  last_response: string | null;
  created_by: string | null;
  created_at: string;
  ended_at: string | null;
}

export interface CaseFileTable {
  id: string;
  kind: string;
  dedupe_key: string;
  subject_kind: string;
  subject_id: string;
  customer_id: string | null;
  summary: string;
  detail: string;
  owner_id: string | null;
  opened_at: string;
  closed_at: string | null;
  closed_by: string | null;
  resolution: string | null;
}

export interface PaymentTable {
  id: string;
  method: 'card' | 'cash' | 'cheque' | 'transfer';
  channel: 'link' | 'office';
  customer_id: string;
  account_id: string | null;
  link_id: string | null;
  currency: string;
  amount_minor: number;
  state: 'ready' | 'confirming' | 'challenged' | 'processing' | 'paid' | 'cancelled' | 'reversed';
  attempt_id: string | null;
  gateway_ref: string | null;
  charge_ref: string | null;
  authorization_code: string | null;
  card_brand: string | null;
  card_last4: string | null;
  payer_email: string | null;
  created_by: string | null;
  created_at: string;
  in_flight_since: string | null;
  paid_at: string | null;
  cancelled_at: string | null;
  cancel_asked_at: string | null;
  cancel_asked_by: string | null;
  next_look_at: string | null;
  looks: number;
  create_tries: Generated<number>;
  handed_until: string | null;
  submission_id: string | null;
  received_on: string | null;
  reference: string | null;
  note: string | null;
  reversed_at: string | null;
  reversed_by: string | null;
  reverse_reason: string | null;
  /** Who booked what the gateway had received, where that was another sum than was agreed. */
  received_by: string | null;
}

export interface PaymentPayableTable {
  payment_id: string;
  payable_id: string;
  amount_minor: number;
  version: number;
}

export interface LeaseTable {
  payable_id: string;
  payment_id: string;
  taken_at: string;
}

export interface AttemptTable {
  id: string;
  payment_id: string;
  submission_id: string;
  state: 'started' | 'sent' | 'challenged' | 'processing' | 'succeeded' | 'declined' | 'abandoned';
  confirmation_token: string;
  amount_minor: number;
  save_card: 0 | 1;
  consent_wording: string;
  consent_language: string;
  payer_email: string;
  ip: string;
  user_agent: string;
  decline_category: string | null;
  decline_code: string | null;
  decline_advice: string | null;
  charge_ref: string | null;
  card_brand: string | null;
  card_last4: string | null;
  created_at: string;
  sent_at: string | null;
  ended_at: string | null;
  link_id: string | null;
  saved_card_id: string | null;
  presence: 'payer' | 'nobody' | 'phone';
  started_by: string | null;
}

export interface AllocationTable {
  id: string;
  payable_id: string;
  payment_id: string | null;
  deposit_id: string | null;
  amount_minor: number;
  reverses: string | null;
  created_by: string | null;
  created_at: string;
  source: 'elsewhere' | 'credit-note' | null;
  /** Of the form that applied a deposit; none for what a payment settles. */
  submission_id: string | null;
}

export interface ReceiptTable {
  id: string;
  number: number;
  payment_id: string;
  customer_id: string;
  account_id: string | null;
  currency: string;
  amount_minor: number;
  issued_at: string;
  content: string;
  reviewed_at: string | null;
  reviewed_by: string | null;
  review_note: string | null;
}

export interface SavedCardTable {
  id: string;
  customer_id: string;
  account_id: string;
  method_ref: string;
  brand: string;
  last4: string;
  exp_month: number;
  exp_year: number;
  created_at: string;
  removed_at: string | null;
  is_default: Generated<0 | 1>;
  removed_by_kind: 'person' | 'customer' | 'gateway' | 'system' | null;
  removed_by: string | null;
  detach_at: string | null;
  detach_tries: Generated<number>;
}

export interface ConsentTable {
  id: string;
  customer_id: string;
  account_id: string;
  saved_card_id: string;
  attempt_id: string | null;
  wording: string;
  language: string;
  ip: string;
  agreed_at: string;
  withdrawn_at: string | null;
  card_setup_id: string | null;
  recorded_by: string | null;
  withdrawn_by_kind: 'person' | 'customer' | 'gateway' | 'system' | null;
  withdrawn_by: string | null;
}

export interface CardSetupTable {
  id: string;
  customer_id: string;
  account_id: string;
  link_id: string | null;
  channel: 'link' | 'office';
  submission_id: string;
  state: 'started' | 'sent' | 'challenged' | 'processing' | 'succeeded' | 'declined' | 'abandoned';
  gateway_ref: string | null;
  confirmation_token: string;
  consent_wording: string;
  consent_language: string;
  ip: string;
  recorded_by: string | null;
  saved_card_id: string | null;
  decline_category: string | null;
  decline_code: string | null;
  decline_advice: string | null;
  created_at: string;
  sent_at: string | null;
  ended_at: string | null;
  next_look_at: string | null;
  looks: number;
}

export interface AccessCodeTable {
  id: string;
  link_id: string;
  customer_id: string;
  code_hash: string;
  sent_at: string;
  expires_at: string;
  tries: number;
  used_at: string | null;
}

export interface AccessProofTable {
  token_hash: string;
  link_id: string;
  customer_id: string;
  created_at: string;
  expires_at: string;
}

export interface WebhookEventTable {
  id: string;
  account_id: string;
  event_id: string;
  type: string;
  object_ref: string;
  payload: string;
  received_at: string;
  state: 'filed' | 'handled' | 'failed';
  tries: number;
  next_try_at: string | null;
  last_error: string | null;
  handled_at: string | null;
}

export interface JournalEntryTable {
  id: string;
  kind: string;
  subject_kind: string;
  subject_id: string;
  occurred_at: string;
  memo: string;
}

export interface JournalLineTable {
  entry_id: string;
  position: number;
  ledger_account: string;
  account_id: string | null;
  currency: string;
  amount_minor: number;
}

export interface DepositMatchTable {
  invoice_id: string;
  noted_at: string;
  next_try_at: string | null;
}

export interface RefundTable {
  id: string;
  method: 'card' | 'cash' | 'cheque' | 'transfer';
  state: 'waiting' | 'reserved' | 'sent' | 'pending' | 'succeeded' | 'failed' | 'cancelled' | 'declined' | 'withdrawn';
  customer_id: string;
  /** The payment that it gives back of; none for what is given back by hand of a deposit. */
  payment_id: string | null;
  account_id: string | null;
  currency: string;
  amount_minor: number;
  gateway_ref: string | null;
  create_tries: Generated<number>;
  reference: string;
  reason: string;
  note: string;
  failure: string | null;
  submission_id: string;
  part: number;
  created_by: string | null;
  created_at: string;
  sent_at: string | null;
  settled_at: string | null;
  ended_at: string | null;
  next_look_at: string | null;
  looks: Generated<number>;
  /** The gateway's own code for why it did not arrive. */
  failure_code: string | null;
  /** When the gateway broke under the present idempotency key. */
  broke_at: string | null;
  /** Ordered here, or found at the gateway. */
  origin: Generated<'office' | 'gateway'>;
  reason_kind: Generated<string>;
  /** Who approved, declined or withdrew it, or said what one that was made at the gateway was for. */
  decided_by: string | null;
  decided_at: string | null;
  decision_reason: string | null;
}

export interface RefundLineTable {
  refund_id: string;
  payable_id: string;
  amount_minor: number;
  /** Out of what is held of a deposit; or of a settled claim, which is owed again or lowered. */
  outcome: 'deposit' | 'owed-again' | 'claim-reduced';
  /** The allocation that took the payment's part back, once it is booked. */
  allocation_id: string | null;
}

export interface RefundReceiptTable {
  id: string;
  number: number;
  refund_id: string;
  issued_at: string;
  /** What it shows for good, as JSON. */
  content: string;
}

export interface RefundHearingTable {
  account_id: string;
  heard_until: string;
}

export interface CreditNoteTable {
  id: string;
  number: number;
  payable_id: string;
  customer_id: string;
  currency: string;
  amount_minor: number;
  reason_kind: string;
  reason: string;
  /** The row that lowers what is due. */
  allocation_id: string;
  refund_id: string | null;
  dispute_id: string | null;
  /** What it shows for good, as JSON. */
  content: string;
  submission_id: string;
  created_by: string | null;
  issued_at: string;
  withdrawn_at: string | null;
  withdrawn_by: string | null;
  withdraw_reason: string | null;
}

export interface ReminderSettingsTable {
  id: 'company';
  since: string | null;
  steps: string;
  send_hour: number;
  daily_cap: number;
  backlog_confirmed_at: string | null;
  backlog_confirmed_by: string | null;
  updated_at: string;
}

export interface ReminderSwitchTable {
  /** An account, a customer or an invoice. */
  subject_id: string;
  state: 'off' | 'paused';
  paused_until: string | null;
  changed_by: string | null;
  changed_at: string;
}

export interface ReminderTable {
  payable_id: string;
  step_day: number;
  id: string;
  customer_id: string;
  state: 'sent' | 'skipped';
  letter_id: string | null;
  created_at: string;
}

export interface ReminderDayTable {
  day: string;
  letters: number;
  passed_id: string;
  done_at: string | null;
}

export interface LetterTemplateTable {
  id: string;
  kind: string;
  account_id: string | null;
  language: string;
  subject: string;
  body: string;
  version: number;
  active: 0 | 1;
  created_by: string | null;
  created_at: string;
  ended_by: string | null;
  ended_at: string | null;
}

export interface Tables {
  company: CompanyTable;
  person: PersonTable;
  session: SessionTable;
  person_token: PersonTokenTable;
  throttle: ThrottleTable;
  sequence_number: SequenceNumberTable;
  account: AccountTable;
  account_default: AccountDefaultTable;
  account_logo: AccountLogoTable;
  audit: AuditTable;
  customer: CustomerTable;
  gateway_customer: GatewayCustomerTable;
  payable: PayableTable;
  invoice: InvoiceTable;
  invoice_line: InvoiceLineTable;
  deposit: DepositTable;
  search_word: SearchWordTable;
  import_file: ImportFileTable;
  import_refusal: ImportRefusalTable;
  link: LinkTable;
  link_payable: LinkPayableTable;
  link_visit: LinkVisitTable;
  link_batch: LinkBatchTable;
  link_batch_item: LinkBatchItemTable;
  letter: LetterTable;
  case_file: CaseFileTable;
  payment: PaymentTable;
  payment_payable: PaymentPayableTable;
  lease: LeaseTable;
  attempt: AttemptTable;
  allocation: AllocationTable;
  receipt: ReceiptTable;
  saved_card: SavedCardTable;
  consent: ConsentTable;
  card_setup: CardSetupTable;
  access_code: AccessCodeTable;
  access_proof: AccessProofTable;
  webhook_event: WebhookEventTable;
  journal_entry: JournalEntryTable;
  journal_line: JournalLineTable;
  deposit_match: DepositMatchTable;
  refund: RefundTable;
  refund_line: RefundLineTable;
  refund_receipt: RefundReceiptTable;
  refund_hearing: RefundHearingTable;
  credit_note: CreditNoteTable;
  reminder_settings: ReminderSettingsTable;
  reminder_switch: ReminderSwitchTable;
  reminder: ReminderTable;
  reminder_day: ReminderDayTable;
  letter_template: LetterTemplateTable;
}
