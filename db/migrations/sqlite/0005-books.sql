create table journal_entry (
  id text primary key,
  kind text not null,
  subject_kind text not null,
  subject_id text not null,
  occurred_at text not null,
  memo text not null
) strict;
-- One movement is booked once, whoever tries again.
create unique index journal_entry_once on journal_entry (kind, subject_id);
create index journal_entry_subject on journal_entry (subject_id);

create table journal_line (
  entry_id text not null references journal_entry (id),
  position integer not null,
  ledger_account text not null,
  account_id text references account (id),
  currency text not null,
  amount_minor integer not null,
  primary key (entry_id, position)
) strict;
create index journal_line_balance on journal_line (ledger_account, account_id, currency, amount_minor);

create trigger journal_entry_no_update before update on journal_entry begin select raise(abort, 'the journal is append-only'); end;
create trigger journal_entry_no_delete before delete on journal_entry begin select raise(abort, 'the journal is append-only'); end;
create trigger journal_line_no_update before update on journal_line begin select raise(abort, 'the journal is append-only'); end;
create trigger journal_line_no_delete before delete on journal_line begin select raise(abort, 'the journal is append-only'); end;
