create table customer (
  id text collate "C" primary key,
  number text collate "C" not null,
  number_key text collate "C" not null unique,
  name text collate "C" not null,
  email text collate "C" not null,
  language text collate "C" not null,
  address text collate "C" not null,
  created_at text collate "C" not null,
  updated_at text collate "C" not null
);

create table gateway_customer (
  customer_id text collate "C" not null references customer (id),
  account_id text collate "C" not null references account (id),
  ref text collate "C" not null,
  primary key (customer_id, account_id)
);

create table payable (
  id text collate "C" primary key,
  kind text collate "C" not null check (kind in ('invoice', 'deposit')),
  number text collate "C" not null,
  number_key text collate "C" not null,
  customer_id text collate "C" not null references customer (id),
  currency text collate "C" not null,
  total_minor bigint not null check (total_minor > 0),
  state text collate "C" not null check (state in ('open', 'part_paid', 'paid', 'requested', 'held', 'part_applied', 'applied', 'refunded', 'void')),
  version bigint not null,
  created_at text collate "C" not null,
  updated_at text collate "C" not null,
  voided_at text collate "C",
  unique (kind, number_key)
);
create index payable_list on payable (kind, id);
create index payable_by_state on payable (kind, state, id);
create index payable_by_customer on payable (customer_id, kind, id);
create index payable_by_currency on payable (kind, currency, id);

create table invoice (
  payable_id text collate "C" primary key references payable (id),
  issued_on text collate "C" not null,
  due_on text collate "C" not null,
  order_reference text collate "C" not null,
  note text collate "C" not null
);
create index invoice_by_due on invoice (due_on, payable_id);

create table invoice_line (
  payable_id text collate "C" not null references payable (id),
  position bigint not null,
  description text collate "C" not null,
  quantity text collate "C" not null,
  amount_minor bigint not null,
  primary key (payable_id, position)
);

create table deposit (
  payable_id text collate "C" primary key references payable (id),
  order_reference text collate "C" not null,
  order_total_minor bigint,
  note text collate "C" not null
);

create table search_word (
  kind text collate "C" not null,
  word text collate "C" not null,
  subject_id text collate "C" not null,
  primary key (kind, word, subject_id)
);
create index search_word_subject on search_word (subject_id);

create table import_file (
  id text collate "C" primary key,
  kind text collate "C" not null check (kind in ('customers', 'invoices')),
  name text collate "C" not null,
  content text collate "C" not null,
  mapping text collate "C" not null,
  state text collate "C" not null check (state in ('uploaded', 'running', 'done', 'failed')),
  total_lines bigint not null,
  done_lines bigint not null,
  created_count bigint not null,
  updated_count bigint not null,
  unchanged_count bigint not null,
  refused_count bigint not null,
  failure text collate "C",
  created_by text collate "C" references person (id),
  created_at text collate "C" not null,
  claimed_until text collate "C",
  started_at text collate "C",
  finished_at text collate "C"
);
create index import_file_by_state on import_file (state, id);

create table import_refusal (
  import_id text collate "C" not null references import_file (id),
  line bigint not null,
  number text collate "C" not null,
  reason text collate "C" not null,
  primary key (import_id, line)
);
