create table reminder_settings (
  id text primary key check (id = 'company'),
  since text,
  steps text not null,
  send_hour integer not null check (send_hour between 0 and 23),
  daily_cap integer not null check (daily_cap > 0),
  backlog_confirmed_at text,
  backlog_confirmed_by text references person (id),
  updated_at text not null
) strict;

create table reminder_switch (
  subject_id text primary key,
  state text not null check (state in ('off', 'paused')),
  paused_until text,
  changed_by text references person (id),
  changed_at text not null,
  check ((state = 'paused') = (paused_until is not null))
) strict;

-- The primary key is the promise: one step of one invoice is done once.
create table reminder (
  payable_id text not null references payable (id),
  step_day integer not null,
  id text not null unique,
  customer_id text not null references customer (id),
  state text not null check (state in ('sent', 'skipped')),
  letter_id text references letter (id),
  created_at text not null,
  primary key (payable_id, step_day),
  check ((state = 'sent') = (letter_id is not null))
) strict;
create index reminder_by_customer on reminder (customer_id, id);
create index reminder_by_letter on reminder (letter_id);

create table reminder_day (
  day text primary key,
  letters integer not null,
  passed_id text not null,
  done_at text
) strict;

-- When a link was last mailed: asked for each invoice that is owed.
create index letter_mailed on letter (link_id, kind, created_at);
