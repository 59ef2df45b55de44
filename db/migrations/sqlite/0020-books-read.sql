-- The company's own number and name of a ledger account; '' in account_id or currency stands for all of them.
create table ledger_mapping (
  ledger_account text not null,
  account_id text not null,
  currency text not null,
  code text not null,
  name text not null,
  updated_at text not null,
  updated_by text references person (id),
  primary key (ledger_account, account_id, currency)
) strict;

-- When a line was booked stands on it, so that the lines of one balance can be read in order from an index alone.
drop trigger journal_line_no_update;
alter table journal_line add column occurred_at text not null default '';
update journal_line set occurred_at = (select entry.occurred_at from journal_entry entry where entry.id = journal_line.entry_id);
create trigger journal_line_no_update before update on journal_line begin select raise(abort, 'the journal is append-only'); end;
drop index journal_line_balance;
create index journal_line_balance on journal_line (ledger_account, coalesce(account_id, ''), currency, occurred_at, entry_id, position, amount_minor);
create index journal_entry_time on journal_entry (occurred_at, id);
create index journal_entry_kind on journal_entry (kind, occurred_at, id);

-- What moved on each balance in each month, day and hour (UTC); '' in account_id where it is not kept per account.
create table ledger_sum (
  span text not null check (span in ('month', 'day', 'hour')),
  period text not null,
  ledger_account text not null,
  account_id text not null,
  currency text not null,
  debit_minor integer not null,
  credit_minor integer not null,
  primary key (span, period, ledger_account, account_id, currency)
) strict;
-- Entries that these sums do not know yet, whoever wrote them.
create table ledger_unsummed (entry_id text primary key) strict;
create trigger journal_entry_to_sum after insert on journal_entry begin insert into ledger_unsummed (entry_id) values (new.id); end;

insert into ledger_sum select 'month', substr(occurred_at, 1, 7), ledger_account, coalesce(account_id, ''), currency, sum(max(amount_minor, 0)), sum(max(-amount_minor, 0)) from journal_line group by 2, 3, 4, 5;
insert into ledger_sum select 'day', substr(occurred_at, 1, 10), ledger_account, coalesce(account_id, ''), currency, sum(max(amount_minor, 0)), sum(max(-amount_minor, 0)) from journal_line group by 2, 3, 4, 5;
insert into ledger_sum select 'hour', substr(occurred_at, 1, 13), ledger_account, coalesce(account_id, ''), currency, sum(max(amount_minor, 0)), sum(max(-amount_minor, 0)) from journal_line group by 2, 3, 4, 5;

-- Statements as they were mailed to customers.
create table customer_statement (
  id text primary key,
  customer_id text not null references customer (id),
  from_on text not null,
  to_on text not null,
  content text not null,
  submission_id text not null unique,
  created_by text references person (id),
  created_at text not null
) strict;
create index customer_statement_by_customer on customer_statement (customer_id, id);
