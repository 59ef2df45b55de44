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
