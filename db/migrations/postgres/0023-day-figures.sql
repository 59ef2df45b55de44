-- Sums of days that are over, so that a dashboard reads a few rows instead of a year of receipts. They can be made anew
-- from what they sum up at any time.
create table day_figure (
  kind text collate "C" not null check (kind in ('collected', 'declined', 'time-to-pay', 'links-sent', 'links-opened', 'links-paid')),
  day text collate "C" not null,
  account_id text collate "C" not null,
  currency text collate "C" not null,
  figure_key text collate "C" not null,
  events bigint not null,
  amount_minor bigint not null,
  primary key (kind, day, account_id, currency, figure_key)
);

-- Which days are summed up, in which time zone's calendar, and when that was done last.
create table day_rolled (
  day text collate "C" primary key,
  zone text collate "C" not null,
  rolled_at text collate "C" not null
);

create index attempt_declined on attempt (ended_at, id) where state = 'declined';
create index link_by_time on link (created_at, id);
