-- A closed period: every movement booked up to its end that was in no batch before.
create table export_batch (
  id text primary key,
  number integer not null unique,
  submission_id text not null unique,
  state text not null check (state in ('taking', 'writing', 'closed')),
  last_day text not null,
  ends_at text not null unique,
  time_zone text not null,
  row_count integer not null,
  row_estimate integer not null,
  passed_at text not null,
  passed_id text not null,
  sums text not null,
  seal text,
  created_by text references person (id),
  created_at text not null,
  closed_at text
) strict;
-- One period is closed at a time.
create unique index export_batch_open on export_batch ((state <> 'closed')) where state <> 'closed';

create table export_batch_row (
  batch_id text not null references export_batch (id),
  position integer not null,
  kind text not null,
  entry_id text not null unique references journal_entry (id),
  primary key (batch_id, position)
) strict;

-- The movements of a batch as they were when it was closed, some hundreds in each.
create table export_batch_page (
  batch_id text not null references export_batch (id),
  position integer not null,
  content blob not null,
  primary key (batch_id, position)
) strict;

create table export_file (
  id text primary key,
  batch_id text references export_batch (id),
  submission_id text unique,
  preset text not null,
  format text not null check (format in ('csv', 'xlsx')),
  choice text not null,
  state text not null check (state in ('waiting', 'writing', 'done', 'failed')),
  name text not null,
  row_count integer not null,
  looked_at integer not null,
  look_estimate integer not null,
  byte_count integer not null,
  sha256 text,
  claim text,
  claimed_until text,
  tries integer not null,
  created_by text references person (id),
  created_at text not null,
  done_at text
) strict;
create index export_file_batch on export_file (batch_id, id);
create index export_file_state on export_file (state, id);

create table export_piece (
  file_id text not null references export_file (id),
  position integer not null,
  content blob not null,
  primary key (file_id, position)
) strict;

create trigger export_batch_row_no_update before update on export_batch_row begin select raise(abort, 'an export batch is append-only'); end;
create trigger export_batch_row_no_delete before delete on export_batch_row begin select raise(abort, 'an export batch is append-only'); end;
create trigger export_batch_row_no_insert before insert on export_batch_row
  when (select state from export_batch where id = new.batch_id) <> 'taking' begin select raise(abort, 'an export batch is append-only: it has been taken'); end;
create trigger export_batch_page_no_update before update on export_batch_page begin select raise(abort, 'an export batch is append-only'); end;
create trigger export_batch_page_no_delete before delete on export_batch_page begin select raise(abort, 'an export batch is append-only'); end;
create trigger export_batch_page_no_insert before insert on export_batch_page
  when (select state from export_batch where id = new.batch_id) <> 'taking' begin select raise(abort, 'an export batch is append-only: it has been taken'); end;
create trigger export_batch_no_update before update on export_batch when old.state = 'closed' begin select raise(abort, 'an export batch that is closed is append-only'); end;
create trigger export_batch_no_delete before delete on export_batch begin select raise(abort, 'an export batch is append-only'); end;
create trigger export_file_no_update before update on export_file
  when old.batch_id is not null and old.state = 'done' begin select raise(abort, 'a file of an export batch is append-only'); end;
create trigger export_file_no_delete before delete on export_file
  when old.batch_id is not null begin select raise(abort, 'a file of an export batch is append-only'); end;
create trigger export_piece_no_update before update on export_piece begin select raise(abort, 'a file of an export batch is append-only'); end;
create trigger export_piece_no_delete before delete on export_piece
  when exists (select 1 from export_file where id = old.file_id and batch_id is not null and state = 'done') begin select raise(abort, 'a file of an export batch is append-only'); end;
create trigger export_piece_no_insert before insert on export_piece
  when exists (select 1 from export_file where id = new.file_id and state = 'done') begin select raise(abort, 'a file that is done is append-only'); end;
