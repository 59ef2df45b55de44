create table payment (
  id text primary key,
  method text not null check (method in ('card', 'cash', 'cheque', 'transfer')),
  channel text not null check (channel in ('link', 'office')),
  customer_id text not null references customer (id),
  account_id text references account (id),
  link_id text references link (id),
  currency text not null,
  amount_minor integer not null check (amount_minor > 0),
  state text not null check (state in ('ready', 'confirming', 'challenged', 'processing', 'paid', 'cancelled')),
  attempt_id text,
  gateway_ref text,
  charge_ref text,
  authorization_code text,
  card_brand text,
  card_last4 text,
  payer_email text,
  created_by text references person (id),
  created_at text not null,
  in_flight_since text,
  paid_at text,
  cancelled_at text,
  cancel_asked_at text,
  cancel_asked_by text references person (id),
  next_look_at text,
  looks integer not null,
  create_tries integer not null default 0
) strict;
create unique index payment_gateway_ref on payment (account_id, gateway_ref);
create index payment_by_state on payment (state, id);
create index payment_by_customer on payment (customer_id, id);
create index payment_by_account on payment (account_id, id);
create index payment_by_link on payment (link_id, id);
create index payment_looks on payment (next_look_at) where next_look_at is not null;

create table payment_payable (
  payment_id text not null references payment (id),
  payable_id text not null references payable (id),
  amount_minor integer not null check (amount_minor > 0),
  version integer not null,
  primary key (payment_id, payable_id)
) strict;
create index payment_payable_payable on payment_payable (payable_id, payment_id);

-- The primary key is the promise: at most one live payment for one payable.
create table lease (
  payable_id text primary key references payable (id),
  payment_id text not null references payment (id),
  taken_at text not null
) strict;
create index lease_payment on lease (payment_id);

create table attempt (
  id text primary key,
  payment_id text not null references payment (id),
  submission_id text not null unique,
  state text not null check (state in ('started', 'sent', 'challenged', 'processing', 'succeeded', 'declined', 'abandoned')),
  confirmation_token text not null,
  amount_minor integer not null,
  save_card integer not null check (save_card in (0, 1)),
  consent_wording text not null,
  consent_language text not null,
  payer_email text not null,
  ip text not null,
  user_agent text not null,
  decline_category text,
  decline_code text,
  decline_advice text,
  charge_ref text,
  card_brand text,
  card_last4 text,
  created_at text not null,
  sent_at text,
  ended_at text
) strict;
create index attempt_by_payment on attempt (payment_id, id);
create index attempt_by_state on attempt (state, id);

create table allocation (
  id text primary key,
  payable_id text not null references payable (id),
  payment_id text references payment (id),
  deposit_id text references payable (id),
  amount_minor integer not null,
  reverses text references allocation (id),
  created_by text references person (id),
  created_at text not null
) strict;
create unique index allocation_once on allocation (payment_id, payable_id) where payment_id is not null and reverses is null;
create index allocation_payable on allocation (payable_id);
create index allocation_deposit on allocation (deposit_id);

create table receipt (
  id text primary key,
  number integer not null unique,
  payment_id text not null unique references payment (id),
  customer_id text not null references customer (id),
  account_id text references account (id),
  currency text not null,
  amount_minor integer not null,
  issued_at text not null,
  content text not null,
  reviewed_at text,
  reviewed_by text references person (id),
  review_note text
) strict;
create index receipt_by_date on receipt (issued_at, id);
create index receipt_by_customer on receipt (customer_id, id);
create index receipt_by_account on receipt (account_id, id);
create index receipt_by_currency on receipt (currency, id);
create index receipt_by_review on receipt (reviewed_at, id);

create table saved_card (
  id text primary key,
  customer_id text not null references customer (id),
  account_id text not null references account (id),
  method_ref text not null,
  brand text not null,
  last4 text not null,
  exp_month integer not null,
  exp_year integer not null,
  created_at text not null,
  removed_at text,
  unique (account_id, method_ref)
) strict;
create index saved_card_by_customer on saved_card (customer_id, id);

create table consent (
  id text primary key,
  customer_id text not null references customer (id),
  account_id text not null references account (id),
  saved_card_id text not null references saved_card (id),
  attempt_id text references attempt (id),
  wording text not null,
  language text not null,
  ip text not null,
  agreed_at text not null,
  withdrawn_at text
) strict;
create index consent_by_card on consent (saved_card_id);
create index consent_by_customer on consent (customer_id, id);

create table webhook_event (
  id text primary key,
  account_id text not null references account (id),
  event_id text not null,
  type text not null,
  object_ref text not null,
  payload text not null,
  received_at text not null,
  state text not null check (state in ('filed', 'handled', 'failed')),
  tries integer not null,
  next_try_at text,
  last_error text,
  handled_at text,
  unique (account_id, event_id)
) strict;
create index webhook_event_due on webhook_event (state, next_try_at);
