create table card_setup (
  id text collate "C" primary key,
  customer_id text collate "C" not null references customer (id),
  account_id text collate "C" not null references account (id),
  link_id text collate "C" references link (id),
  channel text collate "C" not null check (channel in ('link', 'office')),
  submission_id text collate "C" not null unique,
  state text collate "C" not null check (state in ('started', 'sent', 'challenged', 'processing', 'succeeded', 'declined', 'abandoned')),
  gateway_ref text collate "C",
  confirmation_token text collate "C" not null,
  consent_wording text collate "C" not null,
  consent_language text collate "C" not null,
  ip text collate "C" not null,
  recorded_by text collate "C" references person (id),
  saved_card_id text collate "C" references saved_card (id),
  decline_category text collate "C",
  decline_code text collate "C",
  decline_advice text collate "C",
  created_at text collate "C" not null,
  sent_at text collate "C",
  ended_at text collate "C",
  next_look_at text collate "C",
  looks bigint not null
);
create unique index card_setup_gateway_ref on card_setup (account_id, gateway_ref);
-- A link keeps one card: at most one try of it is under way.
create unique index card_setup_open on card_setup (link_id) where state in ('started', 'sent', 'challenged', 'processing');
create index card_setup_by_customer on card_setup (customer_id, id);
create index card_setup_by_link on card_setup (link_id, id);
create index card_setup_looks on card_setup (next_look_at) where next_look_at is not null;

alter table saved_card add column is_default bigint not null default 0 check (is_default in (0, 1));
alter table saved_card add column removed_by_kind text collate "C" check (removed_by_kind in ('person', 'customer', 'gateway', 'system'));
alter table saved_card add column removed_by text collate "C" references person (id);
alter table saved_card add column detach_at text collate "C";
alter table saved_card add column detach_tries bigint not null default 0;
create unique index saved_card_default on saved_card (customer_id) where is_default = 1;
create index saved_card_expiry on saved_card (exp_year, exp_month, id) where removed_at is null;
create index saved_card_detach on saved_card (detach_at) where detach_at is not null;

alter table consent add column card_setup_id text collate "C" references card_setup (id);
alter table consent add column recorded_by text collate "C" references person (id);
alter table consent add column withdrawn_by_kind text collate "C" check (withdrawn_by_kind in ('person', 'customer', 'gateway', 'system'));
alter table consent add column withdrawn_by text collate "C" references person (id);

create table access_code (
  id text collate "C" primary key,
  link_id text collate "C" not null references link (id),
  customer_id text collate "C" not null references customer (id),
  code_hash text collate "C" not null,
  sent_at text collate "C" not null,
  expires_at text collate "C" not null,
  tries bigint not null,
  used_at text collate "C"
);
create index access_code_by_link on access_code (link_id, id);
create index access_code_expiry on access_code (expires_at);

create table access_proof (
  token_hash text collate "C" primary key,
  link_id text collate "C" not null references link (id),
  customer_id text collate "C" not null references customer (id),
  created_at text collate "C" not null,
  expires_at text collate "C" not null
);
create index access_proof_expiry on access_proof (expires_at);
