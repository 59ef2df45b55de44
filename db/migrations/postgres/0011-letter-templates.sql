create table letter_template (
  id text collate "C" primary key,
  kind text collate "C" not null,
  account_id text collate "C" references account (id),
  language text collate "C" not null,
  subject text collate "C" not null,
  body text collate "C" not null,
  version bigint not null,
  active bigint not null check (active in (0, 1)),
  created_by text collate "C" references person (id),
  created_at text collate "C" not null,
  ended_by text collate "C" references person (id),
  ended_at text collate "C"
);
create unique index letter_template_version on letter_template (kind, coalesce(account_id, ''), language, version);
create unique index letter_template_active on letter_template (kind, coalesce(account_id, ''), language) where active = 1;
