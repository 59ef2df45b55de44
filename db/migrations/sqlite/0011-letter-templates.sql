create table letter_template (
  id text primary key,
  kind text not null,
  account_id text references account (id),
  language text not null,
  subject text not null,
  body text not null,
  version integer not null,
  active integer not null check (active in (0, 1)),
  created_by text references person (id),
  created_at text not null,
  ended_by text references person (id),
  ended_at text
) strict;
create unique index letter_template_version on letter_template (kind, coalesce(account_id, ''), language, version);
create unique index letter_template_active on letter_template (kind, coalesce(account_id, ''), language) where active = 1;
