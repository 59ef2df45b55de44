create table payment (
  id text collate "C" primary key,
  method text collate "C" not null check (method in ('card', 'cash', 'cheque', 'transfer')),
  channel text collate "C" not null check (channel in ('link', 'office')),
  customer_id text collate "C" not null references customer (id),
  account_id text collate "C" references account (id),
  link_id text collate "C" references link (id),
  currency text collate "C" not null,
  amount_minor bigint not null check (amount_minor > 0),
  state text collate "C" not null check (state in ('ready', 'confirming', 'challenged', 'processing', 'paid', 'cancelled')),
  attempt_id text collate "C",
  gateway_ref text collate "C",
  charge_ref text collate "C",
  authorization_code text collate "C",
  card_brand text collate "C",
  card_last4 text collate "C",
  payer_email text collate "C",
  created_by text collate "C" references person (id),
  created_at text collate "C" not null,
  in_flight_since text collate "C",
  paid_at text collate "C",
  cancelled_at text collate "C",
  cancel_asked_at text collate "C",
  cancel_asked_by text collate "C" references person (id),
  next_look_at text collate "C",
  looks bigint not null,
  create_tries bigint not null default 0
);
create unique index payment_gateway_ref on payment (account_id, gateway_ref);
create index payment_by_state on payment (state, id);
create index payment_by_customer on payment (customer_id, id);
create index payment_by_account on payment (account_id, id);
create index payment_by_link on payment (link_id, id);
create index payment_looks on payment (next_look_at) where next_look_at is not null;

create table payment_payable (
  payment_id text collate "C" not null references payment (id),
  payable_id text collate "C" not null references payable (id),
  amount_minor bigint not null check (amount_minor > 0),
  version bigint not null,
  primary key (payment_id, payable_id)
);
create index payment_payable_payable on payment_payable (payable_id, payment_id);

-- The primary key is the promise: at most one live payment for one payable.
create table lease (
  payable_id text collate "C" primary key references payable (id),
  payment_id text collate "C" not null references payment (id),
  taken_at text collate "C" not null
);
create index lease_payment on lease (payment_id);

create table attempt (
  id text collate "C" primary key,
  payment_id text collate "C" not null references payment (id),
  submission_id text collate "C" not null unique,
  state text collate "C" not null check (state in ('started', 'sent', 'challenged', 'processing', 'succeeded', 'declined', 'abandoned')),
  confirmation_token text collate "C" not null,
  amount_minor bigint not null,
  save_card bigint not null check (save_card in (0, 1)),
  consent_wording text collate "C" not null,
  consent_language text collate "C" not null,
  payer_email text collate "C" not null,
  ip text collate "C" not null,
  user_agent text collate "C" not null,
  decline_category text collate "C",
  decline_code text collate "C",
  decline_advice text collate "C",
  charge_ref text collate "C",
  card_brand text collate "C",
  card_last4 text collate "C",
  created_at text collate "C" not null,
  sent_at text collate "C",
  ended_at text collate "C"
);
create index attempt_by_payment on attempt (payment_id, id);
create index attempt_by_state on attempt (state, id);

create table allocation (
  id text collate "C" primary key,
  payable_id text collate "C" not null references payable (id),
  payment_id text collate "C" references payment (id),
  deposit_id text collate "C" references payable (id),
  amount_minor bigint not null,
  reverses text collate "C" references allocation (id),
  created_by text collate "C" references person (id),
  created_at text collate "C" not null
);
create unique index allocation_once on allocation (payment_id, payable_id) where payment_id is not null and reverses is null;
create index allocation_payable on allocation (payable_id);
create index allocation_deposit on allocation (deposit_id);

create table receipt (
  id text collate "C" primary key,
  number bigint not null unique,
  payment_id text collate "C" not null unique references payment (id),
  customer_id text collate "C" not null references customer (id),
  account_id text collate "C" references account (id),
  currency text collate "C" not null,
  amount_minor bigint not null,
  issued_at text collate "C" not null,
  content text collate "C" not null,
  reviewed_at text collate "C",
  reviewed_by text collate "C" references person (id),
  review_note text collate "C"
);
create index receipt_by_date on receipt (issued_at, id);
create index receipt_by_customer on receipt (customer_id, id);
create index receipt_by_account on receipt (account_id, id);
create index receipt_by_currency on receipt (currency, id);
create index receipt_by_review on receipt (reviewed_at, id);

create table saved_card (
  id text collate "C" primary key,
  customer_id text collate "C" not null references customer (id),
  account_id text collate "C" not null references account (id),
  method_ref text collate "C" not null,
  brand text collate "C" not null,
  last4 text collate "C" not null,
  exp_month bigint not null,
  exp_year bigint not null,
  created_at text collate "C" not null,
  removed_at text collate "C",
  unique (account_id, method_ref)
);
create index saved_card_by_customer on saved_card (customer_id, id);

create table consent (
  id text collate "C" primary key,
  customer_id text collate "C" not null references customer (id),
  account_id text collate "C" not null references account (id),
  saved_card_id text collate "C" not null references saved_card (id),
  attempt_id text collate "C" references attempt (id),
  wording text collate "C" not null,
  language text collate "C" not null,
  ip text collate "C" not null,
  agreed_at text collate "C" not null,
  withdrawn_at text collate "C"
);
create index consent_by_card on consent (saved_card_id);
create index consent_by_customer on consent (customer_id, id);

create table webhook_event (
  id text collate "C" primary key,
  account_id text collate "C" not null references account (id),
  event_id text collate "C" not null,
  type text collate "C" not null,
  object_ref text collate "C" not null,
  payload text collate "C" not null,
  received_at text collate "C" not null,
  state text collate "C" not null check (state in ('filed', 'handled', 'failed')),
  tries bigint not null,
  next_try_at text collate "C",
  last_error text collate "C",
  handled_at text collate "C",
  unique (account_id, event_id)
);
create index webhook_event_due on webhook_event (state, next_try_at);
