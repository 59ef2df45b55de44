import type { Generated, GeneratedAlways } from 'kysely';

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

export interface AuditChainTable {
  position: number;
  audit_seq: number;
  /** SHA-256 of what the line says, in hexadecimal. */
  row_hash: string;
  /** SHA-256 over the hash before, the line's number and `row_hash`. */
  hash: string;
  sealed_at: string;
}

export interface AuditCheckTable {
  id: string;
  state: 'running' | 'done' | 'failed';
  started_by: string | null;
  started_at: string;
  claimed_until: string;
  total_lines: number;
  done_lines: number;
  finished_at: string | null;
  report: string | null;
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
  /** Of an invoice, yyyy-mm-dd; a deposit has none. */
  due_on: string | null;
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
  review_state: Generated<'unreviewed' | 'flagged' | 'reviewed'>;
  flagged_at: string | null;
  flagged_by: string | null;
  flag_note: string | null;
  method: Generated<'card' | 'cash' | 'cheque' | 'transfer'>;
  channel: Generated<'link' | 'office'>;
  card_last4: string | null;
  /** In capitals. */
  authorization_code: string | null;
}

export interface SavedViewTable {
  id: string;
  person_id: string;
  list: 'receipts';
  name: string;
  /** The part of the address behind the question mark. */
  query: string;
  shared: 0 | 1;
  created_at: string;
}

export interface ReviewBatchTable {
  id: string;
  submission_id: string;
  note: string;
  state: 'running' | 'done';
  item_count: number;
  /** The list from which it was begun. */
  back: string;
  created_by: string;
  created_at: string;
  finished_at: string | null;
}

export interface ReviewBatchItemTable {
  batch_id: string;
  position: number;
  receipt_id: string;
  state: 'waiting' | 'approved' | 'left-out';
  /** Why it was left out, as a sentence. */
  reason: string | null;
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
  /** The id that the subject begins with. */
  about_id: GeneratedAlways<string>;
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
  /** The entry's own. */
  occurred_at: Generated<string>;
}

export interface LedgerMappingTable {
  ledger_account: string;
  /** Empty, as the currency: for all of them. */
  account_id: string;
  currency: string;
  code: string;
  name: string;
  updated_at: string;
  updated_by: string | null;
}

export interface LedgerSumTable {
  span: 'month' | 'day' | 'hour';
  /** The beginning of an ISO 8601 UTC time: 2026-11, 2026-11-30 or 2026-11-30T14. */
  period: string;
  ledger_account: string;
  /** Empty where the ledger account is not kept per account. */
  account_id: string;
  currency: string;
  debit_minor: number;
  credit_minor: number;
}

export interface LedgerUnsummedTable {
  entry_id: string;
}

