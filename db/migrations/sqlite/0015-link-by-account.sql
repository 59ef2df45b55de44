-- What goes to an account now, the first to expire before others: for the look before it is switched off.
create index link_usable on link (account_id, expires_at, id) where ended_as is null;

-- Cards that were saved before one of a customer's was the default: the oldest that is kept becomes it.
update saved_card set is_default = 1
  where id in (select min(id) from saved_card where removed_at is null group by customer_id)
    and customer_id not in (select customer_id from saved_card where is_default = 1);
