-- What a link asks for: all that is due, a fixed part, a part that the payer chooses, a part or all, or one payment
-- that was begun in the office and that the payer's bank wants confirmed.
alter table link add column asks text not null default 'full' check (asks in ('full', 'part', 'choose', 'deposit_or_full', 'hand_off'));
update link set asks = terms;
alter table link drop column terms;
alter table link rename column asks to terms;
alter table link add column part_minor integer;
alter table link add column least_minor integer;
alter table link add column payment_id text references payment (id);
create index link_by_payment on link (payment_id) where payment_id is not null;

-- A payment that staff began and the customer has to confirm, until when.
alter table payment add column handed_until text;

-- Each try says itself through what it came, with which kept card, and who was there.
alter table attempt add column link_id text references link (id);
alter table attempt add column saved_card_id text references saved_card (id);
alter table attempt add column presence text not null default 'payer' check (presence in ('payer', 'nobody', 'phone'));
alter table attempt add column started_by text references person (id);
update attempt set link_id = (select link_id from payment where payment.id = attempt.payment_id);
