create table company (
  id text collate "C" primary key check (id = 'company'),
  trading_name text collate "C" not null,
  address text collate "C" not null,
  country text collate "C" not null,
  tax_id text collate "C" not null,
  website text collate "C" not null,
  support_email text collate "C" not null,
  support_phone text collate "C" not null,
  reply_to text collate "C" not null,
  time_zone text collate "C" not null,
  refund_terms text collate "C" not null,
  updated_at text collate "C" not null
);

create table person (
  id text collate "C" primary key,
  email text collate "C" not null,
  email_key text collate "C" not null unique,
  name text collate "C" not null,
  role text collate "C" not null check (role in ('admin', 'clerk', 'accountant')),
  password_hash text collate "C",
  created_at text collate "C" not null,
  last_sign_in_at text collate "C",
  disabled_at text collate "C",
  session_epoch integer not null default 1
);

create table session (
  id text collate "C" primary key,
  person_id text collate "C" references person (id),
  content text collate "C" not null,
  expires_at text collate "C" not null
);
create index session_person on session (person_id);
create index session_expiry on session (expires_at);

create table person_token (
  token_hash text collate "C" primary key,
  person_id text collate "C" not null references person (id),
  kind text collate "C" not null check (kind in ('invite', 'reset')),
  created_at text collate "C" not null,
  expires_at text collate "C" not null,
  used_at text collate "C"
);
create index person_token_person on person_token (person_id);

create table throttle (
  throttle_key text collate "C" primary key,
  hits bigint not null,
  resets_at text collate "C" not null
);
create index throttle_expiry on throttle (resets_at);

create table sequence_number (
  name text collate "C" primary key,
  last_number bigint not null
);

create table account (
  id text collate "C" primary key,
  name text collate "C" not null unique,
  kind text collate "C" not null check (kind in ('stripe', 'sandbox')),
  publishable_key text collate "C" not null,
  secret_key_sealed text collate "C" not null,
  webhook_secrets_sealed text collate "C" not null,
  gateway_account_ref text collate "C",
  currencies text collate "C" not null,
  statement_suffix text collate "C" not null,
  livemode bigint not null check (livemode in (0, 1)),
  active bigint not null check (active in (0, 1)),
  checked_at text collate "C",
  check_problems text collate "C" not null,
  created_at text collate "C" not null
);

create table account_default (
  currency text collate "C" primary key,
  account_id text collate "C" not null references account (id)
);

create table audit (
  seq bigint generated always as identity primary key,
  at text collate "C" not null,
  actor_kind text collate "C" not null check (actor_kind in ('person', 'customer', 'gateway', 'system')),
  actor_id text collate "C",
  action text collate "C" not null,
  subject_kind text collate "C" not null,
  subject_id text collate "C" not null,
  detail text collate "C" not null,
  ip text collate "C",
  request_id text collate "C"
);
create index audit_subject on audit (subject_id, seq);

create function refuse_change() returns trigger language plpgsql as $$
begin raise exception '% is append-only', tg_table_name; end $$;
create trigger audit_append_only before update or delete or truncate on audit for each statement execute function refuse_change();
