-- One look at all that one account's gateway holds since then, against ours; cursor and step say how far it is.
create table reconcile_run (
  id text primary key,
  account_id text not null references account (id),
  scope text not null check (scope in ('new', 'all')),
  since text not null,
  state text not null check (state in ('running', 'done', 'failed')),
  step text not null,
  passed_ref text,
  expected_count integer not null,
  looked_count integer not null,
  foreign_count integer not null,
  under_way_count integer not null,
  started_by text references person (id),
  started_at text not null,
  claim text,
  claimed_until text,
  tries integer not null,
  failure text,
  finished_at text
) strict;
-- Whoever starts a second one finds the first.
create unique index reconcile_run_one on reconcile_run (account_id) where state = 'running';
create index reconcile_run_by_account on reconcile_run (account_id, state, id);

create table reconcile_sum (
  run_id text not null references reconcile_run (id),
  figure text not null,
  currency text not null,
  here_minor integer not null,
  there_minor integer,
  here_count integer not null,
  there_count integer,
  primary key (run_id, figure, currency)
) strict;

-- What a run that is under way has seen at the gateway of ours.
create table reconcile_sighting (
  run_id text not null references reconcile_run (id),
  object_kind text not null,
  gateway_ref text not null,
  primary key (run_id, object_kind, gateway_ref)
) strict;

create table reconcile_difference (
  id text primary key,
  account_id text not null references account (id),
  run_id text not null references reconcile_run (id),
  object_kind text not null,
  kind text not null,
  subject text not null,
  our_id text,
  gateway_ref text,
  currency text not null,
  here_minor integer,
  there_minor integer,
  state text not null check (state in ('open', 'repaired', 'gone')),
  found_at text not null,
  ended_at text,
  case_id text references case_file (id)
) strict;
-- The same difference found again is the same row.
create unique index reconcile_difference_open on reconcile_difference (account_id, object_kind, kind, subject) where state = 'open';
create index reconcile_difference_by_run on reconcile_difference (run_id, id);

create table reconcile_settings (
  id text primary key check (id = 'company'),
  owner_id text references person (id),
  updated_at text not null
) strict;

-- What became known about a case after it was opened; it closes nothing.
create table case_note (
  id text primary key,
  case_id text not null references case_file (id),
  noted_at text not null,
  body text not null
) strict;
create index case_note_by_case on case_note (case_id, id);

-- Ours of a span of time, to be looked for at the gateway.
create index payment_made on payment (account_id, created_at) where account_id is not null;
create index refund_made on refund (account_id, created_at) where account_id is not null;