export interface CustomerStatementTable {
  id: string;
  customer_id: string;
  from_on: string;
  to_on: string;
  content: string;
  submission_id: string;
  created_by: string | null;
  created_at: string;
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

export interface DisputeTable {
  id: string;
  account_id: string;
  gateway_ref: string;
  /** None for a charge that we do not know. */
  payment_id: string | null;
  customer_id: string | null;
  charge_ref: string;
  /** The gateway's name of the payment. */
  payment_ref: string | null;
  state:
    | 'inquiry'
    | 'inquiry_answered'
    | 'inquiry_closed'
    | 'needs_response'
    | 'under_review'
    | 'won'
    | 'lost'
    | 'prevented'
    | 'appeal_needs_response'
    | 'appeal_under_review';
  /** The bank has the money, or may soon have it, so that nobody may use or refund it here. */
  holds_money: 0 | 1;
  reason: string;
  network_reason: string | null;
  currency: string;
  amount_minor: number;
  due_by: string | null;
  /** What open ones are listed by: `due_by` while an answer is wanted, else the end of time. */
  due_key: string;
  submissions: Generated<number>;
  checks: string | null;
  opened_at: string;
  heard_at: string;
  closed_at: string | null;
  /** Goes up with every look that was written down: of two who looked, the later one counts. */
  version: Generated<number>;
  decision: 'owed-again' | 'written-off' | null;
  decided_at: string | null;
  decided_by: string | null;
  decision_reason: string | null;
  /** What is told to the bank, as JSON; written before the gateway hears of it. */
  answer: string | null;
  answer_id: string | null;
  answered_at: string | null;
  answered_by: string | null;
  next_look_at: string | null;
  looks: Generated<number>;
}

export interface DisputePartTable {
  dispute_id: string;
  payable_id: string;
  amount_minor: number;
}

export interface DisputeMovementTable {
  id: string;
  dispute_id: string;
  gateway_ref: string;
  /** Less than nothing for what the bank took. */
  amount_minor: number;
  booked_at: string;
}

export interface DisputeSweepTable {
  account_id: string;
  listed_from: string;
  next_list_at: string;
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

export interface PayoutTable {
  id: string;
  account_id: string;
  gateway_ref: string;
  state: 'pending' | 'in_transit' | 'paid' | 'failed' | 'cancelled';
  /** Made on the gateway's schedule; one that somebody made by hand is not told apart into movements there. */
  automatic: 0 | 1;
  /** Whether what it pays out adds up to it. */
  matching: 'waiting' | 'matched' | 'off' | 'by_hand';
  currency: string;
  amount_minor: number;
  /** yyyy-mm-dd, as the gateway gives it. */
  arrival_on: string;
  /** The bank's own reference for it. */
  trace_ref: string | null;
  failure_code: string | null;
  /** What it pays out, as last read: how many movements, and their net sum. */
  movement_count: Generated<number>;
  movements_minor: Generated<number>;
  created_at: string;
  read_at: string;
  matched_at: string | null;
  next_look_at: string | null;
}

export interface GatewayMovementTable {
  id: string;
  account_id: string;
  /** The gateway's balance transaction. */
  gateway_ref: string;
  type: string;
  reporting_category: string;
  meaning: 'charge' | 'refund' | 'dispute' | 'fee' | 'payout' | 'other';
  /** `waiting`: of something of ours that is not booked yet. `foreign`: without our mark. The last two stand in suspense. */
  state: 'waiting' | 'matched' | 'foreign' | 'unmatched';
  /** What moved the balance: a charge, a refund, a dispute, a payout. */
  source_ref: string | null;
  charge_ref: string | null;
  gateway_payment_ref: string | null;
  /** Our mark on what moved the balance. */
  reference: string | null;
  payment_id: string | null;
  refund_id: string | null;
  dispute_id: string | null;
  /** With which it was paid out; a payout's own movement is paid out with none. */
  payout_id: string | null;
  currency: string;
  gross_minor: number;
  fee_minor: number;
  net_minor: number;
  /** What was charged, refunded or disputed, where the gateway exchanged it. */
  source_currency: string | null;
  source_minor: number | null;
  exchange_rate: string | null;
  description: string;
  created_at: string;
  available_on: string;
  /** The day on which it reached the bank, yyyy-mm-dd. */
  settled_on: string | null;
  read_at: string;
  next_look_at: string | null;
}

export interface MovementReadingTable {
  account_id: string;
  movements_until: string;
  payouts_until: string;
  next_read_at: string;
  read_at: string | null;
}

export interface ExportBatchTable {
  id: string;
  number: number;
  submission_id: string;
  state: 'taking' | 'writing' | 'closed';
  /** The last day of the period, in `time_zone`, and the moment at which it ended. */
  last_day: string;
  ends_at: string;
  time_zone: string;
  row_count: number;
  row_estimate: number;
  /** The last entry of the journal that was looked at. */
  passed_at: string;
  passed_id: string;
  sums: string;
  /** SHA-256 over its movements. */
  seal: string | null;
  created_by: string | null;
  created_at: string;
  closed_at: string | null;
}

export interface ExportBatchRowTable {
  batch_id: string;
  position: number;
  kind: string;
  entry_id: string;
}

export interface ExportBatchPageTable {
  batch_id: string;
  /** That of its first movement. */
  position: number;
  /** JSON, packed with gzip. */
  content: Buffer;
}

export interface ExportFileTable {
  id: string;
  /** Null for a file of somebody's own choice, which is kept for some days. */
  batch_id: string | null;
  submission_id: string | null;
  preset: string;
  format: 'csv' | 'xlsx';
  choice: string;
  state: 'waiting' | 'writing' | 'done' | 'failed';
  name: string;
  row_count: number;
  looked_at: number;
  look_estimate: number;
  byte_count: number;
  sha256: string | null;
  claim: string | null;
  claimed_until: string | null;
  tries: number;
  created_by: string | null;
  created_at: string;
  done_at: string | null;
}

export interface ExportPieceTable {
  file_id: string;
  position: number;
  /** Bytes of the file, packed with gzip. */
  content: Buffer;
}

export interface ReconcileRunTable {
  id: string;
  account_id: string;
  scope: 'new' | 'all';
  /** What was made here from then on is looked for there. */
  since: string;
  state: 'running' | 'done' | 'failed';
  step: string;
  /** The last one looked at in this step. */
  passed_ref: string | null;
  expected_count: number;
  looked_count: number;
  foreign_count: number;
  under_way_count: number;
  started_by: string | null;
  started_at: string;
  claim: string | null;
  claimed_until: string | null;
  tries: number;
  failure: string | null;
  finished_at: string | null;
}

export interface ReconcileSumTable {
  run_id: string;
  figure: string;
  currency: string;
  here_minor: number;
  there_minor: number | null;
  here_count: number;
  there_count: number | null;
}

export interface ReconcileSightingTable {
  run_id: string;
  object_kind: string;
  gateway_ref: string;
}

export interface ReconcileDifferenceTable {
  id: string;
  account_id: string;
  /** The run that found it first. */
  run_id: string;
  object_kind: string;
  kind: string;
  /** The gateway's name of it, or ours where it has none there. */
  subject: string;
  our_id: string | null;
  gateway_ref: string | null;
  currency: string;
  here_minor: number | null;
  there_minor: number | null;
  state: 'open' | 'repaired' | 'gone';
  found_at: string;
  ended_at: string | null;
  case_id: string | null;
}

export interface ReconcileSettingsTable {
  id: 'company';
  owner_id: string | null;
  updated_at: string;
}

export interface CaseNoteTable {
  id: string;
  case_id: string;
  noted_at: string;
  body: string;
}

export interface DayFigureTable {
  kind: 'collected' | 'declined' | 'time-to-pay' | 'links-sent' | 'links-opened' | 'links-paid';
  /** A day of the company's calendar. */
  day: string;
  /** Empty for what no payment service took. */
  account_id: string;
  currency: string;
  /** Of declines the reason, of times to pay the upper end of a span; else empty. */
  figure_key: string;
  events: number;
  amount_minor: number;
}

export interface DayRolledTable {
  day: string;
  zone: string;
  rolled_at: string;
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
  audit_chain: AuditChainTable;
  audit_check: AuditCheckTable;
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
  saved_view: SavedViewTable;
  review_batch: ReviewBatchTable;
  review_batch_item: ReviewBatchItemTable;
  saved_card: SavedCardTable;
  consent: ConsentTable;
  card_setup: CardSetupTable;
  access_code: AccessCodeTable;
  access_proof: AccessProofTable;
  webhook_event: WebhookEventTable;
  journal_entry: JournalEntryTable;
  journal_line: JournalLineTable;
  ledger_mapping: LedgerMappingTable;
  ledger_sum: LedgerSumTable;
  ledger_unsummed: LedgerUnsummedTable;
  customer_statement: CustomerStatementTable;
  deposit_match: DepositMatchTable;
  refund: RefundTable;
  dispute: DisputeTable;
  dispute_part: DisputePartTable;
  dispute_movement: DisputeMovementTable;
  dispute_sweep: DisputeSweepTable;
  refund_line: RefundLineTable;
  refund_receipt: RefundReceiptTable;
  refund_hearing: RefundHearingTable;
  credit_note: CreditNoteTable;
  reminder_settings: ReminderSettingsTable;
  reminder_switch: ReminderSwitchTable;
  reminder: ReminderTable;
  reminder_day: ReminderDayTable;
  letter_template: LetterTemplateTable;
  payout: PayoutTable;
  gateway_movement: GatewayMovementTable;
  movement_reading: MovementReadingTable;
  export_batch: ExportBatchTable;
  export_batch_row: ExportBatchRowTable;
  export_batch_page: ExportBatchPageTable;
  export_file: ExportFileTable;
  export_piece: ExportPieceTable;
  reconcile_run: ReconcileRunTable;
  reconcile_sum: ReconcileSumTable;
  reconcile_sighting: ReconcileSightingTable;
  reconcile_difference: ReconcileDifferenceTable;
  reconcile_settings: ReconcileSettingsTable;
  case_note: CaseNoteTable;
  day_figure: DayFigureTable;
  day_rolled: DayRolledTable;
}
