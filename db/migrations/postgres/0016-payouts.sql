-- What a gateway paid out to the bank, or will, and whether what it paid out adds up to it.
create table payout (
  id text collate "C" primary key,
  account_id text collate "C" not null references account (id),
  gateway_ref text collate "C" not null,
  state text collate "C" not null check (state in ('pending', 'in_transit', 'paid', 'failed', 'cancelled')),
  automatic bigint not null check (automatic in (0, 1)),
  matching text collate "C" not null check (matching in ('waiting', 'matched', 'off', 'by_hand')),
  currency text collate "C" not null,
  amount_minor bigint not null,
  arrival_on text collate "C" not null,
  trace_ref text collate "C",
  failure_code text collate "C",
  movement_count bigint not null default 0,
  movements_minor bigint not null default 0,
  created_at text collate "C" not null,
  read_at text collate "C" not null,
  matched_at text collate "C",
  next_look_at text collate "C"
);
create unique index payout_gateway_ref on payout (account_id, gateway_ref);
create index payout_by_arrival on payout (arrival_on, id);
create index payout_by_account on payout (account_id, arrival_on, id);
create index payout_by_currency on payout (currency, arrival_on, id);
create index payout_by_state on payout (state, arrival_on, id);
create index payout_by_matching on payout (matching, arrival_on, id);
create index payout_looks on payout (next_look_at) where next_look_at is not null;

-- Every movement of an account's balance at its gateway, once, with what it is a movement of.
create table gateway_movement (
  id text collate "C" primary key,
  account_id text collate "C" not null references account (id),
  gateway_ref text collate "C" not null,
  type text collate "C" not null,
  reporting_category text collate "C" not null,
  meaning text collate "C" not null check (meaning in ('charge', 'refund', 'dispute', 'fee', 'payout', 'other')),
  state text collate "C" not null check (state in ('waiting', 'matched', 'foreign', 'unmatched')),
  source_ref text collate "C",
  charge_ref text collate "C",
  gateway_payment_ref text collate "C",
  reference text collate "C",
  payment_id text collate "C" references payment (id),
  refund_id text collate "C" references refund (id),
  dispute_id text collate "C",
  payout_id text collate "C" references payout (id),
  currency text collate "C" not null,
  gross_minor bigint not null,
  fee_minor bigint not null,
  net_minor bigint not null,
  source_currency text collate "C",
  source_minor bigint,
  exchange_rate text collate "C",
  description text collate "C" not null,
  created_at text collate "C" not null,
  available_on text collate "C" not null,
  settled_on text collate "C",
  read_at text collate "C" not null,
  next_look_at text collate "C"
);
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
  account_id text collate "C" primary key references account (id),
  movements_until text collate "C" not null,
  payouts_until text collate "C" not null,
  next_read_at text collate "C" not null,
  read_at text collate "C"
);
create index movement_reading_due on movement_reading (next_read_at);
