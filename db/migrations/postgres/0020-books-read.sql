-- The company's own number and name of a ledger account; '' in account_id or currency stands for all of them.
create table ledger_mapping (
  ledger_account text collate "C" not null,
  account_id text collate "C" not null,
  currency text collate "C" not null,
  code text collate "C" not null,
  name text collate "C" not null,
  updated_at text collate "C" not null,
  updated_by text collate "C" references person (id),
  primary key (ledger_account, account_id, currency)
);

-- When a line was booked stands on it, so that the lines of one balance can be read in order from an index alone.
drop trigger journal_line_append_only on journal_line;
alter table journal_line add column occurred_at text collate "C" not null default '';
update journal_line set occurred_at = entry.occurred_at from journal_entry entry where entry.id = journal_line.entry_id;
create trigger journal_line_append_only before update or delete or truncate on journal_line for each statement execute function refuse_change();
drop index journal_line_balance;
create index journal_line_balance on journal_line (ledger_account, coalesce(account_id, ''), currency, occurred_at, entry_id, position, amount_minor);
create index journal_entry_time on journal_entry (occurred_at, id);
create index journal_entry_kind on journal_entry (kind, occurred_at, id);

-- What moved on each balance in each month, day and hour (UTC); '' in account_id where it is not kept per account.
create table ledger_sum (
  span text collate "C" not null check (span in ('month', 'day', 'hour')),
  period text collate "C" not null,
  ledger_account text collate "C" not null,
  account_id text collate "C" not null,
  currency text collate "C" not null,
  debit_minor bigint not null,
  credit_minor bigint not null,
  primary key (span, period, ledger_account, account_id, currency)
);
-- Entries that these sums do not know yet, whoever wrote them.
create table ledger_unsummed (entry_id text collate "C" primary key);
create function sum_later() returns trigger language plpgsql as $$
begin
  insert into ledger_unsummed (entry_id) select id from fresh;
  return null;
end
$$;
create trigger journal_entry_to_sum after insert on journal_entry referencing new table as fresh for each statement execute function sum_later();

insert into ledger_sum select 'month', substr(occurred_at, 1, 7), ledger_account, coalesce(account_id, ''), currency, sum(greatest(amount_minor, 0)), sum(greatest(-amount_minor, 0)) from journal_line group by 2, 3, 4, 5;
insert into ledger_sum select 'day', substr(occurred_at, 1, 10), ledger_account, coalesce(account_id, ''), currency, sum(greatest(amount_minor, 0)), sum(greatest(-amount_minor, 0)) from journal_line group by 2, 3, 4, 5;
insert into ledger_sum select 'hour', substr(occurred_at, 1, 13), ledger_account, coalesce(account_id, ''), currency, sum(greatest(amount_minor, 0)), sum(greatest(-amount_minor, 0)) from journal_line group by 2, 3, 4, 5;

-- Statements as they were mailed to customers.
create table customer_statement (
  id text collate "C" primary key,
  customer_id text collate "C" not null references customer (id),
  from_on text collate "C" not null,
  to_on text collate "C" not null,
  content text collate "C" not null,
  submission_id text collate "C" not null unique,
  created_by text collate "C" references person (id),
  created_at text collate "C" not null
);
create index customer_statement_by_customer on customer_statement (customer_id, id);
