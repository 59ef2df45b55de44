-- Reviewing has three states; a flag says what is wrong, and who thinks so.
alter table receipt add column review_state text not null default 'unreviewed' check (review_state in ('unreviewed', 'flagged', 'reviewed'));
alter table receipt add column flagged_at text;
alter table receipt add column flagged_by text references person (id);
alter table receipt add column flag_note text;
update receipt set review_state = 'reviewed' where reviewed_at is not null;

-- What receipts are chosen and found by stands on the receipt, as frozen as the rest of it.
alter table receipt add column method text not null default 'card' check (method in ('card', 'cash', 'cheque', 'transfer'));
alter table receipt add column channel text not null default 'link' check (channel in ('link', 'office'));
alter table receipt add column card_last4 text;
alter table receipt add column authorization_code text;
update receipt set (method, channel, card_last4, authorization_code) =
  (select method, channel, card_last4, upper(authorization_code) from payment where payment.id = receipt.payment_id);

-- The list runs by day of issue, and each choice has an index that ends so. The first two hold all that totals add up,
-- so that adding up a million receipts reads none of them.
drop index receipt_by_date;
drop index receipt_by_account;
drop index receipt_by_currency;
drop index receipt_by_review;
create index receipt_by_date on receipt (issued_at, id, currency, amount_minor, review_state, account_id, method, channel);
create index receipt_by_review on receipt (review_state, issued_at, id, currency, amount_minor, account_id, method, channel);
create index receipt_by_account on receipt (account_id, issued_at, id);
create index receipt_by_currency on receipt (currency, issued_at, id);
create index receipt_by_method on receipt (method, issued_at, id);
create index receipt_by_last4 on receipt (card_last4, issued_at, id) where card_last4 is not null;
create index receipt_by_authorization on receipt (authorization_code, issued_at, id) where authorization_code is not null;
create index payment_charge_ref on payment (charge_ref) where charge_ref is not null;

-- A choice of a list that somebody gave a name.
create table saved_view (
  id text primary key,
  person_id text not null references person (id),
  list text not null check (list in ('receipts')),
  name text not null,
  query text not null,
  shared integer not null check (shared in (0, 1)),
  created_at text not null,
  unique (person_id, list, name)
) strict;
create index saved_view_shared on saved_view (list, name) where shared = 1;

-- Many receipts reviewed in one go.
create table review_batch (
  id text primary key,
  submission_id text not null unique,
  note text not null,
  state text not null check (state in ('running', 'done')),
  item_count integer not null,
  back text not null,
  created_by text not null references person (id),
  created_at text not null,
  finished_at text
) strict;
create index review_batch_state on review_batch (state, id);

create table review_batch_item (
  batch_id text not null references review_batch (id),
  position integer not null,
  receipt_id text not null references receipt (id),
  state text not null check (state in ('waiting', 'approved', 'left-out')),
  reason text,
  primary key (batch_id, position)
) strict;
create index review_batch_item_state on review_batch_item (batch_id, state, position);
