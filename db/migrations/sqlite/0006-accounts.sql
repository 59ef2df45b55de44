alter table account add column takes_keyed_cards integer not null default 0 check (takes_keyed_cards in (0, 1));
alter table account add column secret_key_replaced_at text;
alter table account add column webhook_secret_replaced_at text;
alter table account add column brand_name text not null default '';
alter table account add column brand_colour text not null default '';
alter table account add column support_email text not null default '';
alter table account add column support_phone text not null default '';

create table account_logo (
  account_id text primary key references account (id),
  content_type text not null check (content_type in ('image/png', 'image/jpeg', 'image/webp')),
  content text not null,
  hash text not null
) strict;
