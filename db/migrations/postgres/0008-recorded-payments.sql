alter table payment drop constraint payment_state_check;
alter table payment add constraint payment_state_check check (state in ('ready', 'confirming', 'challenged', 'processing', 'paid', 'cancelled', 'reversed'));

alter table payment add column submission_id text collate "C";
alter table payment add column received_on text collate "C";
alter table payment add column reference text collate "C";
alter table payment add column note text collate "C";
alter table payment add column reversed_at text collate "C";
alter table payment add column reversed_by text collate "C" references person (id);
alter table payment add column reverse_reason text collate "C";
-- The same form sent twice is one payment.
create unique index payment_submission on payment (submission_id);

alter table allocation add column source text collate "C" check (source in ('elsewhere'));
-- A payment's allocations are added up, and found for those of an invoice, also where one takes another back.
create index allocation_payment on allocation (payment_id);
