create table reminder_settings (
  id text collate "C" primary key check (id = 'company'),
  since text collate "C",
  steps text collate "C" not null,
  send_hour bigint not null check (send_hour between 0 and 23),
  daily_cap bigint not null check (daily_cap > 0),
  backlog_confirmed_at text collate "C",
  backlog_confirmed_by text collate "C" references person (id),
  updated_at text collate "C" not null
);

create table reminder_switch (
  subject_id text collate "C" primary key,
  state text collate "C" not null check (state in ('off', 'paused')),
  paused_until text collate "C",
  changed_by text collate "C" references person (id),
  changed_at text collate "C" not null,
  check ((state = 'paused') = (paused_until is not null))
);

-- The primary key is the promise: one step of one invoice is done once.
create table reminder (
  payable_id text collate "C" not null references payable (id),
  step_day bigint not null,
  id text collate "C" not null unique,
  customer_id text collate "C" not null references customer (id),
  state text collate "C" not null check (state in ('sent', 'skipped')),
  letter_id text collate "C" references letter (id),
  created_at text collate "C" not null,
  primary key (payable_id, step_day),
  check ((state = 'sent') = (letter_id is not null))
);
create index reminder_by_customer on reminder (customer_id, id);
create index reminder_by_letter on reminder (letter_id);

create table reminder_day (
  day text collate "C" primary key,
  letters bigint not null,
  passed_id text collate "C" not null,
  done_at text collate "C"
);

-- When a link was last mailed: asked for each invoice that is owed.
create index letter_mailed on letter (link_id, kind, created_at);
