-- One look at all that one account's gateway holds since then, against ours; cursor and step say how far it is.
create table reconcile_run (
  id text collate "C" primary key,
  account_id text collate "C" not null references account (id),
  scope text collate "C" not null check (scope in ('new', 'all')),
  since text collate "C" not null,
  state text collate "C" not null check (state in ('running', 'done', 'failed')),
  step text collate "C" not null,
  passed_ref text collate "C",
  expected_count bigint not null,
  looked_count bigint not null,
  foreign_count bigint not null,
  under_way_count bigint not null,
  started_by text collate "C" references person (id),
  started_at text collate "C" not null,
  claim text collate "C",
  claimed_until text collate "C",
  tries bigint not null,
  failure text collate "C",
  finished_at text collate "C"
);
-- Whoever starts a second one finds the first.
create unique index reconcile_run_one on reconcile_run (account_id) where state = 'running';
create index reconcile_run_by_account on reconcile_run (account_id, state, id);

create table reconcile_sum (
  run_id text collate "C" not null references reconcile_run (id),
  figure text collate "C" not null,
  currency text collate "C" not null,
  here_minor bigint not null,
  there_minor bigint,
  here_count bigint not null,
  there_count bigint,
  primary key (run_id, figure, currency)
);

-- What a run that is under way has seen at the gateway of ours.
create table reconcile_sighting (
  run_id text collate "C" not null references reconcile_run (id),
  object_kind text collate "C" not null,
  gateway_ref text collate "C" not null,
  primary key (run_id, object_kind, gateway_ref)
);

create table reconcile_difference (
  id text collate "C" primary key,
  account_id text collate "C" not null references account (id),
  run_id text collate "C" not null references reconcile_run (id),
  object_kind text collate "C" not null,
  kind text collate "C" not null,
  subject text collate "C" not null,
  our_id text collate "C",
  gateway_ref text collate "C",
  currency text collate "C" not null,
  here_minor bigint,
  there_minor bigint,
  state text collate "C" not null check (state in ('open', 'repaired', 'gone')),
  found_at text collate "C" not null,
  ended_at text collate "C",
  case_id text collate "C" references case_file (id)
);
-- The same difference found again is the same row.
create unique index reconcile_difference_open on reconcile_difference (account_id, object_kind, kind, subject) where state = 'open';
create index reconcile_difference_by_run on reconcile_difference (run_id, id);

create table reconcile_settings (
  id text collate "C" primary key check (id = 'company'),
  owner_id text collate "C" references person (id),
  updated_at text collate "C" not null
);

-- What became known about a case after it was opened; it closes nothing.
create table case_note (
  id text collate "C" primary key,
  case_id text collate "C" not null references case_file (id),
  noted_at text collate "C" not null,
  body text collate "C" not null
);
create index case_note_by_case on case_note (case_id, id);

-- Ours of a span of time, to be looked for at the gateway.
create index payment_made on payment (account_id, created_at) where account_id is not null;
create index refund_made on refund (account_id, created_at) where account_id is not null;
