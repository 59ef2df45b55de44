create table card_setup (
  id text primary key,
  customer_id text not null references customer (id),
  account_id text not null references account (id),
  link_id text references link (id),
  channel text not null check (channel in ('link', 'office')),
  submission_id text not null unique,
  state text not null check (state in ('started', 'sent', 'challenged', 'processing', 'succeeded', 'declined', 'abandoned')),
  gateway_ref text,
  confirmation_token text not null,
  consent_wording text not null,
  consent_language text not null,
  ip text not null,
  recorded_by text references person (id),
  saved_card_id text references saved_card (id),
  decline_category text,
  decline_code text,
  decline_advice text,
  created_at text not null,
  sent_at text,
  ended_at text,
  next_look_at text,
  looks integer not null
) strict;
create unique index card_setup_gateway_ref on card_setup (account_id, gateway_ref);
-- A link keeps one card: at most one try of it is under way.
create unique index card_setup_open on card_setup (link_id) where state in ('started', 'sent', 'challenged', 'processing');
create index card_setup_by_customer on card_setup (customer_id, id);
create index card_setup_by_link on card_setup (link_id, id);
create index card_setup_looks on card_setup (next_look_at) where next_look_at is not null;

alter table saved_card add column is_default integer not null default 0 check (is_default in (0, 1));
alter table saved_card add column removed_by_kind text check (removed_by_kind in ('person', 'customer', 'gateway', 'system'));
alter table saved_card add column removed_by text references person (id);
alter table saved_card add column detach_at text;
alter table saved_card add column detach_tries integer not null default 0;
create unique index saved_card_default on saved_card (customer_id) where is_default = 1;
create index saved_card_expiry on saved_card (exp_year, exp_month, id) where removed_at is null;
create index saved_card_detach on saved_card (detach_at) where detach_at is not null;

alter table consent add column card_setup_id text references card_setup (id);
alter table consent add column recorded_by text references person (id);
alter table consent add column withdrawn_by_kind text check (withdrawn_by_kind in ('person', 'customer', 'gateway', 'system'));
alter table consent add column withdrawn_by text references person (id);

create table access_code (
  id text primary key,
  link_id text not null references link (id),
  customer_id text not null references customer (id),
  code_hash text not null,
  sent_at text not null,
  expires_at text not null,
  tries integer not null,
  used_at text
) strict;
create index access_code_by_link on access_code (link_id, id);
create index access_code_expiry on access_code (expires_at);

create table access_proof (
  token_hash text primary key,
  link_id text not null references link (id),
  customer_id text not null references customer (id),
  created_at text not null,
  expires_at text not null
) strict;
create index access_proof_expiry on access_proof (expires_at);
