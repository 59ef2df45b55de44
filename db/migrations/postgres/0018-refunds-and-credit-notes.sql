-- Credit notes lower claims by a row among the allocations, so that every sum of what is due knows of them; an invoice that
-- is settled by them alone is credited, not paid.
alter table payable drop constraint payable_state_check;
alter table payable add constraint payable_state_check check (state in ('open', 'part_paid', 'paid', 'credited', 'requested', 'held', 'part_applied', 'applied', 'part_refunded', 'refunded', 'void'));

alter table allocation drop constraint allocation_source_check;
alter table allocation add constraint allocation_source_check check (source in ('elsewhere', 'credit-note'));

create table credit_note (
  id text collate "C" primary key,
  number bigint not null unique,
  payable_id text collate "C" not null references payable (id),
  customer_id text collate "C" not null references customer (id),
  currency text collate "C" not null,
  amount_minor bigint not null check (amount_minor > 0),
  reason_kind text collate "C" not null,
  reason text collate "C" not null,
  allocation_id text collate "C" not null unique references allocation (id),
  -- What it came of, where it did not come alone. A dispute is named here, not held.
  refund_id text collate "C" references refund (id),
  dispute_id text collate "C",
  content text collate "C" not null,
  submission_id text collate "C" not null unique,
  created_by text collate "C" references person (id),
  issued_at text collate "C" not null,
  withdrawn_at text collate "C",
  withdrawn_by text collate "C" references person (id),
  withdraw_reason text collate "C"
);
create index credit_note_by_payable on credit_note (payable_id, id);
create index credit_note_by_customer on credit_note (customer_id, id);
create unique index credit_note_refund on credit_note (refund_id, payable_id) where refund_id is not null;

-- A refund may wait for a second person, who may decline it; whoever asked may withdraw it.
alter table refund drop constraint refund_state_check;
alter table refund add constraint refund_state_check check (state in ('waiting', 'reserved', 'sent', 'pending', 'succeeded', 'failed', 'cancelled', 'declined', 'withdrawn'));
create index refund_by_state on refund (state, id);
create index refund_by_currency on refund (currency, id);
create index refund_by_day on refund (created_at);

alter table refund add column origin text collate "C" not null default 'office' check (origin in ('office', 'gateway'));
alter table refund add column reason_kind text collate "C" not null default 'other';
alter table refund add column decided_by text collate "C" references person (id);
alter table refund add column decided_at text collate "C";
alter table refund add column decision_reason text collate "C";
-- Until somebody has said what a refund made at the gateway was for, it stands in suspense.
create index refund_unexplained on refund (customer_id) where origin = 'gateway' and decided_at is null;

-- Of which documents a refund gives money back, and what becomes of the claim.
create table refund_line (
  refund_id text collate "C" not null references refund (id),
  payable_id text collate "C" not null references payable (id),
  amount_minor bigint not null check (amount_minor > 0),
  outcome text collate "C" not null check (outcome in ('deposit', 'owed-again', 'claim-reduced')),
  -- The allocation that took the payment's part back.
  allocation_id text collate "C" references allocation (id),
  primary key (refund_id, payable_id)
);
create index refund_line_by_payable on refund_line (payable_id, refund_id);
insert into refund_line (refund_id, payable_id, amount_minor, outcome)
  select id, payable_id, amount_minor, 'deposit' from refund where payable_id is not null;
drop index refund_by_payable;
alter table refund drop column payable_id;

create table refund_receipt (
  id text collate "C" primary key,
  number bigint not null unique,
  refund_id text collate "C" not null unique references refund (id),
  issued_at text collate "C" not null,
  content text collate "C" not null
);

-- Up to when the refunds that were made at the gateway have been heard of, for each account.
create table refund_hearing (
  account_id text collate "C" primary key references account (id),
  heard_until text collate "C" not null
);

-- Sums above which a second person approves a refund: one line for each currency.
alter table company add column refund_limits text collate "C" not null default '';
