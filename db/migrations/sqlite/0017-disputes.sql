-- Payments that the cardholder's bank contests; the states stand in src/disputes/dispute.ts.
create table dispute (
  id text primary key,
  account_id text not null references account (id),
  gateway_ref text not null,
  payment_id text references payment (id),
  customer_id text references customer (id),
  charge_ref text not null,
  payment_ref text,
  state text not null check (state in ('inquiry', 'inquiry_answered', 'inquiry_closed', 'needs_response', 'under_review', 'won', 'lost', 'prevented', 'appeal_needs_response', 'appeal_under_review')),
  holds_money integer not null check (holds_money in (0, 1)),
  reason text not null,
  network_reason text,
  currency text not null,
  amount_minor integer not null check (amount_minor > 0),
  due_by text,
  due_key text not null,
  submissions integer not null default 0,
  checks text,
  opened_at text not null,
  heard_at text not null,
  closed_at text,
  version integer not null default 0,
  decision text check (decision in ('owed-again', 'written-off')),
  decided_at text,
  decided_by text references person (id),
  decision_reason text,
  answer text,
  answer_id text,
  answered_at text,
  answered_by text references person (id),
  next_look_at text,
  looks integer not null default 0
) strict;
create unique index dispute_gateway_ref on dispute (account_id, gateway_ref);
create unique index dispute_answer on dispute (answer_id) where answer_id is not null;
create index dispute_by_payment on dispute (payment_id, id);
create index dispute_by_customer on dispute (customer_id, id);
create index dispute_by_state on dispute (state, id);
create index dispute_open on dispute (due_key, id) where closed_at is null;
create index dispute_undecided on dispute (id) where state = 'lost' and decision is null;
create index dispute_looks on dispute (next_look_at) where next_look_at is not null;

-- Which part of a disputed sum concerns which document.
create table dispute_part (
  dispute_id text not null references dispute (id),
  payable_id text not null references payable (id),
  amount_minor integer not null check (amount_minor >= 0),
  primary key (dispute_id, payable_id)
) strict;
create index dispute_part_by_payable on dispute_part (payable_id);

-- What it took from the gateway's balance (less than nothing) and gave back, each booked once.
create table dispute_movement (
  id text primary key,
  dispute_id text not null references dispute (id),
  gateway_ref text not null,
  amount_minor integer not null check (amount_minor <> 0),
  booked_at text not null
) strict;
create unique index dispute_movement_once on dispute_movement (dispute_id, gateway_ref);

-- From when on each account's list of disputes is read next.
create table dispute_sweep (
  account_id text primary key references account (id),
  listed_from text not null,
  next_list_at text not null
) strict;
