alter table account add column takes_keyed_cards bigint not null default 0 check (takes_keyed_cards in (0, 1));
alter table account add column secret_key_replaced_at text collate "C";
alter table account add column webhook_secret_replaced_at text collate "C";
alter table account add column brand_name text collate "C" not null default '';
alter table account add column brand_colour text collate "C" not null default '';
alter table account add column support_email text collate "C" not null default '';
alter table account add column support_phone text collate "C" not null default '';

create table account_logo (
  account_id text collate "C" primary key references account (id),
  content_type text collate "C" not null check (content_type in ('image/png', 'image/jpeg', 'image/webp')),
  content text collate "C" not null,
  hash text collate "C" not null
);
