-- The audit log as a hash chain: which line was sealed at which position, in an order of its own. No foreign key: the
-- chain proves what is there without leaning on what the database enforces.
create table audit_chain (
  position bigint primary key,
  audit_seq bigint not null unique,
  row_hash text collate "C" not null,
  hash text collate "C" not null,
  sealed_at text collate "C" not null
);
create index audit_chain_sealed on audit_chain (sealed_at, position);
create trigger audit_chain_append_only before update or delete or truncate on audit_chain for each statement execute function refuse_change();

-- Checks of the chain that somebody asked for on the page, with how far they are and what they found.
create table audit_check (
  id text collate "C" primary key,
  state text collate "C" not null check (state in ('running', 'done', 'failed')),
  started_by text collate "C" references person (id),
  started_at text collate "C" not null,
  claimed_until text collate "C" not null,
  total_lines bigint not null,
  done_lines bigint not null,
  finished_at text collate "C",
  report text collate "C"
);
-- One at a time.
create unique index audit_check_running on audit_check (state) where state = 'running';

-- The page lists by time, by who did it and by kind of deed.
create index audit_by_time on audit (at, seq);
create index audit_by_person on audit (actor_id, at, seq) where actor_kind = 'person';
create index audit_by_actor_kind on audit (actor_kind, at, seq);
create index audit_by_action on audit (action, at, seq);
