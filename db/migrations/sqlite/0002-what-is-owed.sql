create table customer (
  id text primary key,
  number text not null,
  number_key text not null unique,
  name text not null,
  email text not null,
  language text not null,
  address text not null,
  created_at text not null,
  updated_at text not null
) strict;

create table gateway_customer (
  customer_id text not null references customer (id),
  account_id text not null references account (id),
  ref text not null,
  primary key (customer_id, account_id)
) strict;

create table payable (
  id text primary key,
  kind text not null check (kind in ('invoice', 'deposit')),
  number text not null,
  number_key text not null,
  customer_id text not null references customer (id),
  currency text not null,
  total_minor integer not null check (total_minor > 0),
  state text not null check (state in ('open', 'part_paid', 'paid', 'requested', 'held', 'part_applied', 'applied', 'refunded', 'void')),
  version integer not null,
  created_at text not null,
  updated_at text not null,
  voided_at text,
  unique (kind, number_key)
) strict;
create index payable_list on payable (kind, id);
create index payable_by_state on payable (kind, state, id);
create index payable_by_customer on payable (customer_id, kind, id);
create index payable_by_currency on payable (kind, currency, id);

create table invoice (
  payable_id text primary key references payable (id),
  issued_on text not null,
  due_on text not null,
  order_reference text not null,
  note text not null
) strict;
create index invoice_by_due on invoice (due_on, payable_id);

create table invoice_line (
  payable_id text not null references payable (id),
  position integer not null,
  description text not null,
  quantity text not null,
  amount_minor integer not null,
  primary key (payable_id, position)
) strict;

create table deposit (
  payable_id text primary key references payable (id),
  order_reference text not null,
  order_total_minor integer,
  note text not null
) strict;

create table search_word (
  kind text not null,
  word text not null,
  subject_id text not null,
  primary key (kind, word, subject_id)
) strict;
create index search_word_subject on search_word (subject_id);

create table import_file (
  id text primary key,
  kind text not null check (kind in ('customers', 'invoices')),
  name text not null,
  content text not null,
  mapping text not null,
  state text not null check (state in ('uploaded', 'running', 'done', 'failed')),
  total_lines integer not null,
  done_lines integer not null,
  created_count integer not null,
  updated_count integer not null,
  unchanged_count integer not null,
  refused_count integer not null,
  failure text,
  created_by text references person (id),
  created_at text not null,
  claimed_until text,
  started_at text,
  finished_at text
) strict;
create index import_file_by_state on import_file (state, id);

create table import_refusal (
  import_id text not null references import_file (id),
  line integer not null,
  number text not null,
  reason text not null,
  primary key (import_id, line)
) strict;
