-- The audit log as a hash chain: which line was sealed at which position, in an order of its own. No foreign key: the
-- chain proves what is there without leaning on what the database enforces.
create table audit_chain (
  position integer primary key,
  audit_seq integer not null unique,
  row_hash text not null,
  hash text not null,
  sealed_at text not null
) strict;
create index audit_chain_sealed on audit_chain (sealed_at, position);
create trigger audit_chain_no_update before update on audit_chain begin select raise(abort, 'the chain of the audit log is append-only'); end;
create trigger audit_chain_no_delete before delete on audit_chain begin select raise(abort, 'the chain of the audit log is append-only'); end;

-- Checks of the chain that somebody asked for on the page, with how far they are and what they found.
create table audit_check (
  id text primary key,
  state text not null check (state in ('running', 'done', 'failed')),
  started_by text references person (id),
  started_at text not null,
  claimed_until text not null,
  total_lines integer not null,
  done_lines integer not null,
  finished_at text,
  report text
) strict;
-- One at a time.
create unique index audit_check_running on audit_check (state) where state = 'running';

-- The page lists by time, by who did it and by kind of deed.
create index audit_by_time on audit (at, seq);
create index audit_by_person on audit (actor_id, at, seq) where actor_kind = 'person';
create index audit_by_actor_kind on audit (actor_kind, at, seq);
create index audit_by_action on audit (action, at, seq);
