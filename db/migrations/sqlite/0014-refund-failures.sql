-- The gateway's own code for why a refund did not arrive: what may be done with the money hangs on it.
alter table refund add column failure_code text;
-- When the gateway broke under the present idempotency key, which answers so from then on.
alter table refund add column broke_at text;

update refund set failure_code = 'lost_or_stolen_card' where failure = 'The card was reported lost or stolen.';
update refund set failure_code = 'expired_or_canceled_card' where failure = 'The card has expired or was closed.';
update refund set failure_code = 'declined' where failure = 'The bank of the card refused it.';
