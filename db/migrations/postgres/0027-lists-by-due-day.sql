-- What is owed is listed by its due day: the day stands beside the state, in one index with it.
alter table payable add column due_on text collate "C";
update payable set due_on = invoice.due_on from invoice where invoice.payable_id = payable.id;
drop index invoice_by_due;
alter table invoice drop column due_on;
create index payable_by_due on payable (kind, state, due_on, id);
create index payable_of_customer_by_due on payable (customer_id, kind, state, due_on, id);

-- A file that told of payments elsewhere left links open for which nothing was due. It ends them now, as others do.
update link set ended_as = 'closed', ended_at = to_char(now() at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')
 where ended_as is null and kind = 'pay' and not exists (
   select 1 from link_payable join payable on payable.id = link_payable.payable_id
    where link_payable.link_id = link.id and payable.state in ('open', 'part_paid', 'requested'));

-- What became of the payment of a receipt is asked without reading the receipt.
drop index receipt_by_date;
create index receipt_by_date on receipt (issued_at, id, currency, amount_minor, review_state, account_id, method, channel, payment_id);

-- The sums of one balance, without those of others in the same days: PostgreSQL would set workers on them. SQLite reads the
-- primary key faster.
create index ledger_sum_of_balance on ledger_sum (ledger_account, account_id, currency, span, period);
