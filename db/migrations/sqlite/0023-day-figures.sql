-- Sums of days that are over, so that a dashboard reads a few rows instead of a year of receipts. They can be made anew
-- from what they sum up at any time.
create table day_figure (
  kind text not null check (kind in ('collected', 'declined', 'time-to-pay', 'links-sent', 'links-opened', 'links-paid')),
  day text not null,
  account_id text not null,
  currency text not null,
  figure_key text not null,
  events integer not null,
  amount_minor integer not null,
  primary key (kind, day, account_id, currency, figure_key)
) strict;

-- Which days are summed up, in which time zone's calendar, and when that was done last.
create table day_rolled (
  day text primary key,
  zone text not null,
  rolled_at text not null
) strict;

create index attempt_declined on attempt (ended_at, id) where state = 'declined';
create index link_by_time on link (created_at, id);
