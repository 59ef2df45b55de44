create table journal_entry (
  id text collate "C" primary key,
  kind text collate "C" not null,
  subject_kind text collate "C" not null,
  subject_id text collate "C" not null,
  occurred_at text collate "C" not null,
  memo text collate "C" not null
);
-- One movement is booked once, whoever tries again.
create unique index journal_entry_once on journal_entry (kind, subject_id);
create index journal_entry_subject on journal_entry (subject_id);

create table journal_line (
  entry_id text collate "C" not null references journal_entry (id),
  position bigint not null,
  ledger_account text collate "C" not null,
  account_id text collate "C" references account (id),
  currency text collate "C" not null,
  amount_minor bigint not null,
  primary key (entry_id, position)
);
create index journal_line_balance on journal_line (ledger_account, account_id, currency, amount_minor);

create trigger journal_entry_append_only before update or delete or truncate on journal_entry for each statement execute function refuse_change();
create trigger journal_line_append_only before update or delete or truncate on journal_line for each statement execute function refuse_change();
