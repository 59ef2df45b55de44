create table link (
  id text primary key,
  kind text not null check (kind in ('pay', 'save_card')),
  customer_id text not null references customer (id),
  account_id text not null references account (id),
  currency text not null,
  terms text not null check (terms in ('full')),
  created_at text not null,
  created_by text references person (id),
  expires_at text not null,
  ended_as text check (ended_as in ('used', 'closed', 'revoked', 'replaced')),
  ended_at text,
  ended_by text references person (id),
  replaced_by text references link (id)
) strict;
create index link_by_customer on link (customer_id, id);
create index link_by_account on link (account_id, id);
create index link_by_end on link (ended_as, id);
create index link_by_expiry on link (expires_at);

create table link_payable (
  link_id text not null references link (id),
  payable_id text not null references payable (id),
  position integer not null,
  primary key (link_id, payable_id)
) strict;
create index link_payable_payable on link_payable (payable_id, link_id);

create table letter (
  id text primary key,
  letter_key text not null unique,
  kind text not null,
  message_id text not null unique,
  to_addresses text not null,
  cc_addresses text not null,
  reply_to text,
  subject text not null,
  html text not null,
  body_text text not null,
  customer_id text references customer (id),
  link_id text references link (id),
  subject_id text,
  state text not null check (state in ('queued', 'accepted', 'refused', 'failed')),
  tries integer not null,
  next_try_at text not null,
  claimed_until text,
  last_response text,
  created_by text references person (id),
  created_at text not null,
  ended_at text
) strict;
create index letter_due on letter (state, next_try_at);
create index letter_by_state on letter (state, id);
create index letter_by_kind on letter (kind, id);
create index letter_by_link on letter (link_id, id);
create index letter_by_customer on letter (customer_id, id);
create index letter_by_subject on letter (subject_id, id);

create table case_file (
  id text primary key,
  kind text not null,
  dedupe_key text not null unique,
  subject_kind text not null,
  subject_id text not null,
  customer_id text references customer (id),
  summary text not null,
  detail text not null,
  owner_id text references person (id),
  opened_at text not null,
  closed_at text,
  closed_by text references person (id),
  resolution text
) strict;
create index case_file_open on case_file (closed_at, id);
create index case_file_closed on case_file (id) where closed_at is not null;
create index case_file_subject on case_file (subject_id);
