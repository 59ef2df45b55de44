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
