-- Payments that the cardholder's bank contests; the states stand in src/disputes/dispute.ts.
create table dispute (
  id text collate "C" primary key,
  account_id text collate "C" not null references account (id),
  gateway_ref text collate "C" not null,
  payment_id text collate "C" references payment (id),
  customer_id text collate "C" references customer (id),
  charge_ref text collate "C" not null,
  payment_ref text collate "C",
  state text collate "C" not null check (state in ('inquiry', 'inquiry_answered', 'inquiry_closed', 'needs_response', 'under_review', 'won', 'lost', 'prevented', 'appeal_needs_response', 'appeal_under_review')),
  holds_money bigint not null check (holds_money in (0, 1)),
  reason text collate "C" not null,
  network_reason text collate "C",
  currency text collate "C" not null,
  amount_minor bigint not null check (amount_minor > 0),
  due_by text collate "C",
  due_key text collate "C" not null,
  submissions bigint not null default 0,
  checks text collate "C",
  opened_at text collate "C" not null,
  heard_at text collate "C" not null,
  closed_at text collate "C",
  version bigint not null default 0,
  decision text collate "C" check (decision in ('owed-again', 'written-off')),
  decided_at text collate "C",
  decided_by text collate "C" references person (id),
  decision_reason text collate "C",
  answer text collate "C",
  answer_id text collate "C",
  answered_at text collate "C",
  answered_by text collate "C" references person (id),
  next_look_at text collate "C",
  looks bigint not null default 0
);
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
  dispute_id text collate "C" not null references dispute (id),
  payable_id text collate "C" not null references payable (id),
  amount_minor bigint not null check (amount_minor >= 0),
  primary key (dispute_id, payable_id)
);
create index dispute_part_by_payable on dispute_part (payable_id);

-- What it took from the gateway's balance (less than nothing) and gave back, each booked once.
create table dispute_movement (
  id text collate "C" primary key,
  dispute_id text collate "C" not null references dispute (id),
  gateway_ref text collate "C" not null,
  amount_minor bigint not null check (amount_minor <> 0),
  booked_at text collate "C" not null
);
create unique index dispute_movement_once on dispute_movement (dispute_id, gateway_ref);

-- From when on each account's list of disputes is read next.
create table dispute_sweep (
  account_id text collate "C" primary key references account (id),
  listed_from text collate "C" not null,
  next_list_at text collate "C" not null
);
