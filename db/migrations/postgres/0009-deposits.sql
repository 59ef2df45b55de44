-- A deposit that is given back in part is a state of its own.
alter table payable drop constraint payable_state_check;
alter table payable add constraint payable_state_check check (state in ('open', 'part_paid', 'paid', 'requested', 'held', 'part_applied', 'applied', 'part_refunded', 'refunded', 'void'));

-- The order by which deposits and invoices find each other; as the portal compares texts (src/platform/text-key.ts).
alter table deposit add column order_key text collate "C" not null default '';
update deposit set order_key = lower(trim(order_reference));
create index deposit_by_order on deposit (order_key) where order_key <> '';
alter table deposit add column percent_basis_points bigint check (percent_basis_points between 1 and 10000);
alter table deposit add column submission_id text collate "C";
create unique index deposit_submission on deposit (submission_id) where submission_id is not null;

alter table company add column auto_apply_deposits bigint not null default 0 check (auto_apply_deposits in (0, 1));

-- The same form applies a deposit once, and what was applied is taken back once.
alter table allocation add column submission_id text collate "C";
create unique index allocation_submission on allocation (submission_id) where submission_id is not null;
create unique index allocation_unapplied_once on allocation (reverses) where reverses is not null and deposit_id is not null;

-- Invoices that came for an order on which a deposit may be held; due until the portal has looked.
create table deposit_match (
  invoice_id text collate "C" primary key references payable (id),
  noted_at text collate "C" not null,
  next_try_at text collate "C"
);
create index deposit_match_due on deposit_match (next_try_at) where next_try_at is not null;

create table refund (
  id text collate "C" primary key,
  method text collate "C" not null check (method in ('card', 'cash', 'cheque', 'transfer')),
  state text collate "C" not null check (state in ('reserved', 'sent', 'pending', 'succeeded', 'failed', 'cancelled')),
  customer_id text collate "C" not null references customer (id),
  payable_id text collate "C" references payable (id),
  payment_id text collate "C" references payment (id),
  account_id text collate "C" references account (id),
  currency text collate "C" not null,
  amount_minor bigint not null check (amount_minor > 0),
  gateway_ref text collate "C",
  create_tries bigint not null default 0,
  reference text collate "C" not null,
  reason text collate "C" not null,
  note text collate "C" not null,
  failure text collate "C",
  submission_id text collate "C" not null,
  part bigint not null,
  created_by text collate "C" references person (id),
  created_at text collate "C" not null,
  sent_at text collate "C",
  settled_at text collate "C",
  ended_at text collate "C",
  next_look_at text collate "C",
  looks bigint not null default 0
);
-- One form is one deed, in as many parts as there are payments to give back from.
create unique index refund_submission on refund (submission_id, part);
create unique index refund_gateway_ref on refund (account_id, gateway_ref);
create index refund_by_payable on refund (payable_id, id);
create index refund_by_payment on refund (payment_id, id);
create index refund_by_customer on refund (customer_id, id);
create index refund_by_account on refund (account_id, id);
create index refund_looks on refund (next_look_at) where next_look_at is not null;
