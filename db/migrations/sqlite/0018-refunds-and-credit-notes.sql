-- Credit notes lower claims by a row among the allocations, so that every sum of what is due knows of them; an invoice that
-- is settled by them alone is credited, not paid. SQLite changes a check by way of a new column.
alter table payable add column state_now text not null default 'open' check (state_now in ('open', 'part_paid', 'paid', 'credited', 'requested', 'held', 'part_applied', 'applied', 'part_refunded', 'refunded', 'void'));
update payable set state_now = state;
drop index payable_by_state;
alter table payable drop column state;
alter table payable rename column state_now to state;
create index payable_by_state on payable (kind, state, id);

alter table allocation add column source_now text check (source_now in ('elsewhere', 'credit-note'));
update allocation set source_now = source;
alter table allocation drop column source;
alter table allocation rename column source_now to source;

create table credit_note (
  id text primary key,
  number integer not null unique,
  payable_id text not null references payable (id),
  customer_id text not null references customer (id),
  currency text not null,
  amount_minor integer not null check (amount_minor > 0),
  reason_kind text not null,
  reason text not null,
  allocation_id text not null unique references allocation (id),
  -- What it came of, where it did not come alone. A dispute is named here, not held.
  refund_id text references refund (id),
  dispute_id text,
  content text not null,
  submission_id text not null unique,
  created_by text references person (id),
  issued_at text not null,
  withdrawn_at text,
  withdrawn_by text references person (id),
  withdraw_reason text
) strict;
create index credit_note_by_payable on credit_note (payable_id, id);
create index credit_note_by_customer on credit_note (customer_id, id);
create unique index credit_note_refund on credit_note (refund_id, payable_id) where refund_id is not null;

-- A refund may wait for a second person, who may decline it; whoever asked may withdraw it.
alter table refund add column state_now text not null default 'reserved' check (state_now in ('waiting', 'reserved', 'sent', 'pending', 'succeeded', 'failed', 'cancelled', 'declined', 'withdrawn'));
update refund set state_now = state;
alter table refund drop column state;
alter table refund rename column state_now to state;
create index refund_by_state on refund (state, id);
create index refund_by_currency on refund (currency, id);
create index refund_by_day on refund (created_at);

alter table refund add column origin text not null default 'office' check (origin in ('office', 'gateway'));
alter table refund add column reason_kind text not null default 'other';
alter table refund add column decided_by text references person (id);
alter table refund add column decided_at text;
alter table refund add column decision_reason text;
-- Until somebody has said what a refund made at the gateway was for, it stands in suspense.
create index refund_unexplained on refund (customer_id) where origin = 'gateway' and decided_at is null;

-- Of which documents a refund gives money back, and what becomes of the claim.
create table refund_line (
  refund_id text not null references refund (id),
  payable_id text not null references payable (id),
  amount_minor integer not null check (amount_minor > 0),
  outcome text not null check (outcome in ('deposit', 'owed-again', 'claim-reduced')),
  -- The allocation that took the payment's part back.
  allocation_id text references allocation (id),
  primary key (refund_id, payable_id)
) strict;
create index refund_line_by_payable on refund_line (payable_id, refund_id);
insert into refund_line (refund_id, payable_id, amount_minor, outcome)
  select id, payable_id, amount_minor, 'deposit' from refund where payable_id is not null;
drop index refund_by_payable;
alter table refund drop column payable_id;

create table refund_receipt (
  id text primary key,
  number integer not null unique,
  refund_id text not null unique references refund (id),
  issued_at text not null,
  content text not null
) strict;

-- Up to when the refunds that were made at the gateway have been heard of, for each account.
create table refund_hearing (
  account_id text primary key references account (id),
  heard_until text not null
) strict;

-- Sums above which a second person approves a refund: one line for each currency.
alter table company add column refund_limits text not null default '';
