-- A wider check needs a new column: SQLite cannot change one.
drop index payment_by_state;
alter table payment add column wider_state text not null default 'ready' check (wider_state in ('ready', 'confirming', 'challenged', 'processing', 'paid', 'cancelled', 'reversed'));
update payment set wider_state = state;
alter table payment drop column state;
alter table payment rename column wider_state to state;
create index payment_by_state on payment (state, id);

alter table payment add column submission_id text;
alter table payment add column received_on text;
alter table payment add column reference text;
alter table payment add column note text;
alter table payment add column reversed_at text;
alter table payment add column reversed_by text references person (id);
alter table payment add column reverse_reason text;
-- The same form sent twice is one payment.
create unique index payment_submission on payment (submission_id);

alter table allocation add column source text check (source in ('elsewhere'));
-- A payment's allocations are added up, and found for those of an invoice, also where one takes another back.
create index allocation_payment on allocation (payment_id);
