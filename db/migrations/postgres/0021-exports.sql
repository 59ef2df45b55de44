-- A closed period: every movement booked up to its end that was in no batch before.
create table export_batch (
  id text collate "C" primary key,
  number bigint not null unique,
  submission_id text collate "C" not null unique,
  state text collate "C" not null check (state in ('taking', 'writing', 'closed')),
  last_day text collate "C" not null,
  ends_at text collate "C" not null unique,
  time_zone text collate "C" not null,
  row_count bigint not null,
  row_estimate bigint not null,
  passed_at text collate "C" not null,
  passed_id text collate "C" not null,
  sums text collate "C" not null,
  seal text collate "C",
  created_by text collate "C" references person (id),
  created_at text collate "C" not null,
  closed_at text collate "C"
);
-- One period is closed at a time.
create unique index export_batch_open on export_batch ((state <> 'closed')) where state <> 'closed';

create table export_batch_row (
  batch_id text collate "C" not null references export_batch (id),
  position bigint not null,
  kind text collate "C" not null,
  entry_id text collate "C" not null unique references journal_entry (id),
  primary key (batch_id, position)
);

-- The movements of a batch as they were when it was closed, some hundreds in each.
create table export_batch_page (
  batch_id text collate "C" not null references export_batch (id),
  position bigint not null,
  content bytea not null,
  primary key (batch_id, position)
);

create table export_file (
  id text collate "C" primary key,
  batch_id text collate "C" references export_batch (id),
  submission_id text collate "C" unique,
  preset text collate "C" not null,
  format text collate "C" not null check (format in ('csv', 'xlsx')),
  choice text collate "C" not null,
  state text collate "C" not null check (state in ('waiting', 'writing', 'done', 'failed')),
  name text collate "C" not null,
  row_count bigint not null,
  looked_at bigint not null,
  look_estimate bigint not null,
  byte_count bigint not null,
  sha256 text collate "C",
  claim text collate "C",
  claimed_until text collate "C",
  tries bigint not null,
  created_by text collate "C" references person (id),
  created_at text collate "C" not null,
  done_at text collate "C"
);
create index export_file_batch on export_file (batch_id, id);
create index export_file_state on export_file (state, id);

create table export_piece (
  file_id text collate "C" not null references export_file (id),
  position bigint not null,
  content bytea not null,
  primary key (file_id, position)
);

create function refuse_late_take() returns trigger language plpgsql as $$
begin
  if (select state from export_batch where id = new.batch_id) <> 'taking' then raise exception '% is append-only: the batch has been taken', tg_table_name; end if;
  return new;
end $$;
create function refuse_batch_change() returns trigger language plpgsql as $$
begin
  if tg_op = 'DELETE' or old.state = 'closed' then raise exception 'export_batch is append-only'; end if;
  return new;
end $$;
create function refuse_file_change() returns trigger language plpgsql as $$
begin
  if old.batch_id is not null and (tg_op = 'DELETE' or old.state = 'done') then raise exception 'export_file of a batch is append-only'; end if;
  if tg_op = 'DELETE' then return old; end if;
  return new;
end $$;
create function refuse_piece_change() returns trigger language plpgsql as $$
begin
  if tg_op = 'DELETE' then
    if exists (select 1 from export_file where id = old.file_id and batch_id is not null and state = 'done') then raise exception 'export_piece of a batch is append-only'; end if;
    return old;
  end if;
  if tg_op = 'UPDATE' or exists (select 1 from export_file where id = new.file_id and state = 'done') then raise exception 'export_piece is append-only'; end if;
  return new;
end $$;
create trigger export_batch_row_append_only before update or delete or truncate on export_batch_row for each statement execute function refuse_change();
create trigger export_batch_page_append_only before update or delete or truncate on export_batch_page for each statement execute function refuse_change();
create trigger export_batch_row_taken before insert on export_batch_row for each row execute function refuse_late_take();
create trigger export_batch_page_taken before insert on export_batch_page for each row execute function refuse_late_take();
create trigger export_batch_kept before update or delete on export_batch for each row execute function refuse_batch_change();
create trigger export_file_kept before update or delete on export_file for each row execute function refuse_file_change();
create trigger export_piece_kept before insert or update or delete on export_piece for each row execute function refuse_piece_change();
create trigger export_batch_no_truncate before truncate on export_batch for each statement execute function refuse_change();
create trigger export_file_no_truncate before truncate on export_file for each statement execute function refuse_change();
create trigger export_piece_no_truncate before truncate on export_piece for each statement execute function refuse_change();
