create table link (
  id text collate "C" primary key,
  kind text collate "C" not null check (kind in ('pay', 'save_card')),
  customer_id text collate "C" not null references customer (id),
  account_id text collate "C" not null references account (id),
  currency text collate "C" not null,
  terms text collate "C" not null check (terms in ('full')),
  created_at text collate "C" not null,
  created_by text collate "C" references person (id),
  expires_at text collate "C" not null,
  ended_as text collate "C" check (ended_as in ('used', 'closed', 'revoked', 'replaced')),
  ended_at text collate "C",
  ended_by text collate "C" references person (id),
  replaced_by text collate "C" references link (id)
);
create index link_by_customer on link (customer_id, id);
create index link_by_account on link (account_id, id);
create index link_by_end on link (ended_as, id);
create index link_by_expiry on link (expires_at);

create table link_payable (
  link_id text collate "C" not null references link (id),
  payable_id text collate "C" not null references payable (id),
  position bigint not null,
  primary key (link_id, payable_id)
);
create index link_payable_payable on link_payable (payable_id, link_id);

create table letter (
  id text collate "C" primary key,
  letter_key text collate "C" not null unique,
  kind text collate "C" not null,
  message_id text collate "C" not null unique,
  to_addresses text collate "C" not null,
  cc_addresses text collate "C" not null,
  reply_to text collate "C",
  subject text collate "C" not null,
  html text collate "C" not null,
  body_text text collate "C" not null,
  customer_id text collate "C" references customer (id),
  link_id text collate "C" references link (id),
  subject_id text collate "C",
  state text collate "C" not null check (state in ('queued', 'accepted', 'refused', 'failed')),
  tries bigint not null,
  next_try_at text collate "C" not null,
  claimed_until text collate "C",
  last_response text collate "C",
  created_by text collate "C" references person (id),
  created_at text collate "C" not null,
  ended_at text collate "C"
);
create index letter_due on letter (state, next_try_at);
create index letter_by_state on letter (state, id);
create index letter_by_kind on letter (kind, id);
create index letter_by_link on letter (link_id, id);
create index letter_by_customer on letter (customer_id, id);
create index letter_by_subject on letter (subject_id, id);

create table case_file (
  id text collate "C" primary key,
  kind text collate "C" not null,
  dedupe_key text collate "C" not null unique,
  subject_kind text collate "C" not null,
  subject_id text collate "C" not null,
  customer_id text collate "C" references customer (id),
  summary text collate "C" not null,
  detail text collate "C" not null,
  owner_id text collate "C" references person (id),
  opened_at text collate "C" not null,
  closed_at text collate "C",
  closed_by text collate "C" references person (id),
  resolution text collate "C"
);
create index case_file_open on case_file (closed_at, id);
create index case_file_closed on case_file (id) where closed_at is not null;
create index case_file_subject on case_file (subject_id);
