create table company (
  id text primary key check (id = 'company'),
  trading_name text not null,
  address text not null,
  country text not null,
  tax_id text not null,
  website text not null,
  support_email text not null,
  support_phone text not null,
  reply_to text not null,
  time_zone text not null,
  refund_terms text not null,
  updated_at text not null
) strict;

create table person (
  id text primary key,
  email text not null,
  email_key text not null unique,
  name text not null,
  role text not null check (role in ('admin', 'clerk', 'accountant')),
  password_hash text,
  created_at text not null,
  last_sign_in_at text,
  disabled_at text,
  session_epoch integer not null default 1
) strict;

create table session (
  id text primary key,
  person_id text references person (id),
  content text not null,
  expires_at text not null
) strict;
create index session_person on session (person_id);
create index session_expiry on session (expires_at);

create table person_token (
  token_hash text primary key,
  person_id text not null references person (id),
  kind text not null check (kind in ('invite', 'reset')),
  created_at text not null,
  expires_at text not null,
  used_at text
) strict;
create index person_token_person on person_token (person_id);

create table throttle (
  throttle_key text primary key,
  hits integer not null,
  resets_at text not null
) strict;
create index throttle_expiry on throttle (resets_at);

create table sequence_number (
  name text primary key,
  last_number integer not null
) strict;

create table account (
  id text primary key,
  name text not null unique,
  kind text not null check (kind in ('stripe', 'sandbox')),
  publishable_key text not null,
  secret_key_sealed text not null,
  webhook_secrets_sealed text not null,
  gateway_account_ref text,
  currencies text not null,
  statement_suffix text not null,
  livemode integer not null check (livemode in (0, 1)),
  active integer not null check (active in (0, 1)),
  checked_at text,
  check_problems text not null,
  created_at text not null
) strict;

create table account_default (
  currency text primary key,
  account_id text not null references account (id)
) strict;

create table audit (
  seq integer primary key autoincrement,
  at text not null,
  actor_kind text not null check (actor_kind in ('person', 'customer', 'gateway', 'system')),
  actor_id text,
  action text not null,
  subject_kind text not null,
  subject_id text not null,
  detail text not null,
  ip text,
  request_id text
) strict;
create index audit_subject on audit (subject_id, seq);
create trigger audit_no_update before update on audit begin select raise(abort, 'audit is append-only'); end;
create trigger audit_no_delete before delete on audit begin select raise(abort, 'audit is append-only'); end;
