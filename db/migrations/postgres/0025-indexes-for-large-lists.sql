-- Choices that few rows of a long list meet are found by an index of their own, so that no list is gone through in vain.
-- PostgreSQL has statistics; the indexes are those of SQLite all the same.
create index receipt_by_channel on receipt (channel, issued_at, id);
create index receipt_by_sum on receipt (amount_minor, currency);
-- Sums and states are looked at without reading a receipt.
drop index receipt_by_currency;
create index receipt_by_currency on receipt (currency, issued_at, id, amount_minor, review_state, account_id);

create index attempt_declined_payment on attempt (payment_id) where state = 'declined';

-- Links that have not ended: the next one to expire first, and those that have expired without reading the others.
create index link_ending on link (coalesce(ended_as, ''), expires_at, id);
drop index link_by_end;
create index link_by_end on link (ended_as, id, expires_at);

-- Who did what of a kind: the portal does most of it.
create index audit_by_kind_of_actor_and_deed on audit ((actor_kind || ' ' || action), at, seq);
create index audit_by_person_and_deed on audit ((actor_id || ' ' || action), at, seq) where actor_kind = 'person';

create index dispute_sums on dispute (currency, state, amount_minor);

-- Whoever has deposits is shown by name.
create index customer_by_name on customer (name, id);
