-- What a gateway paid out to the bank, or will, and whether what it paid out adds up to it.
create table payout (
  id text primary key,
  account_id text not null references account (id),
  gateway_ref text not null,
  state text not null check (state in ('pending', 'in_transit', 'paid', 'failed', 'cancelled')),
  automatic integer not null check (automatic in (0, 1)),
  matching text not null check (matching in ('waiting', 'matched', 'off', 'by_hand')),
  currency text not null,
  amount_minor integer not null,
  arrival_on text not null,
  trace_ref text,
  failure_code text,
  movement_count integer not null default 0,
  movements_minor integer not null default 0,
  created_at text not null,
  read_at text not null,
  matched_at text,
  next_look_at text
) strict;
create unique index payout_gateway_ref on payout (account_id, gateway_ref);
create index payout_by_arrival on payout (arrival_on, id);
create index payout_by_account on payout (account_id, arrival_on, id);
create index payout_by_currency on payout (currency, arrival_on, id);
create index payout_by_state on payout (state, arrival_on, id);
create index payout_by_matching on payout (matching, arrival_on, id);
create index payout_looks on payout (next_look_at) where next_look_at is not null;

-- Every movement of an account's balance at its gateway, once, with what it is a movement of.
create table gateway_movement (
  id text primary key,
  account_id text not null references account (id),
  gateway_ref text not null,
  type text not null,
  reporting_category text not null,
  meaning text not null check (meaning in ('charge', 'refund', 'dispute', 'fee', 'payout', 'other')),
  state text not null check (state in ('waiting', 'matched', 'foreign', 'unmatched')),
  source_ref text,
  charge_ref text,
  gateway_payment_ref text,
  reference text,
  payment_id text references payment (id),
  refund_id text references refund (id),
  dispute_id text,
  payout_id text references payout (id),
  currency text not null,
  gross_minor integer not null,
  fee_minor integer not null,
  net_minor integer not null,
  source_currency text,
  source_minor integer,
  exchange_rate text,
  description text not null,
  created_at text not null,
  available_on text not null,
  settled_on text,
  read_at text not null,
  next_look_at text
) strict;
-- One movement is written and booked once, however often it is read.
create unique index gateway_movement_ref on gateway_movement (account_id, gateway_ref);
create index gateway_movement_by_payment on gateway_movement (payment_id) where payment_id is not null;
create index gateway_movement_by_refund on gateway_movement (refund_id) where refund_id is not null;
create index gateway_movement_by_dispute on gateway_movement (dispute_id) where dispute_id is not null;
create index gateway_movement_by_payout on gateway_movement (payout_id, meaning, id) where payout_id is not null;
create index gateway_movement_by_source on gateway_movement (account_id, source_ref);
create index gateway_movement_by_time on gateway_movement (account_id, created_at);
create index gateway_movement_settled on gateway_movement (settled_on, payment_id) where settled_on is not null;
create index gateway_movement_by_state on gateway_movement (state, id);
create index gateway_movement_open on gateway_movement (id) where state <> 'matched';
create index gateway_movement_open_in_payout on gateway_movement (payout_id) where state <> 'matched';
create index gateway_movement_looks on gateway_movement (next_look_at) where next_look_at is not null;

-- Up to when the movements and payouts of an account were read, and when they are read next.
create table movement_reading (
  account_id text primary key references account (id),
  movements_until text not null,
  payouts_until text not null,
  next_read_at text not null,
  read_at text
) strict;
create index movement_reading_due on movement_reading (next_read_at);
