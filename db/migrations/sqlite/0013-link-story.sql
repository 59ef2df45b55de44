-- What became of a link's page: fetched by whoever, machines included, and opened by a person who went to the card fields.
create table link_visit (
  link_id text primary key references link (id),
  fetches integer not null,
  first_fetched_at text,
  last_fetched_at text,
  person_opens integer not null,
  opened_at text,
  last_opened_at text
) strict;

-- Many links made and mailed in one go.
create table link_batch (
  id text primary key,
  send_id text not null unique,
  per text not null check (per in ('document', 'customer')),
  expiry text not null,
  note text not null,
  state text not null check (state in ('running', 'done')),
  item_count integer not null,
  created_by text references person (id),
  created_at text not null,
  finished_at text
) strict;
create index link_batch_state on link_batch (state, id);

create table link_batch_item (
  batch_id text not null references link_batch (id),
  position integer not null,
  customer_id text not null references customer (id),
  payable_ids text not null,
  state text not null check (state in ('waiting', 'sent', 'failed')),
  link_id text references link (id),
  is_new_link integer,
  reason text,
  done_at text,
  primary key (batch_id, position)
) strict;
create index link_batch_item_state on link_batch_item (batch_id, state, position);

-- A link's story asks which tries and payments came through it.
create index attempt_by_link on attempt (link_id, id) where link_id is not null;
