-- What became of a link's page: fetched by whoever, machines included, and opened by a person who went to the card fields.
create table link_visit (
  link_id text collate "C" primary key references link (id),
  fetches bigint not null,
  first_fetched_at text collate "C",
  last_fetched_at text collate "C",
  person_opens bigint not null,
  opened_at text collate "C",
  last_opened_at text collate "C"
);

-- Many links made and mailed in one go.
create table link_batch (
  id text collate "C" primary key,
  send_id text collate "C" not null unique,
  per text collate "C" not null check (per in ('document', 'customer')),
  expiry text collate "C" not null,
  note text collate "C" not null,
  state text collate "C" not null check (state in ('running', 'done')),
  item_count bigint not null,
  created_by text collate "C" references person (id),
  created_at text collate "C" not null,
  finished_at text collate "C"
);
create index link_batch_state on link_batch (state, id);

create table link_batch_item (
  batch_id text collate "C" not null references link_batch (id),
  position bigint not null,
  customer_id text collate "C" not null references customer (id),
  payable_ids text collate "C" not null,
  state text collate "C" not null check (state in ('waiting', 'sent', 'failed')),
  link_id text collate "C" references link (id),
  is_new_link bigint,
  reason text collate "C",
  done_at text collate "C",
  primary key (batch_id, position)
);
create index link_batch_item_state on link_batch_item (batch_id, state, position);

-- A link's story asks which tries and payments came through it.
create index attempt_by_link on attempt (link_id, id) where link_id is not null;
